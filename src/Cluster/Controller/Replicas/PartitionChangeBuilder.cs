using Platform.Cluster.Metadata;
using Platform.Protocol;
using Platform.Protocol.Messages;

namespace Platform.Cluster.Controller;

/// <summary>Which replica an election prefers.</summary>
internal enum ElectionKind
{
    /// <summary>The leader stays if it can.</summary>
    Online,
    /// <summary>The first replica takes over if it can.</summary>
    Preferred,
    /// <summary>When nobody is in sync, any live replica will do, at the price of lost records.</summary>
    Unclean,
}

/// <summary>Makes the record that brings a partition to a new ISR or to other replicas, completes a reassignment when
/// its new replicas are in sync, and elects where the leader cannot stay.</summary>
internal sealed class PartitionChangeBuilder(
    TopicIdPartition id, PartitionRegistration partition, Func<int, bool> canLead)
{
    private IReadOnlyList<int> _isr = [];
    private IReadOnlyList<int> _eligible = [];
    private ReassignmentTarget _target = ReassignmentTarget.Of(partition);

    /// <summary>Replicas that are in sync from now on. Empty leaves the last ones in, so that they are known.</summary>
    public IReadOnlyList<int> TargetIsr { get; set; } = partition.Isr;

    /// <summary>Replicas from now on, with those that are on their way in and out.</summary>
    public ReassignmentTarget Target
    {
        set => _target = value;
    }

    /// <summary>How the leader is chosen.</summary>
    public ElectionKind Election { get; set; }

    /// <summary>How many must be in sync; while they are fewer, those who left last stay eligible as leaders. Null when
    /// the cluster does without eligible leaders.</summary>
    public int? MinInSyncReplicas { get; init; }

    /// <summary>A broker that went without closing its logs: what it held may be lost (KIP-966).</summary>
    public int? ShutDownUncleanly { get; set; }

    /// <summary>Where a new replica of a broker goes.</summary>
    public Func<int, Uuid> DefaultDirectory { get; init; } = static _ => DirectoryId.Unassigned;

    /// <summary>The directories before, when the partition that the builder got has others already.</summary>
    public IReadOnlyList<Uuid> KnownDirectories { get; set; } = partition.Directories;

    /// <summary>A builder by the rules of the cluster.</summary>
    public static PartitionChangeBuilder For(ControllerContext controller, TopicIdPartition id,
        PartitionRegistration partition, Func<int, bool> canLead) => For(controller.Image.Cluster, id, partition, canLead,
            controller.HasEligibleLeaders ? controller.MinInSyncReplicas(id.Topic) : null);

    /// <summary>A builder for which min.insync.replicas was looked up already.</summary>
    public static PartitionChangeBuilder For(ClusterImage cluster, TopicIdPartition id, PartitionRegistration partition,
        Func<int, bool> canLead, int? minInSyncReplicas) =>
        new(id, partition, replica => canLead(replica) && cluster.HasOnlineDirectory(partition, replica))
        {
            MinInSyncReplicas = minInSyncReplicas,
            DefaultDirectory = replica => NewPartition.DirectoryOf(cluster, replica),
        };

    /// <summary>The record, or null when nothing changes.</summary>
    public PartitionChangeRecord? Build()
    {
        (_target, _isr) = _target.CompleteIfInSync(TargetIsr);
        _eligible = Eligible();
        var record = new PartitionChangeRecord { TopicId = id.TopicId, PartitionId = id.Partition };
        var leader = Elect(out var isUnclean);
        if (isUnclean)
        {
            (_isr, _eligible) = ([leader], []);
            record.LeaderRecoveryState = (sbyte)LeaderRecoveryState.Recovering;
        }
        else if (_eligible.Contains(leader))
        {
            (_isr, _eligible) = ([leader], [.. _eligible.Where(other => other != leader)]);
        }
        if (leader != partition.Leader || IsReplicaTakenAway())
            record.Leader = leader;
        if ((_isr.Count > 0 || HasEligibleLeaders) && !_isr.SequenceEqual(partition.Isr))
            record.Isr = [.. _isr];
        var isReassigned = SetReplicas(record);
        SetDirectories(record);
        SetEligible(record);
        return record.Isr is null && record.Leader == PartitionRegistration.NoLeaderChange && !isReassigned
            && record.EligibleLeaderReplicas is null && record.LastKnownElr is null && record.Directories is null
            ? null : record;
    }

    private bool HasEligibleLeaders => MinInSyncReplicas is not null;

    // Below min.insync.replicas the high watermark stands still, so that whoever leaves then has everything below it.
    private IReadOnlyList<int> Eligible() =>
        MinInSyncReplicas is not { } min || _isr.Count >= Math.Min(min, _target.Replicas.Count) ? []
            : [.. partition.EligibleLeaderReplicas.Union(partition.Isr)
                .Where(replica => !_isr.Contains(replica) && replica != ShutDownUncleanly
                    && _target.Replicas.Contains(replica))];

    private void SetEligible(PartitionChangeRecord record)
    {
        record.EligibleLeaderReplicas = Changed(_eligible, partition.EligibleLeaderReplicas);
        var leader = record.Leader == PartitionRegistration.NoLeaderChange ? partition.Leader : record.Leader;
        if (leader != PartitionRegistration.NoLeader || !HasEligibleLeaders)
            record.LastKnownElr = Changed([], partition.LastKnownElr);
        else if (record.Isr is { Count: 0 } && partition.HasLeader)
            record.LastKnownElr = Changed([partition.Leader], partition.LastKnownElr);
    }

    // The new leader epoch fences fetches of a replica that is none any more.
    private bool IsReplicaTakenAway() => partition.HasLeader && partition.Replicas.Except(_target.Replicas).Any();

    private bool SetReplicas(PartitionChangeRecord record)
    {
        record.Replicas = Changed(_target.Replicas, partition.Replicas);
        record.AddingReplicas = Changed(_target.Adding, partition.AddingReplicas);
        record.RemovingReplicas = Changed(_target.Removing, partition.RemovingReplicas);
        return record.Replicas is not null || record.AddingReplicas is not null || record.RemovingReplicas is not null;
    }

    private void SetDirectories(PartitionChangeRecord record)
    {
        Uuid[] directories = [.. _target.Replicas.Select(replica => partition.Replicas.Contains(replica)
            ? partition.DirectoryOf(replica) : DefaultDirectory(replica))];
        if (record.Replicas is not null || !directories.SequenceEqual(KnownDirectories))
            record.Directories = [.. directories];
    }

    private static List<int>? Changed(IReadOnlyList<int> wanted, IReadOnlyList<int> before) =>
        wanted.SequenceEqual(before) ? null : [.. wanted];

    private int Elect(out bool isUnclean)
    {
        isUnclean = false;
        if (Election == ElectionKind.Preferred && _target.Replicas is [var preferred, ..] && IsInSync(preferred))
            return preferred;
        if (IsInSync(partition.Leader))
            return partition.Leader;
        foreach (var replica in _target.Replicas.Where(IsInSync))
            return replica;
        if (_isr.Count == 0 && ElectWithoutIsr(out isUnclean) is { } eligible)
            return eligible;
        if (Election != ElectionKind.Unclean)
            return PartitionRegistration.NoLeader;
        var anybody = _target.Replicas.FirstOrDefault(canLead, PartitionRegistration.NoLeader);
        isUnclean = anybody != PartitionRegistration.NoLeader;
        return anybody;
    }

    // Whoever is eligible has every committed record. Of the last known leader that is only likely, but nobody has more.
    private int? ElectWithoutIsr(out bool isUnclean)
    {
        isUnclean = false;
        foreach (var eligible in _target.Replicas.Where(replica => _eligible.Contains(replica) && canLead(replica)))
            return eligible;
        isUnclean = HasEligibleLeaders && _eligible.Count == 0
            && partition.LastKnownElr is [var last] && canLead(last);
        return isUnclean ? partition.LastKnownElr[0] : null;
    }

    private bool IsInSync(int replica) =>
        _isr.Contains(replica) && _target.Replicas.Contains(replica) && canLead(replica);
}
