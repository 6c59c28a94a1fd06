using System.Diagnostics.Metrics;
using Platform.Broker.Replication;

namespace Platform.Broker.Observability;

/// <summary>What operators' Grafana dashboards read of a broker, under the names that the JMX exporter gives Kafka's
/// own metrics. Everything is read when the page is asked for.</summary>
internal sealed class BrokerMetrics : IDisposable
{
    /// <summary>Name of the meter.</summary>
    public const string MeterName = "Platform.Broker";

    private readonly Meter _meter = new(MeterName);
    private readonly BrokerTopicMetrics _topics;
    private readonly ReplicaManager _replicas;
    private readonly KeyValuePair<string, object?> _broker;

    public BrokerMetrics(int brokerId, BrokerTopicMetrics topics, ReplicaManager replicas, ReplicaFetcherManager fetchers,
        ReplicaAlterLogDirsManager moves, RequestMetrics requests, Func<int> connections)
    {
        (_topics, _replicas, _broker) = (topics, replicas, new("broker", brokerId));
        requests.AddTo(_meter, _broker);
        AddTopicCounters();
        AddReplicaGauges();
        AddReplicationMetrics(fetchers, moves);
        AddLogGauges();
        Gauge("kafka_server_socketservermetrics_connections", "Connections open now.", () => connections());
    }

    /// <inheritdoc/>
    public void Dispose() => _meter.Dispose();

    private void AddTopicCounters()
    {
        TopicCounter("kafka_server_brokertopicmetrics_bytesin_total", "Bytes of record batches appended.", c => Interlocked.Read(ref c.BytesIn));
        TopicCounter("kafka_server_brokertopicmetrics_bytesout_total", "Bytes of record batches sent to consumers.", c => Interlocked.Read(ref c.BytesOut));
        TopicCounter("kafka_server_brokertopicmetrics_messagesin_total", "Records appended.", c => Interlocked.Read(ref c.MessagesIn));
        TopicCounter("kafka_server_brokertopicmetrics_totalproducerequests_total", "Partitions of produce requests.",
            c => Interlocked.Read(ref c.ProduceRequests));
        TopicCounter("kafka_server_brokertopicmetrics_totalfetchrequests_total", "Partitions of fetch requests.", c => Interlocked.Read(ref c.FetchRequests));
        TopicCounter("kafka_server_brokertopicmetrics_failedproducerequests_total", "Appends that were refused.",
            c => Interlocked.Read(ref c.FailedProduceRequests));
    }

    private void AddReplicaGauges()
    {
        Gauge("kafka_server_replicamanager_partitioncount", "Partitions hosted here.", () => _replicas.Partitions.Count);
        Gauge("kafka_server_replicamanager_leadercount", "Partitions led from here.", () => _replicas.Partitions.Count(p => p.IsLeader));
        Gauge("kafka_server_replicamanager_underreplicatedpartitions", "Partitions led from here with replicas out of sync.",
            () => _replicas.Partitions.Count(p => p.IsUnderReplicated));
        Gauge("kafka_server_replicamanager_offlinereplicacount", "Replicas without a leader.", () => _replicas.Partitions.Count(p => p.LeaderId < 0));
    }

    private void AddReplicationMetrics(ReplicaFetcherManager fetchers, ReplicaAlterLogDirsManager moves)
    {
        Gauge("kafka_server_replicamanager_underminisrpartitioncount",
            "Partitions led from here with fewer replicas in sync than min.insync.replicas.",
            () => _replicas.Partitions.Count(p => p.IsUnderMinIsr));
        Gauge("kafka_server_replicamanager_atminisrpartitioncount",
            "Partitions led from here with as many replicas in sync as min.insync.replicas.",
            () => _replicas.Partitions.Count(p => p.IsAtMinIsr));
        Gauge("kafka_server_replicaalterlogdirsmanager_movingpartitions",
            "Partitions on their way to another log directory.", () => moves.Count);
        Gauge("kafka_server_replicaalterlogdirsmanager_lag", "Records that copies into other log directories lack.", () => moves.Lag);
        Gauge("kafka_server_replicafetchermanager_maxlag", "Largest lag of a partition that is followed here, in records.",
            () => fetchers.MaxLag);
        var counters = _replicas.Counters;
        Counter("kafka_server_replicamanager_isrshrinks_total", "Times that followers left the in-sync replicas.", () => counters.IsrShrinks);
        Counter("kafka_server_replicamanager_isrexpands_total", "Times that a follower joined the in-sync replicas.", () => counters.IsrExpands);
        Counter("kafka_server_replicamanager_failedisrupdates_total", "Changes of in-sync replicas that were not committed.",
            () => counters.FailedIsrUpdates);
        Counter("kafka_server_brokertopicmetrics_replicationbytesin_total", "Bytes of records copied from leaders.", () => counters.BytesIn);
        Counter("kafka_server_brokertopicmetrics_replicationbytesout_total", "Bytes of records sent to followers.", () => counters.BytesOut);
    }

    private void AddLogGauges()
    {
        PartitionGauge("kafka_log_log_size", "Bytes of the log.", p => p.Log.SizeInBytes);
        PartitionGauge("kafka_log_log_logendoffset", "Offset after the last record.", p => p.Log.LogEndOffset);
        PartitionGauge("kafka_log_log_logstartoffset", "First offset.", p => p.Log.LogStartOffset);
    }

    private void TopicCounter(string name, string help, Func<TopicCounters, long> read) => _meter.CreateObservableCounter(
        name, () => _topics.Topics.Select(t => new Measurement<long>(read(t.Value), _broker, new("topic", t.Key))), description: help);

    private void Gauge(string name, string help, Func<long> read) =>
        _meter.CreateObservableGauge(name, () => new Measurement<long>(read(), _broker), description: help);

    private void Counter(string name, string help, Func<long> read) =>
        _meter.CreateObservableCounter(name, () => new Measurement<long>(read(), _broker), description: help);

    private void PartitionGauge(string name, string help, Func<Partition, long> read) => _meter.CreateObservableGauge(
        name,
        () => _replicas.Partitions.Select(p => new Measurement<long>(read(p), _broker, new("topic", p.Id.Topic), new("partition", p.Id.Partition))),
        description: help);
}
