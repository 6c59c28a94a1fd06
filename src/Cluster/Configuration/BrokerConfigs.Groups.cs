namespace Platform.Cluster.Configuration;

/// <content>Consumer groups and their offsets.</content>
public static partial class BrokerConfigs
{
    /// <summary>Wait for more members.</summary>
    public static readonly ConfigKey<int> GroupInitialRebalanceDelayMs = Group.Int("group.initial.rebalance.delay.ms",
        3000,
        min: 0, doc: "How long the first rebalance of a new group waits for more members.");

    /// <summary>Shortest session timeout.</summary>
    public static readonly ConfigKey<int> GroupMinSessionTimeoutMs = Group.Int("group.min.session.timeout.ms",
        (int)(6 * Time.Second), min: 1, doc: "Shortest session timeout that a classic member may ask for.");

    /// <summary>Longest session timeout.</summary>
    public static readonly ConfigKey<int> GroupMaxSessionTimeoutMs = Group.Int("group.max.session.timeout.ms",
        (int)(30 * Time.Minute), min: 1, doc: "Longest session timeout that a classic member may ask for.");

    /// <summary>Most members.</summary>
    public static readonly ConfigKey<int> GroupMaxSize = Group.Int("group.max.size", int.MaxValue, min: 1,
        doc: "Most members of a classic group.");

    /// <summary>Protocols of groups.</summary>
    public static readonly ConfigKey<IReadOnlyList<string>> GroupCoordinatorRebalanceProtocols = Group.List(
        "group.coordinator.rebalance.protocols", "classic,consumer,streams",
        oneOf: ["classic", "consumer", "streams", "share"], doc: "Rebalance protocols that groups may use.",
        noEffect: NotBuilt);

    /// <summary>Session timeout of KIP-848.</summary>
    public static readonly ConfigKey<int> GroupConsumerSessionTimeoutMs = Group.Int("group.consumer.session.timeout.ms",
        (int)(45 * Time.Second), min: 1,
        doc: "A member of a consumer group (KIP-848) without a heartbeat for this long is removed.",
        noEffect: NotBuilt);

    /// <summary>Least session timeout of KIP-848.</summary>
    public static readonly ConfigKey<int> GroupConsumerMinSessionTimeoutMs = Group.Int(
        "group.consumer.min.session.timeout.ms",
        (int)(45 * Time.Second), min: 1, doc: "Least value of the group setting consumer.session.timeout.ms.",
        noEffect: NotBuilt);

    /// <summary>Greatest session timeout of KIP-848.</summary>
    public static readonly ConfigKey<int> GroupConsumerMaxSessionTimeoutMs = Group.Int(
        "group.consumer.max.session.timeout.ms",
        (int)Time.Minute, min: 1, doc: "Greatest value of the group setting consumer.session.timeout.ms.",
        noEffect: NotBuilt);

    /// <summary>Heartbeats of KIP-848.</summary>
    public static readonly ConfigKey<int> GroupConsumerHeartbeatIntervalMs = Group.Int(
        "group.consumer.heartbeat.interval.ms",
        (int)(5 * Time.Second), min: 1,
        doc: "Time between heartbeats that members of a consumer group are told to keep.", noEffect: NotBuilt);

    /// <summary>Least heartbeat interval of KIP-848.</summary>
    public static readonly ConfigKey<int> GroupConsumerMinHeartbeatIntervalMs = Group.Int(
        "group.consumer.min.heartbeat.interval.ms", (int)(5 * Time.Second), min: 1,
        doc: "Least value of the group setting consumer.heartbeat.interval.ms.", noEffect: NotBuilt);

    /// <summary>Greatest heartbeat interval of KIP-848.</summary>
    public static readonly ConfigKey<int> GroupConsumerMaxHeartbeatIntervalMs = Group.Int(
        "group.consumer.max.heartbeat.interval.ms", (int)(15 * Time.Second), min: 1,
        doc: "Greatest value of the group setting consumer.heartbeat.interval.ms.", noEffect: NotBuilt);

    /// <summary>Most members of KIP-848.</summary>
    public static readonly ConfigKey<int> GroupConsumerMaxSize = Group.Int("group.consumer.max.size", int.MaxValue,
        min: 1,
        doc: "Most members of a consumer group (KIP-848).", noEffect: NotBuilt);

    /// <summary>Assignors of KIP-848.</summary>
    public static readonly ConfigKey<IReadOnlyList<string>> GroupConsumerAssignors = Group.List(
        "group.consumer.assignors",
        "uniform,range", oneOf: ["uniform", "range"],
        doc: "Assignors of the server for consumer groups; the first serves members that ask for none.",
        noEffect: NotBuilt);

    /// <summary>Change between protocols.</summary>
    public static readonly ConfigKey<string> GroupConsumerMigrationPolicy = Group.String(
        "group.consumer.migration.policy",
        "bidirectional", oneOf: ["bidirectional", "upgrade", "downgrade", "disabled"],
        doc: "Whether a group with members may change between the classic and the consumer protocol.",
        noEffect: NotBuilt);

    /// <summary>Partitions of the offsets topic.</summary>
    public static readonly ConfigKey<int> OffsetsTopicNumPartitions = Group.Int("offsets.topic.num.partitions", 50,
        min: 1,
        importance: Importance.High, doc: "Partitions of __consumer_offsets. Must not be changed once it exists.");

    /// <summary>Replicas of the offsets topic.</summary>
    public static readonly ConfigKey<short> OffsetsTopicReplicationFactor = Group.Short(
        "offsets.topic.replication.factor", 3,
        min: 1, importance: Importance.High,
        doc: "Replicas of __consumer_offsets. The topic is created when that many brokers are there.");

    /// <summary>Segments of the offsets topic.</summary>
    public static readonly ConfigKey<int> OffsetsTopicSegmentBytes = Group.Int("offsets.topic.segment.bytes",
        100 * Size.MiB,
        min: 1, importance: Importance.High, doc: "Size of a segment of __consumer_offsets.");

    /// <summary>Compression of the offsets topic.</summary>
    public static readonly ConfigKey<int> OffsetsTopicCompressionCodec = Group.Int("offsets.topic.compression.codec", 0,
        min: 0,
        max: 4, importance: Importance.High,
        doc: "Codec of __consumer_offsets: 0 none, 1 gzip, 2 snappy, 3 lz4, 4 zstd.", noEffect: NotBuilt);

    /// <summary>How long offsets live.</summary>
    public static readonly ConfigKey<int> OffsetsRetentionMinutes = Group.Int("offsets.retention.minutes", 10080,
        min: 1,
        importance: Importance.High, doc: "Minutes that committed offsets outlive the last member of their group.");

    /// <summary>Interval of the expiry of offsets.</summary>
    public static readonly ConfigKey<long> OffsetsRetentionCheckIntervalMs = Group.Long(
        "offsets.retention.check.interval.ms",
        10 * Time.Minute, min: 1, importance: Importance.High,
        doc: "Time between two looks for offsets that have expired.");

    /// <summary>Longest metadata of an offset.</summary>
    public static readonly ConfigKey<int> OffsetMetadataMaxBytes = Group.Int("offset.metadata.max.bytes", 4 * Size.KiB,
        min: 0,
        importance: Importance.High, doc: "Longest text that a consumer may store with an offset.");

    /// <summary>Timeout of a commit.</summary>
    public static readonly ConfigKey<int> OffsetsCommitTimeoutMs = Group.Int("offsets.commit.timeout.ms", 5000, min: 1,
        importance: Importance.High, doc: "How long a write of the group coordinator waits to be replicated.");

    /// <summary>Buffer for loading.</summary>
    public static readonly ConfigKey<int> OffsetsLoadBufferSize = Group.Int("offsets.load.buffer.size", 5 * Size.MiB,
        min: 1,
        importance: Importance.High, doc: "Bytes read at once when groups are loaded from their topic.");
}
