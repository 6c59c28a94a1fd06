namespace Platform.Cluster.Diagnosis;

/// <summary>What kind of thing happened.</summary>
public enum ClusterEventKind
{
    /// <summary>A broker registered, for the first time or after a new start.</summary>
    BrokerRegistered,
    /// <summary>A broker was fenced.</summary>
    BrokerFenced,
    /// <summary>A broker serves again.</summary>
    BrokerUnfenced,
    /// <summary>A broker hands over what it leads.</summary>
    BrokerShutsDown,
    /// <summary>A broker was removed from the cluster.</summary>
    BrokerRemoved,
    /// <summary>A partition has another leader, or none.</summary>
    LeaderMoved,
    /// <summary>A partition was given a leader that was not in sync.</summary>
    UncleanElection,
    /// <summary>Replicas left the in-sync replicas.</summary>
    IsrShrank,
    /// <summary>Replicas joined the in-sync replicas.</summary>
    IsrGrew,
    /// <summary>A partition began to move to other brokers.</summary>
    ReassignmentBegan,
    /// <summary>A partition has moved, or the move was given up.</summary>
    ReassignmentEnded,
    /// <summary>A log directory of a broker failed.</summary>
    LogDirectoryOffline,
    /// <summary>A broker could not make a partition, for want of room or of a directory, and tries again; or it could at
    /// last.</summary>
    PartitionCreation,
    /// <summary>A partition moved to another log directory of its broker.</summary>
    LogDirectoryMove,
    /// <summary>The quorum has another leader, or none.</summary>
    QuorumLeader,
}

/// <summary>Something that an operator should know of, with its cause in words.</summary>
/// <param name="TimeMs">When this node learned of it, in ms since 1970.</param>
/// <param name="Kind">What kind of thing.</param>
/// <param name="Subject">What it is about: <c>orders-3</c>, <c>broker 2</c>, <c>quorum</c>.</param>
/// <param name="Text">One sentence with the cause.</param>
/// <param name="Key">Equal on all nodes that tell of the same thing.</param>
public sealed record ClusterEvent(long TimeMs, ClusterEventKind Kind, string Subject, string Text, string Key)
{
    /// <summary>True when the node that tells has caused it, and knows more than the metadata says.</summary>
    public bool IsFirstHand { get; init; }
}
