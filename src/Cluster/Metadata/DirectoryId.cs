using Platform.Protocol;

namespace Platform.Cluster.Metadata;

/// <summary>Ids of log directories that stand for something else (KIP-858). The first hundred are reserved.</summary>
public static class DirectoryId
{
    private const long Reserved = 100;

    /// <summary>The broker has not told yet where it keeps the replica.</summary>
    public static readonly Uuid Unassigned = Uuid.Zero;

    /// <summary>One of the directories that are offline, and of which nobody knows the id.</summary>
    public static readonly Uuid Lost = new(0, 1);

    /// <summary>The replica lies in some directory that was chosen before directories had ids.</summary>
    public static readonly Uuid Migrating = new(0, 2);

    /// <summary>True when no directory may have this id.</summary>
    public static bool IsReserved(Uuid id) => id is { MostSignificantBits: 0, LeastSignificantBits: >= 0 and < Reserved };
}
