using Platform.Cluster.Configuration;

namespace Platform.Cluster.Groups;

/// <summary>What an operator may set about groups, times in milliseconds. The names are Kafka's.</summary>
public sealed record GroupCoordinatorOptions
{
    /// <summary><c>group.initial.rebalance.delay.ms</c>: how long an empty group waits for more members.</summary>
    public int InitialRebalanceDelayMs { get; init; } = 3_000;

    /// <summary><c>group.min.session.timeout.ms</c>: the shortest session that a member may ask for.</summary>
    public int MinSessionTimeoutMs { get; init; } = 6_000;

    /// <summary><c>group.max.session.timeout.ms</c>: the longest session that a member may ask for.</summary>
    public int MaxSessionTimeoutMs { get; init; } = 1_800_000;

    /// <summary><c>group.max.size</c>: the most members of a group.</summary>
    public int MaxSize { get; init; } = int.MaxValue;

    /// <summary><c>offset.metadata.max.bytes</c>: the most characters that a commit may carry along.</summary>
    public int OffsetMetadataMaxSize { get; init; } = 4_096;

    /// <summary><c>offsets.retention.minutes</c>, in milliseconds: how long offsets of idle groups are kept.</summary>
    public long OffsetsRetentionMs { get; init; } = 7L * 24 * 60 * 60 * 1_000;

    /// <summary><c>offsets.retention.check.interval.ms</c>: time between looks for expired offsets.</summary>
    public long OffsetsRetentionCheckIntervalMs { get; init; } = 600_000;

    /// <summary>
    /// How long a member that no generation knows yet may wait to join, milliseconds. Clients that give up and retry
    /// under a new id would fill the group with members that never come back.
    /// </summary>
    public int NewMemberJoinTimeoutMs { get; init; } = 5 * 60 * 1_000;

    /// <summary>The most offsets that one look for expired offsets removes; the rest follow at once.</summary>
    public int ExpiredOffsetsPerPass { get; init; } = 1_000;

    /// <summary>The options that a node's settings ask for.</summary>
    public static GroupCoordinatorOptions From(BrokerConfig config) => new()
    {
        InitialRebalanceDelayMs = config[BrokerConfigs.GroupInitialRebalanceDelayMs],
        MinSessionTimeoutMs = config[BrokerConfigs.GroupMinSessionTimeoutMs],
        MaxSessionTimeoutMs = config[BrokerConfigs.GroupMaxSessionTimeoutMs],
        MaxSize = config[BrokerConfigs.GroupMaxSize],
        OffsetMetadataMaxSize = config[BrokerConfigs.OffsetMetadataMaxBytes],
        OffsetsRetentionMs = config[BrokerConfigs.OffsetsRetentionMinutes] * 60_000L,
        OffsetsRetentionCheckIntervalMs = config[BrokerConfigs.OffsetsRetentionCheckIntervalMs],
    };
}
