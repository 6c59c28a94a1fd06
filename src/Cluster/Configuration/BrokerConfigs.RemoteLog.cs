namespace Platform.Cluster.Configuration;

/// <content>Tiered storage (KIP-405): copying, expiring and reading of segments in remote storage.</content>
public static partial class BrokerConfigs
{
    /// <summary>Tiered storage as a whole.</summary>
    public static readonly ConfigKey<bool> RemoteLogStorageSystemEnable = Group.Boolean(
        "remote.log.storage.system.enable", false,
        "Let topics keep closed segments in remote storage, with remote.storage.enable (KIP-405).");

    /// <summary>Partitions of the metadata topic.</summary>
    public static readonly ConfigKey<int> RemoteLogMetadataTopicNumPartitions = Group.Int(
        "rlmm.config.remote.log.metadata.topic.num.partitions", 50, min: 1, importance: Importance.Low,
        doc: "Partitions of __remote_log_metadata. Must not be changed once it exists.");

    /// <summary>Replicas of the metadata topic.</summary>
    public static readonly ConfigKey<short> RemoteLogMetadataTopicReplicationFactor = Group.Short(
        "rlmm.config.remote.log.metadata.topic.replication.factor", 3, min: 1, importance: Importance.Low,
        doc: "Replicas of __remote_log_metadata. The topic is created when that many brokers are there.");

    /// <summary>Retention of the metadata topic.</summary>
    public static readonly ConfigKey<long> RemoteLogMetadataTopicRetentionMs = Group.Long(
        "rlmm.config.remote.log.metadata.topic.retention.ms", -1, min: -1, importance: Importance.Low,
        doc: "How long __remote_log_metadata keeps its records; must be longer than the retention of every tiered topic. "
        + "-1 keeps them for ever.");

    /// <summary>Interval of tasks.</summary>
    public static readonly ConfigKey<long> RemoteLogManagerTaskIntervalMs = Group.Long(
        "remote.log.manager.task.interval.ms", 30 * Time.Second, min: 1, importance: Importance.Low,
        doc: "Time between two looks for segments to copy and copies to delete.");

    /// <summary>First pause after a failure.</summary>
    public static readonly ConfigKey<long> RemoteLogManagerTaskRetryBackoffMs = Group.Long(
        "remote.log.manager.task.retry.backoff.ms", 500, min: 1, importance: Importance.Low,
        doc: "Pause after the first failure of a task; doubled after each further one.");

    /// <summary>Longest pause after a failure.</summary>
    public static readonly ConfigKey<long> RemoteLogManagerTaskRetryBackoffMaxMs = Group.Long(
        "remote.log.manager.task.retry.backoff.max.ms", 30 * Time.Second, min: 1, importance: Importance.Low,
        doc: "Longest pause after a failure of a task.");

    /// <summary>Jitter of pauses.</summary>
    public static readonly ConfigKey<double> RemoteLogManagerTaskRetryJitter = Group.Double(
        "remote.log.manager.task.retry.jitter", 0.2, min: 0, max: 0.5, importance: Importance.Low,
        doc: "Share by which pauses are made longer or shorter at random, so that not all partitions try at once.");

    /// <summary>Copies at once.</summary>
    public static readonly ConfigKey<int> RemoteLogManagerCopierThreadPoolSize = Group.Int(
        "remote.log.manager.copier.thread.pool.size", 10, min: 1,
        doc: "Segments that are copied to remote storage at the same time, each of another partition.");

    /// <summary>Deletions at once.</summary>
    public static readonly ConfigKey<int> RemoteLogManagerExpirationThreadPoolSize = Group.Int(
        "remote.log.manager.expiration.thread.pool.size", 10, min: 1,
        doc: "Partitions whose copies are deleted at the same time.");

    /// <summary>Rate of copying.</summary>
    public static readonly ConfigKey<long> RemoteLogManagerCopyMaxBytesPerSecond = Group.Long(
        "remote.log.manager.copy.max.bytes.per.second", long.MaxValue, min: 1,
        update: ConfigUpdateMode.ClusterWide,
        doc: "Bytes that are copied to remote storage in a second, over all partitions of the broker.");

    /// <summary>Rate of reading.</summary>
    public static readonly ConfigKey<long> RemoteLogManagerFetchMaxBytesPerSecond = Group.Long(
        "remote.log.manager.fetch.max.bytes.per.second", long.MaxValue, min: 1,
        update: ConfigUpdateMode.ClusterWide,
        doc: "Bytes that are read from remote storage in a second, over all partitions of the broker.");

    /// <summary>Reads at once.</summary>
    public static readonly ConfigKey<int> RemoteLogReaderThreads = Group.Int("remote.log.reader.threads", 10, min: 1,
        doc: "Reads from remote storage that run at the same time.");

    /// <summary>Reads that wait.</summary>
    public static readonly ConfigKey<int> RemoteLogReaderMaxPendingTasks = Group.Int(
        "remote.log.reader.max.pending.tasks", 100, min: 1,
        doc: "Reads from remote storage that wait for their turn; consumers beyond that get no records and ask again.");

    /// <summary>Wait for remote reads.</summary>
    public static readonly ConfigKey<int> RemoteFetchMaxWaitMs = Group.Int("remote.fetch.max.wait.ms", 500, min: 1,
        update: ConfigUpdateMode.ClusterWide,
        doc: "How long a fetch waits for remote storage; then it is answered without those records, and finds them ready "
        + "when it comes again.");

    /// <summary>Wait for remote look-ups.</summary>
    public static readonly ConfigKey<long> RemoteListOffsetsRequestTimeoutMs = Group.Long(
        "remote.list.offsets.request.timeout.ms", 30 * Time.Second, min: 1,
        update: ConfigUpdateMode.ClusterWide,
        doc: "How long ListOffsets waits for remote storage, for clients that do not say.");

    /// <summary>Limit of custom metadata.</summary>
    public static readonly ConfigKey<int> RemoteLogMetadataCustomMetadataMaxBytes = Group.Int(
        "remote.log.metadata.custom.metadata.max.bytes", 128, min: 0, importance: Importance.Low,
        doc: "Bytes that a remote storage may have remembered with each copy; copying ends for a partition whose storage "
        + "wants more.");
}
