using Platform.Cluster.Configuration;

namespace Platform.Cluster.Transactions;

/// <summary>What an operator may set about transactions, times in milliseconds. The names are Kafka's.</summary>
public sealed record TransactionCoordinatorOptions
{
    /// <summary><c>transaction.max.timeout.ms</c>: the longest transaction that a producer may ask for.</summary>
    public int MaxTimeoutMs { get; init; } = 15 * 60_000;

    /// <summary><c>transaction.abort.timed.out.transaction.cleanup.interval.ms</c>: time between looks for
    /// transactions that ran out of time.</summary>
    public int AbortTimedOutIntervalMs { get; init; } = 10_000;

    /// <summary><c>transactional.id.expiration.ms</c>: how long an idle id is kept.</summary>
    public int IdExpirationMs { get; init; } = 7 * 24 * 60 * 60_000;

    /// <summary><c>transaction.remove.expired.transaction.cleanup.interval.ms</c>: time between looks for ids that
    /// expired.</summary>
    public int RemoveExpiredIntervalMs { get; init; } = 60 * 60_000;

    /// <summary><c>add.partitions.to.txn.retry.backoff.max.ms</c>: how long partitions of the next transaction wait
    /// until the markers of the last one are written.</summary>
    public int AddPartitionsWaitMs { get; init; } = 100;

    /// <summary>The most ids that one look removes; the rest follow at once.</summary>
    public int ExpiredIdsPerPass { get; init; } = 1_000;

    /// <summary>The options that a node's settings ask for.</summary>
    public static TransactionCoordinatorOptions From(BrokerConfig config) => new()
    {
        MaxTimeoutMs = config[BrokerConfigs.TransactionMaxTimeoutMs],
        AbortTimedOutIntervalMs = config[BrokerConfigs.TransactionAbortTimedOutCleanupIntervalMs],
        IdExpirationMs = config[BrokerConfigs.TransactionalIdExpirationMs],
        RemoveExpiredIntervalMs = config[BrokerConfigs.TransactionRemoveExpiredCleanupIntervalMs],
        AddPartitionsWaitMs = config[BrokerConfigs.AddPartitionsToTxnRetryBackoffMaxMs],
    };
}
