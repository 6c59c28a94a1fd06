using System.Collections.Concurrent;
using System.Diagnostics.Metrics;
using Platform.Broker.Observability;

namespace Platform.Broker.Tiering;

/// <summary>What was copied, read and deleted, by topic, and what waits, under the names that the JMX exporter gives Kafka's
/// own metrics (KIP-405, KIP-963, KIP-1018).</summary>
internal sealed class RemoteLogMetrics : IDisposable
{
    private readonly ConcurrentDictionary<string, RemoteTopicCounters> _topics = new(StringComparer.Ordinal);
    private readonly Meter _meter = new(BrokerMetrics.MeterName);
    private readonly KeyValuePair<string, object?> _broker;

    public RemoteLogMetrics(int brokerId, Func<(int Waiting, int Running)> reads)
    {
        _broker = new("broker", brokerId);
        AddCopies();
        AddFetches();
        AddDeletions();
        AddLag();
        Gauge("kafka_log_remote_remotestoragethreadpool_remotelogreadertaskqueuesize",
            "Reads from remote storage that wait for their turn.", () => reads().Waiting);
        Gauge("platform_remotelogreader_running", "Reads from remote storage that run.", () => reads().Running);
    }

    /// <summary>The counters of a topic.</summary>
    public RemoteTopicCounters Of(string topic) => _topics.GetOrAdd(topic, static _ => new RemoteTopicCounters());

    /// <summary>A topic is gone, so that its series end.</summary>
    public void Forget(string topic) => _topics.TryRemove(topic, out _);

    /// <inheritdoc/>
    public void Dispose() => _meter.Dispose();

    private void AddCopies()
    {
        Counter("remotecopybytes", "Bytes copied to remote storage.", c => c.CopyBytes);
        Counter("remotecopyrequests", "Segments whose copy to remote storage was begun.", c => c.CopyRequests);
        Counter("remotecopyerrors", "Copies to remote storage that failed.", c => c.CopyErrors);
    }

    private void AddFetches()
    {
        Counter("remotefetchbytes", "Bytes read from remote storage for consumers.", c => c.FetchBytes);
        Counter("remotefetchrequests", "Reads from remote storage.", c => c.FetchRequests);
        Counter("remotefetcherrors", "Reads from remote storage that failed.", c => c.FetchErrors);
    }

    private void AddDeletions()
    {
        Counter("remotedeleterequests", "Segments whose deletion from remote storage was begun.", c => c.DeleteRequests);
        Counter("remotedeleteerrors", "Deletions from remote storage that failed.", c => c.DeleteErrors);
        Counter("buildremotelogauxstaterequests", "Times that a follower took its begin from remote storage.",
            c => c.BuildRequests);
        Counter("buildremotelogauxstateerrors", "Times that a follower failed to.", c => c.BuildErrors);
    }

    private void AddLag()
    {
        TopicGauge("remotecopylagbytes", "Bytes of closed segments that are not in remote storage yet.",
            c => c.Sum(static p => p.CopyLagBytes));
        TopicGauge("remotecopylagsegments", "Closed segments that are not in remote storage yet.",
            c => c.Sum(static p => p.CopyLagSegments));
        TopicGauge("remotedeletelagbytes", "Bytes in remote storage that wait to be deleted.",
            c => c.Sum(static p => p.DeleteLagBytes));
        TopicGauge("remotedeletelagsegments", "Segments in remote storage that wait to be deleted.",
            c => c.Sum(static p => p.DeleteLagSegments));
        TopicGauge("remotelogsizebytes", "Bytes in remote storage.", c => c.Sum(static p => p.SizeBytes));
        TopicGauge("remotelogmetadatacount", "Segments that remote log metadata tells of.",
            c => c.Sum(static p => p.MetadataCount));
    }

    private void Counter(string name, string help, Func<RemoteTopicCounters, long> read) =>
        _meter.CreateObservableCounter($"kafka_server_brokertopicmetrics_{name}_total", () => _topics.Select(
            t => new Measurement<long>(read(t.Value), _broker, new("topic", t.Key))), description: help);

    private void TopicGauge(string name, string help, Func<RemoteTopicCounters, long> read) =>
        _meter.CreateObservableGauge($"kafka_server_brokertopicmetrics_{name}", () => _topics.Select(
            t => new Measurement<long>(read(t.Value), _broker, new("topic", t.Key))), description: help);

    private void Gauge(string name, string help, Func<long> read) =>
        _meter.CreateObservableGauge(name, () => new Measurement<long>(read(), _broker), description: help);
}

/// <summary>Running totals of one topic on this broker.</summary>
internal sealed class RemoteTopicCounters
{
    public long CopyBytes;
    public long CopyRequests;
    public long CopyErrors;
    public long FetchBytes;
    public long FetchRequests;
    public long FetchErrors;
    public long DeleteRequests;
    public long DeleteErrors;
    public long BuildRequests;
    public long BuildErrors;
    private readonly ConcurrentDictionary<int, RemotePartitionGauges> _partitions = new();

    /// <summary>Figures of the partitions that are led here.</summary>
    public RemotePartitionGauges Of(int partition) =>
        _partitions.GetOrAdd(partition, static _ => new RemotePartitionGauges());

    /// <summary>A partition is led elsewhere.</summary>
    public void Forget(int partition) => _partitions.TryRemove(partition, out _);

    public long Sum(Func<RemotePartitionGauges, long> read) => _partitions.Values.Sum(read);
}

/// <summary>Where one partition stands.</summary>
internal sealed class RemotePartitionGauges
{
    public long CopyLagBytes;
    public long CopyLagSegments;
    public long DeleteLagBytes;
    public long DeleteLagSegments;
    public long SizeBytes;
    public long MetadataCount;
}
