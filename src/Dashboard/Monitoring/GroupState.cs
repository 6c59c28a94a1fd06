using System.Collections.Immutable;
using Platform.Protocol;

namespace Platform.Dashboard.Monitoring;

/// <summary>A consumer group.</summary>
/// <param name="GroupId">Its id.</param>
/// <param name="State">Its state as the coordinator says: Stable, Empty, PreparingRebalance and others.</param>
/// <param name="Type">classic, consumer or share; empty when the broker is too old to tell.</param>
/// <param name="Assignor">How partitions are given to members.</param>
/// <param name="CoordinatorId">Broker that coordinates it, or -1.</param>
/// <param name="Members">Its members.</param>
/// <param name="Partitions">What it has committed or is assigned, ordered by topic and number.</param>
/// <param name="ConsumedPerSecond">Growth of the committed offsets.</param>
/// <param name="LagHistory">Lag over the last minutes, oldest first.</param>
/// <param name="LagSlope">How fast the lag changes, in records per second; null while too little is known.</param>
/// <param name="SampledAtMs">When its offsets were asked for, in ms since 1970.</param>
public sealed record GroupState(
    string GroupId, string State, string Type, string Assignor, int CoordinatorId,
    IReadOnlyList<GroupMemberState> Members, IReadOnlyList<GroupPartition> Partitions, double ConsumedPerSecond,
    ImmutableArray<LagPoint> LagHistory, double? LagSlope, long SampledAtMs)
{
    /// <summary>Records that it has still to read.</summary>
    public long TotalLag => Partitions.Sum(partition => partition.Lag ?? 0);

    /// <summary>True when the lag grows, and is more than what lies between two commits.</summary>
    public bool IsFallingBehind => LagSlope > SteadySlope && LagHistory[^1].Lag > NormalLag;

    /// <summary>True when the lag shrinks, and is more than what lies between two commits.</summary>
    public bool IsCatchingUp => LagSlope < -SteadySlope && LagHistory[^1].Lag > NormalLag;

    private double SteadySlope => Math.Max(LagTrend.MinSlope, LagTrend.MinShare * ConsumedPerSecond);

    private double NormalLag => LagTrend.NormalLagSeconds * ConsumedPerSecond;

    /// <summary>Topics that it reads, ordered by name.</summary>
    public IReadOnlyList<string> Topics =>
        [.. Partitions.Select(partition => partition.Partition.Topic).Distinct(StringComparer.Ordinal)];
}

/// <summary>The lag of a group at one moment.</summary>
/// <param name="AtMs">When, in ms since 1970.</param>
/// <param name="Lag">Records still to be read.</param>
public readonly record struct LagPoint(long AtMs, long Lag);

/// <summary>A member of a group.</summary>
/// <param name="MemberId">Id given by the coordinator.</param>
/// <param name="InstanceId">Id of a static member, or null.</param>
/// <param name="ClientId">The client's name for itself.</param>
/// <param name="Host">Where it connects from.</param>
/// <param name="Assignment">Its partitions.</param>
public sealed record GroupMemberState(
    string MemberId, string? InstanceId, string ClientId, string Host, IReadOnlyList<TopicPartition> Assignment);

/// <summary>A partition as a group sees it.</summary>
/// <param name="Partition">The partition.</param>
/// <param name="Committed">Next offset that the group would read, or null when it has committed none.</param>
/// <param name="EndOffset">The partition's end, or -1 when not known.</param>
/// <param name="Lag">Records still to be read, or null when it cannot be told.</param>
/// <param name="Owner">The member that reads it, or null.</param>
public sealed record GroupPartition(
    TopicPartition Partition, long? Committed, long EndOffset, long? Lag, GroupMemberState? Owner);
