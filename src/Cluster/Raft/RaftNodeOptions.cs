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

    /// <summary>True when <see cref="Voters"/> are those that the node was formatted with (KIP-853): its first leader
    /// writes them into the log, where they may change. Otherwise they are fixed, unless the log names others.</summary>
    public bool AreVotersInitial { get; init; }

    /// <summary>Nodes to ask for the leader besides the voters, by the ids that the transport knows them by.</summary>
    public IReadOnlyList<int> BootstrapNodes { get; init; } = [];

    /// <summary>Where this node listens, which its entry among the voters shall say; null to leave that alone.</summary>
    public Voter? Address { get; init; }

    /// <summary>Facts of the log as it was found, all of it on disk.</summary>
    public required RaftLogFacts Log { get; init; }

    /// <summary>The last state saved, or <see cref="QuorumState.Initial"/>.</summary>
    public required QuorumState State { get; init; }

    /// <summary>Source of election jitter; with the same seed and inputs the node does the same.</summary>
    public required Random Random { get; init; }

    /// <summary>Timeouts.</summary>
    public RaftSettings Settings { get; init; } = new();
}
