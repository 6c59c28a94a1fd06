using Platform.Client.Consuming.Assignors;

namespace Platform.Client.Consuming;

/// <summary>Where to begin when a partition has no committed offset, or the offset is gone.</summary>
public enum AutoOffsetReset
{
    /// <summary>At the end.</summary>
    Latest,
    /// <summary>At the start.</summary>
    Earliest,
    /// <summary>Nowhere: polling throws.</summary>
    None,
}

/// <summary>Which records of transactions are seen, with Kafka's numbers.</summary>
public enum IsolationLevel : sbyte
{
    /// <summary>All.</summary>
    ReadUncommitted = 0,
    /// <summary>Only those of committed transactions.</summary>
    ReadCommitted = 1,
}

/// <summary>Settings of a consumer, under Kafka's names. Times are in milliseconds, sizes in bytes.</summary>
public sealed record ConsumerOptions : ClientOptions
{
    /// <summary><c>group.id</c>; needed to subscribe and to commit.</summary>
    public string? GroupId { get; init; }

    /// <summary><c>group.instance.id</c>: makes the member static, so that a restart moves no partitions
    /// (KIP-345).</summary>
    public string? GroupInstanceId { get; init; }

    /// <summary><c>partition.assignment.strategy</c>, the preferred one first. Cooperative only when all of them
    /// are.</summary>
    public IReadOnlyList<IPartitionAssignor> PartitionAssignmentStrategy { get; init; } =
        [PartitionAssignors.Range, PartitionAssignors.CooperativeSticky];

    /// <summary><c>session.timeout.ms</c>: silence after which the coordinator drops the member.</summary>
    public int SessionTimeoutMs { get; init; } = 45_000;

    /// <summary><c>heartbeat.interval.ms</c>.</summary>
    public int HeartbeatIntervalMs { get; init; } = 3_000;

    /// <summary><c>max.poll.interval.ms</c>: a member that does not poll for longer leaves its group.</summary>
    public int MaxPollIntervalMs { get; init; } = 300_000;

    /// <summary><c>enable.auto.commit</c>. Unlike in other clients it is off unless asked for.</summary>
    public bool EnableAutoCommit { get; init; }

    /// <summary><c>auto.commit.interval.ms</c>.</summary>
    public int AutoCommitIntervalMs { get; init; } = 5_000;

    /// <summary><c>auto.offset.reset</c>.</summary>
    public AutoOffsetReset AutoOffsetReset { get; init; } = AutoOffsetReset.Latest;

    /// <summary><c>isolation.level</c>.</summary>
    public IsolationLevel IsolationLevel { get; init; }

    /// <summary><c>max.poll.records</c>.</summary>
    public int MaxPollRecords { get; init; } = 500;

    /// <summary><c>fetch.min.bytes</c>.</summary>
    public int FetchMinBytes { get; init; } = 1;

    /// <summary><c>fetch.max.bytes</c>.</summary>
    public int FetchMaxBytes { get; init; } = 50 << 20;

    /// <summary><c>fetch.max.wait.ms</c>.</summary>
    public int FetchMaxWaitMs { get; init; } = 500;

    /// <summary><c>max.partition.fetch.bytes</c>.</summary>
    public int MaxPartitionFetchBytes { get; init; } = 1 << 20;

    /// <summary><c>check.crcs</c>.</summary>
    public bool CheckCrcs { get; init; } = true;

    /// <summary><c>client.rack</c>: lets brokers name a nearer replica to read from (KIP-392).</summary>
    public string ClientRack { get; init; } = "";

    /// <summary><c>allow.auto.create.topics</c>.</summary>
    public bool AllowAutoCreateTopics { get; init; } = true;

    internal bool IsReadCommitted => IsolationLevel == IsolationLevel.ReadCommitted;

    internal bool IsCooperative => PartitionAssignmentStrategy.All(assignor => assignor.IsCooperative);
}
