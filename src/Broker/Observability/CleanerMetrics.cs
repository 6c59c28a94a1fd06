using System.Diagnostics.Metrics;
using Platform.Broker.Lifecycle;
using Platform.Storage;

namespace Platform.Broker.Observability;

/// <summary>How compaction and scrubbing go, under the names that the JMX exporter gives Kafka's own metrics, save for
/// two that Prometheus' rules forbid: a gauge that ends in <c>_count</c>, and milliseconds.</summary>
internal sealed class CleanerMetrics : IDisposable
{
    private readonly Meter _meter = new(BrokerMetrics.MeterName);

    public CleanerMetrics(int brokerId, LogManager logs, Func<CleanerWorkers?> workers, TimeProvider time)
    {
        var cleaner = logs.Cleaner;
        var broker = new KeyValuePair<string, object?>("broker", brokerId);
        Gauge("kafka_log_logcleanermanager_uncleanable_partitions",
            "Partitions that compaction gave up until the next start, because of damage.", () => cleaner.Uncleanable.Count);
        Gauge("kafka_log_logcleanermanager_uncleanable_bytes",
            "Bytes of partitions that compaction gave up.", () => cleaner.UncleanableBytes);
        Gauge("kafka_log_logcleanermanager_max_dirty_percent",
            "Largest share of a log that could be compacted and is not.", () => 100 * cleaner.MaxDirtyRatio(Now()));
        Gauge("kafka_log_logcleanermanager_time_since_last_run_seconds",
            "Time since logs were looked at.",
            () => workers() is { LastLookMs: > 0 and var last } ? (Now() - last) / 1000.0 : 0);
        Gauge("platform_log_corrupt_batches",
            "Batches of closed segments that no longer match their checksums.", () => logs.Scrubber.Corrupt.Count);
        _meter.CreateObservableCounter("platform_log_scrubbed_bytes_total",
            () => new Measurement<long>(logs.Scrubber.BytesRead, broker),
            description: "Bytes of closed segments that were compared with their checksums.");
        Gauge("kafka_log_logcleaner_cleaner_recopy_percent",
            "Share of the bytes that the last pass kept.", () => Recopied(workers()?.LastPass));

        long Now() => time.GetUtcNow().ToUnixTimeMilliseconds();

        void Gauge(string name, string help, Func<double> read) =>
            _meter.CreateObservableGauge(name, () => new Measurement<double>(read(), broker), description: help);
    }

    /// <inheritdoc/>
    public void Dispose() => _meter.Dispose();

    private static double Recopied(CleanedLog? pass) =>
        pass is { Stats.BytesRead: > 0 } ? 100.0 * pass.Stats.BytesWritten / pass.Stats.BytesRead : 0;
}
