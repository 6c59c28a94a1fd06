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

/// <summary>Makes the record that brings a partition to a new ISR, and elects where the leader cannot stay.</summary>
internal sealed class PartitionChangeBuilder(
    TopicIdPartition id, PartitionRegistration partition, Func<int, bool> canLead)
{
    /// <summary>Replicas that are in sync from now on. Empty leaves the last ones in, so that they are known.</summary>
    public IReadOnlyList<int> TargetIsr { get; init; } = partition.Isr;

    /// <summary>How the leader is chosen.</summary>
    public ElectionKind Election { get; init; }

    /// <summary>The record, or null when nothing changes.</summary>
    public PartitionChangeRecord? Build()
    {
        var record = new PartitionChangeRecord { TopicId = id.TopicId, PartitionId = id.Partition };
        var isr = TargetIsr;
        var leader = Elect(out var isUnclean);
        if (isUnclean)
        {
            isr = [leader];
            record.LeaderRecoveryState = (sbyte)LeaderRecoveryState.Recovering;
        }
        if (leader != partition.Leader)
            record.Leader = leader;
        if (isr.Count > 0 && !isr.SequenceEqual(partition.Isr))
            record.Isr = [.. isr];
        return record.Isr is null && record.Leader == PartitionRegistration.NoLeaderChange ? null : record;
    }

    private int Elect(out bool isUnclean)
    {
        isUnclean = false;
        if (Election == ElectionKind.Preferred && IsInSync(partition.PreferredLeader))
            return partition.PreferredLeader;
        if (IsInSync(partition.Leader))
            return partition.Leader;
        foreach (var replica in partition.Replicas.Where(IsInSync))
            return replica;
        var eligible = partition.EligibleLeaderReplicas.FirstOrDefault(canLead, PartitionRegistration.NoLeader);
        if (TargetIsr.Count == 0 && eligible != PartitionRegistration.NoLeader)
            return eligible;
        if (Election != ElectionKind.Unclean)
            return PartitionRegistration.NoLeader;
        var anybody = partition.Replicas.FirstOrDefault(canLead, PartitionRegistration.NoLeader);
        isUnclean = anybody != PartitionRegistration.NoLeader;
        return anybody;
    }

    private bool IsInSync(int replica) => TargetIsr.Contains(replica) && canLead(replica);
}
