namespace Platform.Cluster.Raft;

/// <summary>A member of the quorum.</summary>
/// <param name="Key">Node and directory.</param>
/// <param name="Host">Host of its controller listener.</param>
/// <param name="Port">Port of its controller listener.</param>
/// <param name="ListenerName">Name of that listener.</param>
public sealed record Voter(ReplicaKey Key, string Host, int Port, string ListenerName = "CONTROLLER")
{
    /// <summary>Node id.</summary>
    public int Id => Key.Id;
}
