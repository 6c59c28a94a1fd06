using Platform.Protocol;
using Platform.Protocol.Messages;

namespace Platform.Cluster.Metadata;

/// <summary>Replicas, leader and epochs of a partition.</summary>
public sealed record PartitionRegistration
{
    /// <summary>Leader of a partition that has none.</summary>
    public const int NoLeader = -1;

    /// <summary>In a change record: the leader stays.</summary>
    public const int NoLeaderChange = -2;

    /// <summary>Brokers that hold the partition; the first is the preferred leader.</summary>
    public required IReadOnlyList<int> Replicas { get; init; }

    /// <summary>Data directory of each replica, in their order; <see cref="DirectoryId.Unassigned"/> while it
    /// is not known.</summary>
    public required IReadOnlyList<Uuid> Directories { get; init; }

    /// <summary>Replicas that are in sync.</summary>
    public required IReadOnlyList<int> Isr { get; init; }

    /// <summary>Replicas that a reassignment takes away.</summary>
    public IReadOnlyList<int> RemovingReplicas { get; init; } = [];

    /// <summary>Replicas that a reassignment adds.</summary>
    public IReadOnlyList<int> AddingReplicas { get; init; } = [];

    /// <summary>Replicas outside of the ISR that hold every committed record (KIP-966).</summary>
    public IReadOnlyList<int> EligibleLeaderReplicas { get; init; } = [];

    /// <summary>Who was eligible before an unclean shutdown.</summary>
    public IReadOnlyList<int> LastKnownElr { get; init; } = [];

    /// <summary>The leader, or <see cref="NoLeader"/>.</summary>
    public required int Leader { get; init; }

    /// <summary>Whether the leader was elected cleanly.</summary>
    public LeaderRecoveryState LeaderRecoveryState { get; init; }

    /// <summary>Grows with every election.</summary>
    public required int LeaderEpoch { get; init; }

    /// <summary>Grows with every change.</summary>
    public required int PartitionEpoch { get; init; }

    /// <summary>True when there is a leader.</summary>
    public bool HasLeader => Leader != NoLeader;

    /// <summary>The replica that should lead when it can.</summary>
    public int PreferredLeader => Replicas.Count > 0 ? Replicas[0] : NoLeader;

    /// <summary>True while replicas are being added or taken away.</summary>
    public bool IsReassigning => AddingReplicas.Count > 0 || RemovingReplicas.Count > 0;

    /// <summary>The directory in which a broker holds the partition.</summary>
    public Uuid DirectoryOf(int brokerId)
    {
        for (var i = 0; i < Replicas.Count && i < Directories.Count; i++)
        {
            if (Replicas[i] == brokerId)
                return Directories[i];
        }
        return DirectoryId.Unassigned;
    }

    /// <summary>The same with the replica of a broker in another directory.</summary>
    internal PartitionRegistration InDirectory(int brokerId, Uuid directory) => this with
    {
        Directories = [.. Replicas.Select(replica => replica == brokerId ? directory : DirectoryOf(replica))],
    };

    internal static PartitionRegistration From(PartitionRecord record)
    {
        var replicas = record.Replicas.ToArray();
        return new PartitionRegistration
        {
            Replicas = replicas,
            Directories = record.Directories.Count > 0 ? record.Directories.ToArray() : Unassigned(replicas.Length),
            Isr = record.Isr.SequenceEqual(replicas) ? replicas : record.Isr.ToArray(),
            RemovingReplicas = Compact(record.RemovingReplicas),
            AddingReplicas = Compact(record.AddingReplicas),
            EligibleLeaderReplicas = Compact(record.EligibleLeaderReplicas),
            LastKnownElr = Compact(record.LastKnownElr),
            Leader = record.Leader,
            LeaderRecoveryState = (LeaderRecoveryState)record.LeaderRecoveryState,
            LeaderEpoch = record.LeaderEpoch,
            PartitionEpoch = record.PartitionEpoch,
        };
    }

    /// <summary>What a change makes of this. A new leader means a new leader epoch; any change a
    /// new partition epoch.</summary>
    internal PartitionRegistration With(PartitionChangeRecord change)
    {
        var leaderChanges = change.Leader != NoLeaderChange;
        return new PartitionRegistration
        {
            Replicas = change.Replicas is { } replicas ? replicas.ToArray() : Replicas,
            Directories = change.Directories is { } directories ? directories.ToArray()
            : DirectoriesFor(change.Replicas),
            Isr = change.Isr is { } isr ? isr.ToArray() : Isr,
            RemovingReplicas = change.RemovingReplicas is { } removing ? Compact(removing) : RemovingReplicas,
            AddingReplicas = change.AddingReplicas is { } adding ? Compact(adding) : AddingReplicas,
            EligibleLeaderReplicas = change.EligibleLeaderReplicas is { } elr ? Compact(elr) : EligibleLeaderReplicas,
            LastKnownElr = change.LastKnownElr is { } last ? Compact(last) : LastKnownElr,
            Leader = leaderChanges ? change.Leader : Leader,
            LeaderEpoch = leaderChanges ? LeaderEpoch + 1 : LeaderEpoch,
            LeaderRecoveryState = change.LeaderRecoveryState >= 0 ? (LeaderRecoveryState)change.LeaderRecoveryState
            : LeaderRecoveryState,
            PartitionEpoch = PartitionEpoch + 1,
        };
    }

    internal PartitionRecord ToRecord(Uuid topicId, int partition) => new()
    {
        PartitionId = partition,
        TopicId = topicId,
        Replicas = [.. Replicas],
        Directories = [.. Directories],
        Isr = [.. Isr],
        RemovingReplicas = [.. RemovingReplicas],
        AddingReplicas = [.. AddingReplicas],
        EligibleLeaderReplicas = EligibleLeaderReplicas.Count == 0 ? null : [.. EligibleLeaderReplicas],
        LastKnownElr = LastKnownElr.Count == 0 ? null : [.. LastKnownElr],
        Leader = Leader,
        LeaderRecoveryState = (sbyte)LeaderRecoveryState,
        LeaderEpoch = LeaderEpoch,
        PartitionEpoch = PartitionEpoch,
    };

    private IReadOnlyList<Uuid> DirectoriesFor(List<int>? replicas) => replicas is null
        ? Directories
        : [.. replicas.Select(DirectoryOf)];

    private static Uuid[] Unassigned(int count) => new Uuid[count];

    private static IReadOnlyList<int> Compact(List<int>? brokers) => brokers is { Count: > 0 } ? brokers.ToArray() : [];
}
