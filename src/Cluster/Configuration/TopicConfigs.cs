using static Platform.Cluster.Configuration.BrokerConfigs;

namespace Platform.Cluster.Configuration;

/// <summary>Every setting of a topic, declared once: read typed, validated, documented and
/// described from here.</summary>
public static class TopicConfigs
{
    private static readonly ConfigGroup Group = new(ConfigScope.Topic);

    /// <summary>Delete or compact.</summary>
    public static readonly ConfigKey<IReadOnlyList<string>> CleanupPolicy = Group.List("cleanup.policy", "delete",
        oneOf: CleanupPolicies, inherits: LogCleanupPolicy,
        doc: "delete removes old segments by age and size, compact keeps the newest record of each key; both may be "
        + "given.");

    /// <summary>Codec of stored batches.</summary>
    public static readonly ConfigKey<string> CompressionType = Group.String("compression.type", "producer",
        oneOf: CompressionTypes, inherits: BrokerConfigs.CompressionType,
        doc: "Codec that batches are stored with; producer keeps what the producer chose.");

    /// <summary>Level of gzip.</summary>
    public static readonly ConfigKey<int> CompressionGzipLevel = Group.IntOr("compression.gzip.level", -1, 1, 9, -1,
        "Level when compression.type is gzip; -1 is gzip's own default.", inherits: BrokerConfigs.CompressionGzipLevel);

    /// <summary>Level of lz4.</summary>
    public static readonly ConfigKey<int> CompressionLz4Level = Group.Int("compression.lz4.level", 9, min: 1, max: 17,
        inherits: BrokerConfigs.CompressionLz4Level, doc: "Level when compression.type is lz4.");

    /// <summary>Level of zstd.</summary>
    public static readonly ConfigKey<int> CompressionZstdLevel = Group.Int("compression.zstd.level", 3, min: -131072,
        max: 22,
        inherits: BrokerConfigs.CompressionZstdLevel, doc: "Level when compression.type is zstd.");

    /// <summary>How long tombstones stay.</summary>
    public static readonly ConfigKey<long> DeleteRetentionMs = Group.Long("delete.retention.ms", Time.Day, min: 0,
        inherits: LogCleanerDeleteRetentionMs,
        doc: "How long a tombstone stays after compaction, and so how much time a reader of the whole topic has.");

    /// <summary>Delay before files are removed.</summary>
    public static readonly ConfigKey<long> FileDeleteDelayMs = Group.Long("file.delete.delay.ms", Time.Minute, min: 0,
        inherits: LogSegmentDeleteDelayMs, doc: "How long files of a deleted segment stay on disk.");

    /// <summary>Records until a flush.</summary>
    public static readonly ConfigKey<long> FlushMessages = Group.Long("flush.messages", long.MaxValue, min: 1,
        inherits: LogFlushIntervalMessages,
        doc: "Records after which a log is flushed to disk; replication makes it rarely needed.");

    /// <summary>Time until a flush.</summary>
    public static readonly ConfigKey<long> FlushMs = Group.Long("flush.ms", long.MaxValue, min: 0,
        inherits: LogFlushIntervalMs, doc: "Time after which a log is flushed to disk.");

    /// <summary>Disks before answers.</summary>
    public static readonly ConfigKey<bool> FlushOnAck = Group.Boolean("platform.flush.on.ack", false,
        doc: "A replica counts as holding a record only once it is on its disk, so that neither a producer with acks=all "
        + "is answered nor a consumer sees a record that a power cut of all replicas could take back. Appends that come "
        + "together share one flush. Kafka has no such setting.");

    /// <summary>Followers that a throttle slows down.</summary>
    public static readonly ConfigKey<IReadOnlyList<string>> FollowerReplicationThrottledReplicas = Group.List(
        "follower.replication.throttled.replicas", "",
        doc: "Replicas whose fetching the throttle slows down, as partition:broker separated by commas, or * for all.");

    /// <summary>Density of the offset index.</summary>
    public static readonly ConfigKey<int> IndexIntervalBytes = Group.Int("index.interval.bytes", 4 * Size.KiB, min: 0,
        inherits: LogIndexIntervalBytes, doc: "Bytes of log per entry of the offset index.");

    /// <summary>Leaders that a throttle slows down.</summary>
    public static readonly ConfigKey<IReadOnlyList<string>> LeaderReplicationThrottledReplicas = Group.List(
        "leader.replication.throttled.replicas", "",
        doc: "Replicas to which leaders send at the throttled rate, as partition:broker separated by commas, or * for "
        + "all.");

    /// <summary>Local retention in bytes.</summary>
    public static readonly ConfigKey<long> LocalRetentionBytes = Group.Long("local.retention.bytes", -2, min: -2,
        inherits: LogLocalRetentionBytes,
        doc: "Bytes kept on local disk of a tiered partition; -2 takes retention.bytes.");

    /// <summary>Local retention in time.</summary>
    public static readonly ConfigKey<long> LocalRetentionMs = Group.Long("local.retention.ms", -2, min: -2,
        inherits: LogLocalRetentionMs,
        doc: "How long segments of a tiered partition stay on local disk; -2 takes retention.ms.");

    /// <summary>Greatest age without compaction.</summary>
    public static readonly ConfigKey<long> MaxCompactionLagMs = Group.Long("max.compaction.lag.ms", long.MaxValue,
        min: 1,
        inherits: LogCleanerMaxCompactionLagMs, doc: "A record older than this is compacted whatever the dirty ratio.");

    /// <summary>Largest batch.</summary>
    public static readonly ConfigKey<int> MaxMessageBytes = Group.Int("max.message.bytes", 1048588, min: 0,
        inherits: MessageMaxBytes, doc: "Largest batch of records, as compressed by the producer.");

    /// <summary>Whose clock counts.</summary>
    public static readonly ConfigKey<string> MessageTimestampType = Group.String("message.timestamp.type", "CreateTime",
        oneOf: TimestampTypes, inherits: LogMessageTimestampType,
        doc: "CreateTime keeps the producer's timestamps, LogAppendTime replaces them with the broker's.");

    /// <summary>Oldest timestamp.</summary>
    public static readonly ConfigKey<long> MessageTimestampBeforeMaxMs = Group.Long("message.timestamp.before.max.ms",
        long.MaxValue, min: 0, inherits: LogMessageTimestampBeforeMaxMs,
        doc: "How far before the broker's clock a producer's timestamp may lie.");

    /// <summary>Newest timestamp.</summary>
    public static readonly ConfigKey<long> MessageTimestampAfterMaxMs = Group.Long("message.timestamp.after.max.ms",
        Time.Hour,
        min: 0, inherits: LogMessageTimestampAfterMaxMs,
        doc: "How far after the broker's clock a producer's timestamp may lie.");

    /// <summary>Dirtiness that triggers compaction.</summary>
    public static readonly ConfigKey<double> MinCleanableDirtyRatio = Group.Double("min.cleanable.dirty.ratio", 0.5,
        min: 0,
        max: 1, inherits: LogCleanerMinCleanableRatio,
        doc: "Share of a log that must be uncompacted before it is compacted.");

    /// <summary>Least age for compaction.</summary>
    public static readonly ConfigKey<long> MinCompactionLagMs = Group.Long("min.compaction.lag.ms", 0, min: 0,
        inherits: LogCleanerMinCompactionLagMs, doc: "How long a record is safe from compaction.");

    /// <summary>Replicas that must hold a record.</summary>
    public static readonly ConfigKey<int> MinInSyncReplicas = Group.Int("min.insync.replicas", 1, min: 1,
        inherits: BrokerConfigs.MinInSyncReplicas,
        doc: "Replicas, the leader included, that must hold a record before a producer with acks=all is answered.");

    /// <summary>Preallocation.</summary>
    public static readonly ConfigKey<bool> Preallocate = Group.Boolean("preallocate", false, inherits: LogPreallocate,
        doc: "Reserve the whole file when a segment is created.");

    /// <summary>Size from which on segments are deleted.</summary>
    public static readonly ConfigKey<long> RetentionBytes = Group.Long("retention.bytes", -1,
        inherits: LogRetentionBytes,
        doc: "Bytes that a partition may hold before its oldest segments are deleted; -1 is without limit.");

    /// <summary>Time until a segment is deleted.</summary>
    public static readonly ConfigKey<long> RetentionMs = Group.Long("retention.ms", 7 * Time.Day, min: -1,
        inherits: LogRetentionMs,
        doc: "How long a closed segment stays before the delete policy may remove it; -1 keeps it for ever.");

    /// <summary>Tiered storage.</summary>
    public static readonly ConfigKey<bool> RemoteStorageEnable = Group.Boolean("remote.storage.enable", false,
        "Copy closed segments to remote storage (KIP-405).");

    /// <summary>Stop copying.</summary>
    public static readonly ConfigKey<bool> RemoteLogCopyDisable = Group.Boolean("remote.log.copy.disable", false,
        "Copy no more segments to remote storage and read only what is there (KIP-950).");

    /// <summary>Delete remote data.</summary>
    public static readonly ConfigKey<bool> RemoteLogDeleteOnDisable = Group.Boolean("remote.log.delete.on.disable",
        false,
        "Delete remote segments when remote storage is turned off for the topic (KIP-950).");

    /// <summary>Delay of copying in time.</summary>
    public static readonly ConfigKey<long> RemoteCopyLagMs = Group.Long("remote.copy.lag.ms", 0, min: -2,
        doc: "How long a closed segment waits before it is copied to remote storage.");

    /// <summary>Delay of copying in bytes.</summary>
    public static readonly ConfigKey<long> RemoteCopyLagBytes = Group.Long("remote.copy.lag.bytes", 0, min: -2,
        doc: "Bytes of closed segments that wait before the oldest is copied to remote storage.");

    /// <summary>Size of a segment.</summary>
    public static readonly ConfigKey<int> SegmentBytes = Group.Int("segment.bytes", Size.GiB, min: 14,
        inherits: LogSegmentBytes, doc: "Size of a segment; retention and compaction work on whole closed segments.");

    /// <summary>Largest index.</summary>
    public static readonly ConfigKey<int> SegmentIndexBytes = Group.Int("segment.index.bytes", 10 * Size.MiB, min: 4,
        inherits: LogIndexSizeMaxBytes, doc: "Largest offset index; a full one rolls the segment.");

    /// <summary>Spread of rolling.</summary>
    public static readonly ConfigKey<long> SegmentJitterMs = Group.Long("segment.jitter.ms", 0, min: 0,
        inherits: LogRollJitterMs,
        doc: "Random time by which segments are rolled earlier, so that not all do at once.");

    /// <summary>Time until a segment is rolled.</summary>
    public static readonly ConfigKey<long> SegmentMs = Group.Long("segment.ms", 7 * Time.Day, min: 1,
        inherits: LogRollMs,
        doc: "Age at which a segment is closed even when it is not full.");

    /// <summary>Unclean elections.</summary>
    public static readonly ConfigKey<bool> UncleanLeaderElectionEnable = Group.Boolean("unclean.leader.election.enable",
        false,
        inherits: BrokerConfigs.UncleanLeaderElectionEnable,
        doc: "Let a replica that is not in sync become leader when no other is left, at the price of lost records.");

    /// <summary>Dead letter queues of share groups.</summary>
    public static readonly ConfigKey<bool> ErrorsDeadLetterQueueGroupEnable = Group.Boolean(
        "errors.deadletterqueue.group.enable", false,
        "Let share groups use this topic as dead letter queue (KIP-1191).");

    /// <summary>Confluent's name for subjects after the topic.</summary>
    public const string TopicNameStrategy = "io.confluent.kafka.serializers.subject.TopicNameStrategy";

    /// <summary>Confluent's name for subjects after the type of the record.</summary>
    public const string RecordNameStrategy = "io.confluent.kafka.serializers.subject.RecordNameStrategy";

    /// <summary>Confluent's name for subjects after both.</summary>
    public const string TopicRecordNameStrategy = "io.confluent.kafka.serializers.subject.TopicRecordNameStrategy";

    private static readonly string[] SubjectNameStrategies =
        [TopicNameStrategy, RecordNameStrategy, TopicRecordNameStrategy];

    /// <summary>Schema ids of keys.</summary>
    public static readonly ConfigKey<bool> KeySchemaValidation = Group.Boolean(
        "confluent.key.schema.validation", false,
        "Refuse records whose key does not carry the id of a schema that is registered under its subject.");

    /// <summary>Schema ids of values.</summary>
    public static readonly ConfigKey<bool> ValueSchemaValidation = Group.Boolean(
        "confluent.value.schema.validation", false,
        "Refuse records whose value does not carry the id of a schema that is registered under its subject.");

    /// <summary>Subjects of keys.</summary>
    public static readonly ConfigKey<string> KeySubjectNameStrategy = Group.String(
        "confluent.key.subject.name.strategy", TopicNameStrategy, oneOf: SubjectNameStrategies, doc: SubjectDoc);

    /// <summary>Subjects of values.</summary>
    public static readonly ConfigKey<string> ValueSubjectNameStrategy = Group.String(
        "confluent.value.subject.name.strategy", TopicNameStrategy, oneOf: SubjectNameStrategies, doc: SubjectDoc);

    private const string SubjectDoc = "The subject that a schema must be registered under. The broker does not look into "
        + "schemas: with RecordNameStrategy any subject will do, with TopicRecordNameStrategy any that begins with the "
        + "topic and a dash.";

    /// <summary>All keys, in the order of declaration.</summary>
    public static IReadOnlyList<ConfigKey> All => Group.Keys;

    /// <summary>The key of that name, or null.</summary>
    public static ConfigKey? Find(string name) => Group.Find(name);
}
