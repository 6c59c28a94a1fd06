using Microsoft.Extensions.Logging;
using Platform.Client;
using Platform.Client.Admin;
using Platform.Client.Consuming;
using Platform.Client.Network;
using Platform.Client.Producing;
using Platform.Protocol;

namespace Platform.Broker.Tiering;

/// <summary>How <c>__remote_log_metadata</c> is reached.</summary>
internal sealed record RemoteLogMetadataOptions
{
    private const int DeliveryTimeoutMs = 60_000;
    private const int RequestTimeoutMs = 20_000;

    /// <summary>This broker.</summary>
    public required int BrokerId { get; init; }

    /// <summary>Where this broker listens, to be asked for all others; null before it is registered.</summary>
    public required Func<BrokerEndpoint?> Bootstrap { get; init; }

    /// <summary>Creates the topic unless it exists.</summary>
    public required Func<ValueTask<ErrorCode>> EnsureTopicAsync { get; init; }

    /// <summary>Partitions of the topic; 0 while this broker does not know it.</summary>
    public required Func<int> PartitionCount { get; init; }

    /// <summary>The clock.</summary>
    public required TimeProvider Time { get; init; }

    /// <summary>The log of the process.</summary>
    public required ILogger Logger { get; init; }

    /// <summary>The partition of the topic that a partition's copies are noted in.</summary>
    /// <exception cref="KafkaException">The topic is not there and cannot be created now.</exception>
    public async ValueTask<int> PartitionForAsync(TopicIdPartition partition, CancellationToken cancellation)
    {
        if (PartitionCount() is > 0 and var known)
            return RemoteLogMetadataPartitioner.PartitionFor(partition, known);
        KafkaException.ThrowIfError(await EnsureTopicAsync(), $"creating {RemoteLogMetadataManager.Topic}");
        cancellation.ThrowIfCancellationRequested();
        return PartitionCount() is > 0 and var created
            ? RemoteLogMetadataPartitioner.PartitionFor(partition, created)
            : throw new KafkaException(ErrorCode.UnknownTopicOrPartition,
                $"{RemoteLogMetadataManager.Topic} was created and is not known here yet");
    }

    /// <summary>Settings of the writer.</summary>
    public ProducerOptions Producer() => new()
    {
        BootstrapServers = Servers(),
        ClientId = $"broker-{BrokerId}-remote-log-metadata",
        Acks = Acks.All,
        LingerMs = 0,
        DeliveryTimeoutMs = DeliveryTimeoutMs,
        RequestTimeoutMs = RequestTimeoutMs,
        TimeProvider = Time,
    };

    /// <summary>Settings of the reader.</summary>
    public ConsumerOptions Consumer() => new()
    {
        BootstrapServers = Servers(),
        ClientId = $"broker-{BrokerId}-remote-log-metadata",
        AutoOffsetReset = AutoOffsetReset.Earliest,
        AllowAutoCreateTopics = false,
        TimeProvider = Time,
    };

    /// <summary>Settings for questions.</summary>
    public ClientOptions Admin() => new()
    {
        BootstrapServers = Servers(),
        ClientId = $"broker-{BrokerId}-remote-log-metadata",
        TimeProvider = Time,
    };

    private string Servers() => Bootstrap() is { } own ? $"{own.Host}:{own.Port}"
        : throw new KafkaException(ErrorCode.BrokerNotAvailable, $"broker {BrokerId} is not registered yet");
}
