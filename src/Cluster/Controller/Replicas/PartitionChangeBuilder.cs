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
    private ReassignmentTarget _target = ReassignmentTarget.Of(partition);

    /// <summary>Replicas that are in sync from now on. Empty leaves the last ones in, so that they are known.</summary>
    public IReadOnlyList<int> TargetIsr { get; init; } = partition.Isr;

    /// <summary>Replicas from now on, with those that are on their way in and out.</summary>
    public ReassignmentTarget Target
    {
        init => _target = value;
    }

    /// <summary>How the leader is chosen.</summary>
    public ElectionKind Election { get; init; }

    /// <summary>The record, or null when nothing changes.</summary>
    public PartitionChangeRecord? Build()
    {
        (_target, _isr) = _target.CompleteIfInSync(TargetIsr);
        var record = new PartitionChangeRecord { TopicId = id.TopicId, PartitionId = id.Partition };
        var leader = Elect(out var isUnclean);
        if (isUnclean)
        {
            _isr = [leader];
            record.LeaderRecoveryState = (sbyte)LeaderRecoveryState.Recovering;
        }
        if (leader != partition.Leader || IsReplicaTakenAway())
            record.Leader = leader;
        if (_isr.Count > 0 && !_isr.SequenceEqual(partition.Isr))
            record.Isr = [.. _isr];
        var isReassigned = SetReplicas(record);
        return record.Isr is null && record.Leader == PartitionRegistration.NoLeaderChange && !isReassigned
            ? null : record;
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
        var eligible = partition.EligibleLeaderReplicas.FirstOrDefault(canLead, PartitionRegistration.NoLeader);
        if (_isr.Count == 0 && eligible != PartitionRegistration.NoLeader)
            return eligible;
        if (Election != ElectionKind.Unclean)
            return PartitionRegistration.NoLeader;
        var anybody = _target.Replicas.FirstOrDefault(canLead, PartitionRegistration.NoLeader);
        isUnclean = anybody != PartitionRegistration.NoLeader;
        return anybody;
    }

    private bool IsInSync(int replica) =>
        _isr.Contains(replica) && _target.Replicas.Contains(replica) && canLead(replica);
}
