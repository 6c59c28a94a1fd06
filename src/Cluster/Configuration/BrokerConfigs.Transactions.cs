namespace Platform.Cluster.Configuration;

/// <content>Transactions and idempotent producers.</content>
public static partial class BrokerConfigs
{
    /// <summary>Partitions of the transaction topic.</summary>
    public static readonly ConfigKey<int> TransactionStateLogNumPartitions = Group.Int(
        "transaction.state.log.num.partitions",
        50, min: 1, importance: Importance.High,
        doc: "Partitions of __transaction_state. Must not be changed once it exists.");

    /// <summary>Replicas of the transaction topic.</summary>
    public static readonly ConfigKey<short> TransactionStateLogReplicationFactor = Group.Short(
        "transaction.state.log.replication.factor", 3, min: 1, importance: Importance.High,
        doc: "Replicas of __transaction_state. The topic is created when that many brokers are there.");

    /// <summary>In-sync replicas of the transaction topic.</summary>
    public static readonly ConfigKey<int> TransactionStateLogMinIsr = Group.Int("transaction.state.log.min.isr", 2,
        min: 1,
        importance: Importance.High, doc: "min.insync.replicas of __transaction_state.");

    /// <summary>Segments of the transaction topic.</summary>
    public static readonly ConfigKey<int> TransactionStateLogSegmentBytes = Group.Int(
        "transaction.state.log.segment.bytes",
        100 * Size.MiB, min: 1, importance: Importance.High, doc: "Size of a segment of __transaction_state.");

    /// <summary>Buffer for loading.</summary>
    public static readonly ConfigKey<int> TransactionStateLogLoadBufferSize = Group.Int(
        "transaction.state.log.load.buffer.size", 5 * Size.MiB, min: 1, importance: Importance.High,
        doc: "Bytes read at once when transactions are loaded from their topic.");

    /// <summary>Longest transaction.</summary>
    public static readonly ConfigKey<int> TransactionMaxTimeoutMs = Group.Int("transaction.max.timeout.ms",
        (int)(15 * Time.Minute), min: 1, importance: Importance.High,
        doc: "Longest timeout that a transactional producer may ask for.");

    /// <summary>Expiry of transactional ids.</summary>
    public static readonly ConfigKey<int> TransactionalIdExpirationMs = Group.Int("transactional.id.expiration.ms",
        (int)(7 * Time.Day), min: 1, importance: Importance.High,
        doc: "A transactional id that was not used for this long is forgotten.");

    /// <summary>Interval of aborts.</summary>
    public static readonly ConfigKey<int> TransactionAbortTimedOutCleanupIntervalMs = Group.Int(
        "transaction.abort.timed.out.transaction.cleanup.interval.ms", (int)(10 * Time.Second), min: 1,
        importance: Importance.Low, doc: "Time between two looks for transactions that ran out of time.");

    /// <summary>Interval of the expiry of transactional ids.</summary>
    public static readonly ConfigKey<int> TransactionRemoveExpiredCleanupIntervalMs = Group.Int(
        "transaction.remove.expired.transaction.cleanup.interval.ms", (int)Time.Hour, min: 1,
        importance: Importance.Low,
        doc: "Time between two looks for transactional ids that have expired.");

    /// <summary>Wait for the end of the last transaction.</summary>
    public static readonly ConfigKey<int> AddPartitionsToTxnRetryBackoffMaxMs = Group.Int(
        "add.partitions.to.txn.retry.backoff.max.ms", 100, min: 0, importance: Importance.Low,
        doc: "How long partitions of a transaction wait until the markers of the last one are written. It is looked at five times a second.");

    /// <summary>Verification of partitions.</summary>
    public static readonly ConfigKey<bool> TransactionPartitionVerificationEnable = Group.Boolean(
        "transaction.partition.verification.enable", true, importance: Importance.Low,
        update: ConfigUpdateMode.ClusterWide,
        doc: "Ask the coordinator whether a partition belongs to the transaction before its first record is appended "
        + "(KIP-890).");

    /// <summary>Expiry of producer ids.</summary>
    public static readonly ConfigKey<int> ProducerIdExpirationMs = Group.Int("producer.id.expiration.ms", (int)Time.Day,
        min: 1,
        importance: Importance.Low, update: ConfigUpdateMode.ClusterWide,
        doc: "A producer id that a partition did not see for this long is forgotten there.");
}
