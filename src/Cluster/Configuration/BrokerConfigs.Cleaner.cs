namespace Platform.Cluster.Configuration;

/// <content>Compaction.</content>
public static partial class BrokerConfigs
{
    /// <summary>Whether logs are compacted.</summary>
    public static readonly ConfigKey<bool> LogCleanerEnable = Group.Boolean("log.cleaner.enable", true,
        "Compact logs whose policy asks for it. Without it they grow for ever, the offsets topic included.");

    /// <summary>Threads of the cleaner.</summary>
    public static readonly ConfigKey<int> LogCleanerThreads = Group.Int("log.cleaner.threads", 1, min: 0,
        update: ConfigUpdateMode.ClusterWide, doc: "Logs that are compacted at the same time.");

    /// <summary>Limit of the cleaner's input and output.</summary>
    public static readonly ConfigKey<double> LogCleanerIoMaxBytesPerSecond = Group.Double(
        "log.cleaner.io.max.bytes.per.second",
        double.MaxValue, update: ConfigUpdateMode.ClusterWide,
        doc: "Bytes a second that compaction may read and write together.");

    /// <summary>Memory for keys.</summary>
    public static readonly ConfigKey<long> LogCleanerDedupeBufferSize = Group.Long("log.cleaner.dedupe.buffer.size",
        128L * Size.MiB, min: Size.MiB, update: ConfigUpdateMode.ClusterWide,
        doc: "Memory for the keys that compaction remembers, over all threads.");

    /// <summary>Memory for input and output.</summary>
    public static readonly ConfigKey<int> LogCleanerIoBufferSize = Group.Int("log.cleaner.io.buffer.size",
        512 * Size.KiB,
        min: 0, update: ConfigUpdateMode.ClusterWide,
        doc: "Memory for reading and writing by compaction, over all threads.");

    /// <summary>Fill of the memory for keys.</summary>
    public static readonly ConfigKey<double> LogCleanerIoBufferLoadFactor = Group.Double(
        "log.cleaner.io.buffer.load.factor",
        0.9, min: 0.1, max: 1, update: ConfigUpdateMode.ClusterWide,
        doc: "How full the memory for keys may become; a fuller one cleans more at once and slower.");

    /// <summary>Pause when idle.</summary>
    public static readonly ConfigKey<long> LogCleanerBackoffMs = Group.Long("log.cleaner.backoff.ms", 15 * Time.Second,
        min: 0,
        update: ConfigUpdateMode.ClusterWide, doc: "Pause of the cleaner when no log needs it.");

    /// <summary>Dirtiness that triggers compaction.</summary>
    public static readonly ConfigKey<double> LogCleanerMinCleanableRatio = Group.Double(
        "log.cleaner.min.cleanable.ratio", 0.5,
        min: 0, max: 1, update: ConfigUpdateMode.ClusterWide,
        doc: "Default of the topic setting min.cleanable.dirty.ratio.");

    /// <summary>How long tombstones stay.</summary>
    public static readonly ConfigKey<long> LogCleanerDeleteRetentionMs = Group.Long("log.cleaner.delete.retention.ms",
        Time.Day,
        min: 0, update: ConfigUpdateMode.ClusterWide, doc: "Default of the topic setting delete.retention.ms.");

    /// <summary>Least age for compaction.</summary>
    public static readonly ConfigKey<long> LogCleanerMinCompactionLagMs = Group.Long(
        "log.cleaner.min.compaction.lag.ms", 0,
        min: 0, update: ConfigUpdateMode.ClusterWide, doc: "Default of the topic setting min.compaction.lag.ms.");

    /// <summary>Greatest age without compaction.</summary>
    public static readonly ConfigKey<long> LogCleanerMaxCompactionLagMs = Group.Long(
        "log.cleaner.max.compaction.lag.ms",
        long.MaxValue, min: 1, update: ConfigUpdateMode.ClusterWide,
        doc: "Default of the topic setting max.compaction.lag.ms.");
}
