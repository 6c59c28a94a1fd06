namespace Platform.Cluster.Raft;

/// <summary>What a <see cref="RaftNode"/> starts from.</summary>
public sealed record RaftNodeOptions
{
    /// <summary>Id of the cluster; requests of another one are refused.</summary>
    public required string ClusterId { get; init; }

    /// <summary>This replica. Not among the voters: an observer, which follows and never votes.</summary>
    public required ReplicaKey Local { get; init; }

    /// <summary>The voters.</summary>
    public required VoterSet Voters { get; init; }

    /// <summary>Facts of the log as it was found, all of it on disk.</summary>
    public required RaftLogFacts Log { get; init; }

    /// <summary>The last state saved, or <see cref="QuorumState.Initial"/>.</summary>
    public required QuorumState State { get; init; }

    /// <summary>Source of election jitter; with the same seed and inputs the node does the same.</summary>
    public required Random Random { get; init; }

    /// <summary>Timeouts.</summary>
    public RaftSettings Settings { get; init; } = new();
}
