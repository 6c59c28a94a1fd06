using Platform.Cluster.Configuration;

namespace Platform.Broker.Tiering;

/// <summary>Limits and times of tiered storage, as they are when a node starts.</summary>
internal sealed record RemoteLogSettings(BrokerConfig Config)
{
    private const int MaxDoublings = 20;

    /// <summary>Time between two turns of a task.</summary>
    public TimeSpan TaskInterval { get; } =
        TimeSpan.FromMilliseconds(Config[BrokerConfigs.RemoteLogManagerTaskIntervalMs]);

    /// <summary>Segments copied at once.</summary>
    public int Copiers { get; } = Config[BrokerConfigs.RemoteLogManagerCopierThreadPoolSize];

    /// <summary>Partitions whose copies are deleted at once.</summary>
    public int Expirers { get; } = Config[BrokerConfigs.RemoteLogManagerExpirationThreadPoolSize];

    /// <summary>Reads at once.</summary>
    public int Readers { get; } = Config[BrokerConfigs.RemoteLogReaderThreads];

    /// <summary>Reads that wait for their turn.</summary>
    public int MaxPendingReads { get; } = Config[BrokerConfigs.RemoteLogReaderMaxPendingTasks];

    /// <summary>Bytes that may be remembered with a copy.</summary>
    public int MaxCustomMetadataBytes { get; } = Config[BrokerConfigs.RemoteLogMetadataCustomMetadataMaxBytes];

    /// <summary>The pause after so many failures in a row.</summary>
    /// <param name="failures">At least 1.</param>
    /// <param name="chance">From 0 to 1: where in the jitter.</param>
    public TimeSpan RetryAfter(int failures, double chance)
    {
        var first = Config[BrokerConfigs.RemoteLogManagerTaskRetryBackoffMs];
        var longest = Config[BrokerConfigs.RemoteLogManagerTaskRetryBackoffMaxMs];
        var jitter = Config[BrokerConfigs.RemoteLogManagerTaskRetryJitter];
        var backoff = Math.Min(longest, first * Math.Pow(2, Math.Min(failures - 1, MaxDoublings)));
        return TimeSpan.FromMilliseconds(Math.Max(1, backoff * (1 + jitter * (2 * chance - 1))));
    }
}
