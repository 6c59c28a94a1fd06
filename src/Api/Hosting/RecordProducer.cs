using Platform.Client.Metadata;
using Platform.Client.Producing;
using Platform.Protocol;

namespace Platform.Api.Hosting;

/// <summary>The one Kafka producer that all requests share, so that their records travel in common batches.</summary>
internal sealed class RecordProducer : IAsyncDisposable
{
    /// <summary>How long a request waits for a topic to appear, or for buffer memory, before it is refused.</summary>
    public const int MaxWaitMs = 3_000;

    /// <summary>How long a record may be under way before its sender is told that it failed.</summary>
    public const int DeliveryTimeoutMs = 30_000;

    private readonly KafkaProducer _producer;

    public RecordProducer(ApiOptions options) => _producer = new KafkaProducer(new ProducerOptions
    {
        BootstrapServers = options.BootstrapServers,
        ClientId = "platform-api-producer",
        Acks = Acks.All,
        // Batches form while earlier ones are under way; waiting longer would only delay a lone request.
        LingerMs = 0,
        MaxBlockMs = MaxWaitMs,
        RequestTimeoutMs = ClusterGateway.OperationTimeoutMs,
        DeliveryTimeoutMs = DeliveryTimeoutMs,
        TimeProvider = options.Time,
    });

    /// <summary>The topic; one that does not exist may be created by the broker, as for every producer.</summary>
    /// <exception cref="Client.KafkaException">There is no such topic.</exception>
    public ValueTask<TopicMetadata> TopicAsync(string topic, CancellationToken cancellation) =>
        _producer.Cluster.Metadata.Topics.TryGetValue(topic, out var known)
            && known is { Error: ErrorCode.None, Partitions.Count: > 0 }
            ? ValueTask.FromResult(known) : _producer.TopicAsync(topic, cancellation);

    /// <summary>Sends a record; completes when all in-sync replicas hold it.</summary>
    public ValueTask<RecordMetadata> SendAsync(in ProducerRecord record, CancellationToken cancellation) =>
        _producer.SendAsync(record, cancellation);

    /// <summary>As above; <paramref name="accepted"/> completes when the record's bytes may be reused.</summary>
    public ValueTask<RecordMetadata> SendAsync(
        in ProducerRecord record, out Task accepted, CancellationToken cancellation) =>
        _producer.SendAsync(record, out accepted, cancellation);

    public ValueTask DisposeAsync() => _producer.CloseAsync(TimeSpan.FromMilliseconds(MaxWaitMs));
}
