using Platform.Protocol;

namespace Platform.Cluster.Raft;

/// <summary>A replica of the metadata log: a node together with its disk, since a wiped disk is another replica
/// (KIP-853).</summary>
/// <param name="Id">Node id.</param>
/// <param name="DirectoryId">Id of the metadata log directory; zero when unknown, as with static voters.</param>
public readonly record struct ReplicaKey(int Id, Uuid DirectoryId)
{
    /// <summary>A replica whose directory is not known.</summary>
    public static ReplicaKey Of(int id) => new(id, Uuid.Zero);

    /// <summary>True when both name the same replica, as far as their directories are known.</summary>
    public bool Matches(ReplicaKey other) =>
        Id == other.Id
        && (DirectoryId == other.DirectoryId || DirectoryId == Uuid.Zero || other.DirectoryId == Uuid.Zero);
}
