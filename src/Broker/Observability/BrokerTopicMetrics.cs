using System.Collections.Concurrent;

namespace Platform.Broker.Observability;

/// <summary>Bytes, records and requests by topic: the counters behind Kafka's BrokerTopicMetrics.</summary>
internal sealed class BrokerTopicMetrics
{
    private readonly ConcurrentDictionary<string, TopicCounters> _topics = new(StringComparer.Ordinal);

    /// <summary>Counters of every topic that was produced to or fetched from since the start.</summary>
    public IReadOnlyDictionary<string, TopicCounters> Topics => _topics;

    /// <summary>A batch was appended.</summary>
    public void Produced(string topic, int bytes, long records)
    {
        var counters = Of(topic);
        Interlocked.Add(ref counters.BytesIn, bytes);
        Interlocked.Add(ref counters.MessagesIn, records);
        Interlocked.Increment(ref counters.ProduceRequests);
    }

    /// <summary>A batch was refused.</summary>
    public void ProduceFailed(string topic) => Interlocked.Increment(ref Of(topic).FailedProduceRequests);

    /// <summary>Batches were read.</summary>
    public void Fetched(string? topic, int bytes)
    {
        if (topic is null)
            return;
        var counters = Of(topic);
        Interlocked.Add(ref counters.BytesOut, bytes);
        Interlocked.Increment(ref counters.FetchRequests);
    }

    /// <summary>A topic is gone, so that its series end.</summary>
    public void Forget(string topic) => _topics.TryRemove(topic, out _);

    private TopicCounters Of(string topic) => _topics.GetOrAdd(topic, static _ => new TopicCounters());
}

/// <summary>Running totals of one topic on this broker.</summary>
internal sealed class TopicCounters
{
    public long BytesIn;
    public long BytesOut;
    public long MessagesIn;
    public long ProduceRequests;
    public long FetchRequests;
    public long FailedProduceRequests;
}
