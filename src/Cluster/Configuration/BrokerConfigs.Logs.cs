namespace Platform.Cluster.Configuration;

/// <content>Logs: segments, retention, flushing. Most are defaults of a topic setting.</content>
public static partial class BrokerConfigs
{
    internal static readonly string[] CleanupPolicies = ["compact", "delete"];
    internal static readonly string[] TimestampTypes = ["CreateTime", "LogAppendTime"];

    /// <summary>The value of platform.log.dir.when.full that takes a full directory offline.</summary>
    public const string OfflineWhenFull = "offline";

    private static readonly string[] WhenFull = ["refuse", OfflineWhenFull];

    /// <summary>Size of a segment.</summary>
    public static readonly ConfigKey<int> LogSegmentBytes = Group.Int("log.segment.bytes", Size.GiB, min: Size.MiB,
        importance: Importance.High, update: ConfigUpdateMode.ClusterWide,
        doc: "Default of the topic setting segment.bytes.");

    /// <summary>Hours until a segment is rolled.</summary>
    public static readonly ConfigKey<int> LogRollHours = Group.Int("log.roll.hours", 168, min: 1,
        importance: Importance.High,
        doc: "As log.roll.ms, in hours.");

    /// <summary>Time until a segment is rolled.</summary>
    public static readonly ConfigKey<long?> LogRollMs = Group.OptionalLong("log.roll.ms", min: 1,
        importance: Importance.High,
        update: ConfigUpdateMode.ClusterWide, synonyms: [new ConfigSynonym(LogRollHours, Time.Hour)],
        doc: "Default of the topic setting segment.ms; log.roll.hours when not set.");

    /// <summary>Spread of rolling in hours.</summary>
    public static readonly ConfigKey<int> LogRollJitterHours = Group.Int("log.roll.jitter.hours", 0, min: 0,
        importance: Importance.High, doc: "As log.roll.jitter.ms, in hours.");

    /// <summary>Spread of rolling.</summary>
    public static readonly ConfigKey<long?> LogRollJitterMs = Group.OptionalLong("log.roll.jitter.ms", min: 0,
        importance: Importance.High, update: ConfigUpdateMode.ClusterWide,
        synonyms: [new ConfigSynonym(LogRollJitterHours, Time.Hour)],
        doc: "Default of the topic setting segment.jitter.ms; log.roll.jitter.hours when not set.");

    /// <summary>Hours until a segment is deleted.</summary>
    public static readonly ConfigKey<int> LogRetentionHours = Group.Int("log.retention.hours", 168, min: -1,
        importance: Importance.High, doc: "As log.retention.ms, in hours.");

    /// <summary>Minutes until a segment is deleted.</summary>
    public static readonly ConfigKey<int?> LogRetentionMinutes = Group.OptionalInt("log.retention.minutes", min: -1,
        importance: Importance.High, synonyms: [new ConfigSynonym(LogRetentionHours, 60)],
        doc: "As log.retention.ms, in minutes; log.retention.hours when not set.");

    /// <summary>Time until a segment is deleted.</summary>
    public static readonly ConfigKey<long?> LogRetentionMs = Group.OptionalLong("log.retention.ms", min: -1,
        importance: Importance.High, update: ConfigUpdateMode.ClusterWide,
        synonyms: [new ConfigSynonym(LogRetentionMinutes, Time.Minute),
        new ConfigSynonym(LogRetentionHours, Time.Hour)],
        doc: "Default of the topic setting retention.ms; log.retention.minutes when not set.");

    /// <summary>Size from which on segments are deleted.</summary>
    public static readonly ConfigKey<long> LogRetentionBytes = Group.Long("log.retention.bytes", -1, min: -1,
        importance: Importance.High, update: ConfigUpdateMode.ClusterWide,
        doc: "Default of the topic setting retention.bytes; it counts per partition.");

    /// <summary>Interval of retention.</summary>
    public static readonly ConfigKey<long> LogRetentionCheckIntervalMs = Group.Long("log.retention.check.interval.ms",
        5 * Time.Minute, min: 1, doc: "Time between two looks for segments that retention may delete.");

    /// <summary>Room for what must go on.</summary>
    public static readonly ConfigKey<long> LogDirReserveBytes = Group.Long("platform.log.dir.reserve.bytes",
        16 * Size.MiB, min: 0,
        doc: "Bytes of the disk of each log directory that records of clients leave free, so that metadata, commits, "
        + "transactions, checkpoints and compaction go on when clients have filled it; at most 5 % of the disk are "
        + "kept; 0 is none. Kafka has no such setting.");

    /// <summary>What a full disk means.</summary>
    public static readonly ConfigKey<string> LogDirWhenFull = Group.String("platform.log.dir.when.full", WhenFull[0],
        oneOf: WhenFull,
        doc: "What happens to a log directory whose disk is full. refuse: appends are refused with "
        + "KAFKA_STORAGE_ERROR until there is room again, all else goes on. offline: as in Kafka, the directory is "
        + "offline until the node is started again. Kafka has no such setting.");

    /// <summary>Rate of scrubbing.</summary>
    public static readonly ConfigKey<long> ScrubMaxBytesPerSecond = Group.Long("platform.scrub.max.bytes.per.second",
        Size.MiB, min: 0, update: ConfigUpdateMode.ClusterWide,
        doc: "Bytes a second that are read of closed segments to compare batches with their checksums, so that a disk "
        + "that rots is noticed before somebody needs the records; 0 is never. Kafka has no such setting.");

    /// <summary>Rounds of scrubbing.</summary>
    public static readonly ConfigKey<long> ScrubIntervalMs = Group.Long("platform.scrub.interval.ms", 7 * Time.Day,
        min: Time.Minute, update: ConfigUpdateMode.ClusterWide,
        doc: "Time between the begins of two rounds of reading all closed segments. Kafka has no such setting.");

    /// <summary>Delete or compact.</summary>
    public static readonly ConfigKey<IReadOnlyList<string>> LogCleanupPolicy = Group.List("log.cleanup.policy",
        "delete",
        oneOf: CleanupPolicies, update: ConfigUpdateMode.ClusterWide,
        doc: "Default of the topic setting cleanup.policy.");

    /// <summary>Delay before files are removed.</summary>
    public static readonly ConfigKey<long> LogSegmentDeleteDelayMs = Group.Long("log.segment.delete.delay.ms",
        Time.Minute,
        min: 0, importance: Importance.High, update: ConfigUpdateMode.ClusterWide,
        doc: "Default of the topic setting file.delete.delay.ms.");

    /// <summary>Density of the offset index.</summary>
    public static readonly ConfigKey<int> LogIndexIntervalBytes = Group.Int("log.index.interval.bytes", 4 * Size.KiB,
        min: 0,
        update: ConfigUpdateMode.ClusterWide, doc: "Default of the topic setting index.interval.bytes.");

    /// <summary>Largest index.</summary>
    public static readonly ConfigKey<int> LogIndexSizeMaxBytes = Group.Int("log.index.size.max.bytes", 10 * Size.MiB,
        min: 4,
        update: ConfigUpdateMode.ClusterWide, doc: "Default of the topic setting segment.index.bytes.");

    /// <summary>Records until a flush.</summary>
    public static readonly ConfigKey<long> LogFlushIntervalMessages = Group.Long("log.flush.interval.messages",
        long.MaxValue,
        min: 1, importance: Importance.High, update: ConfigUpdateMode.ClusterWide,
        doc: "Default of the topic setting flush.messages.");

    /// <summary>Interval of the flusher.</summary>
    public static readonly ConfigKey<long> LogFlushSchedulerIntervalMs = Group.Long("log.flush.scheduler.interval.ms",
        long.MaxValue, min: 1, importance: Importance.High,
        doc: "Time between two looks for logs that flush.ms wants flushed.");

    /// <summary>Time until a flush.</summary>
    public static readonly ConfigKey<long?> LogFlushIntervalMs = Group.OptionalLong("log.flush.interval.ms", min: 0,
        importance: Importance.High, update: ConfigUpdateMode.ClusterWide,
        synonyms: [new ConfigSynonym(LogFlushSchedulerIntervalMs)],
        doc: "Default of the topic setting flush.ms; log.flush.scheduler.interval.ms when not set.");

    /// <summary>Interval of the recovery point checkpoint.</summary>
    public static readonly ConfigKey<int> LogFlushOffsetCheckpointIntervalMs = Group.Int(
        "log.flush.offset.checkpoint.interval.ms", (int)Time.Minute, min: 0, importance: Importance.High,
        doc: "Time between two checkpoints of how far logs are flushed.");

    /// <summary>Interval of the log start checkpoint.</summary>
    public static readonly ConfigKey<int> LogFlushStartOffsetCheckpointIntervalMs = Group.Int(
        "log.flush.start.offset.checkpoint.interval.ms", (int)Time.Minute, min: 0, importance: Importance.High,
        doc: "Time between two checkpoints of where logs start.");

    /// <summary>Preallocation.</summary>
    public static readonly ConfigKey<bool> LogPreallocate = Group.Boolean("log.preallocate", false,
        "Default of the topic setting preallocate.", update: ConfigUpdateMode.ClusterWide);

    /// <summary>Whose clock counts.</summary>
    public static readonly ConfigKey<string> LogMessageTimestampType = Group.String("log.message.timestamp.type",
        "CreateTime",
        oneOf: TimestampTypes, update: ConfigUpdateMode.ClusterWide,
        doc: "Default of the topic setting message.timestamp.type.");

    /// <summary>Oldest timestamp.</summary>
    public static readonly ConfigKey<long> LogMessageTimestampBeforeMaxMs = Group.Long(
        "log.message.timestamp.before.max.ms",
        long.MaxValue, min: 0, update: ConfigUpdateMode.ClusterWide,
        doc: "Default of the topic setting message.timestamp.before.max.ms.");

    /// <summary>Newest timestamp.</summary>
    public static readonly ConfigKey<long> LogMessageTimestampAfterMaxMs = Group.Long(
        "log.message.timestamp.after.max.ms",
        Time.Hour, min: 0, update: ConfigUpdateMode.ClusterWide,
        doc: "Default of the topic setting message.timestamp.after.max.ms.");

    /// <summary>Local retention in bytes.</summary>
    public static readonly ConfigKey<long> LogLocalRetentionBytes = Group.Long("log.local.retention.bytes", -2, min: -2,
        update: ConfigUpdateMode.ClusterWide, doc: "Default of the topic setting local.retention.bytes.");

    /// <summary>Local retention in time.</summary>
    public static readonly ConfigKey<long> LogLocalRetentionMs = Group.Long("log.local.retention.ms", -2, min: -2,
        update: ConfigUpdateMode.ClusterWide, doc: "Default of the topic setting local.retention.ms.");
}
