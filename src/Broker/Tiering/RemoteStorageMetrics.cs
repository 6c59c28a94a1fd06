using System.Diagnostics.Metrics;
using Platform.Broker.Observability;

namespace Platform.Broker.Tiering;

/// <summary>What an operator watches about remote storage itself: what it costs, whether it fails, and what the caches
/// are good for. Labelled by broker only.</summary>
internal sealed class RemoteStorageMetrics : IDisposable
{
    private readonly Meter _meter = new(BrokerMetrics.MeterName);
    private readonly KeyValuePair<string, object?> _broker;

    public RemoteStorageMetrics(
        int brokerId, RemoteStorageCounters counters, Func<long> memoryBytes, Func<long> diskBytes)
    {
        _broker = new("broker", brokerId);
        Counter("platform_remote_storage_requests_total", "Requests to object storage, every attempt counted.",
            () => Interlocked.Read(ref counters.Requests));
        Counter("platform_remote_storage_retries_total", "Requests to object storage that were sent again.",
            () => Interlocked.Read(ref counters.Retries));
        Counter("platform_remote_storage_errors_total", "Requests to object storage that failed for good.",
            () => Interlocked.Read(ref counters.Errors));
        Counter("platform_remote_storage_read_bytes_total", "Bytes read from object storage.",
            () => Interlocked.Read(ref counters.BytesRead));
        Counter("platform_remote_storage_written_bytes_total", "Bytes uploaded to object storage.",
            () => Interlocked.Read(ref counters.BytesWritten));
        Counter("platform_remote_storage_cache_hits_total", "Reads of remote segments that caches of this node answered.",
            () => Interlocked.Read(ref counters.CacheHits));
        Counter("platform_remote_storage_cache_misses_total", "Reads of remote segments that went to remote storage.",
            () => Interlocked.Read(ref counters.CacheMisses));
        Counter("platform_remote_storage_cache_failures_total", "Times that the disk of a cache erred or had a damaged file.",
            () => Interlocked.Read(ref counters.CacheFailures));
        Gauge("platform_remote_storage_cache_memory_bytes", "Bytes of remote segments in memory.", memoryBytes);
        Gauge("platform_remote_storage_cache_disk_bytes", "Bytes of remote segments in caches on disk.", diskBytes);
    }

    /// <inheritdoc/>
    public void Dispose() => _meter.Dispose();

    private void Counter(string name, string help, Func<long> read) => _meter.CreateObservableCounter(
        name, () => new Measurement<long>(read(), _broker), description: help);

    private void Gauge(string name, string help, Func<long> read) => _meter.CreateObservableGauge(
        name, () => new Measurement<long>(read(), _broker), description: help);
}
