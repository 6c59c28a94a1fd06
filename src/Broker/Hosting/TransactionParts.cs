using Microsoft.Extensions.Logging;
using Platform.Broker.Coordination;
using Platform.Broker.Metadata;
using Platform.Broker.Replication;
using Platform.Client;
using Platform.Client.Network;
using Platform.Cluster.Configuration;
using Platform.Cluster.Metadata;

namespace Platform.Broker.Hosting;

/// <summary>What a broker needs for transactions: their coordinator, the writers of markers, and the way to other
/// brokers for both.</summary>
internal sealed class TransactionParts : IDisposable
{
    private readonly NodeParts _node;
    private readonly PeerBrokers _peers;
    private readonly MarkerSender _sender;

    public TransactionParts(
        NodeParts node, ReplicaManager replicas, GroupCoordinator groups, ProducerIdManager producerIds)
    {
        _node = node;
        var (config, time, logging) = (node.Config, node.Options.Time, node.Options.LoggerFactory);
        _peers = new PeerBrokers(EndpointOf, new ClientOptions
        {
            // Set so that connections can be made; the endpoints come from the metadata.
            BootstrapServers = "unused:1",
            ClientId = $"broker-{node.NodeId}-transactions",
            RequestTimeoutMs = config[BrokerConfigs.RequestTimeoutMs],
            TimeProvider = time,
        });
        Markers = new MarkerWriter(replicas, groups, node.Metadata, time, config[BrokerConfigs.RequestTimeoutMs]);
        _sender = new MarkerSender(
            node.NodeId, Markers, _peers, Image, time, logging.CreateLogger<MarkerSender>());
        Coordinator = new TransactionCoordinator(
            config,
            new ReplicaCoordinatorLog(replicas, time),
            () => Image().Topics.Find(InternalTopics.TransactionState)?.Partitions.Count
                ?? config[BrokerConfigs.TransactionStateLogNumPartitions],
            producerIds,
            () => node.Metadata.TransactionLevel,
            (partition, epoch, markers) => _sender.Send(Coordinator!, partition, epoch, markers),
            time,
            static work => ThreadPool.UnsafeQueueUserWorkItem(static w => w(), work, preferLocal: false),
            logging.CreateLogger<TransactionCoordinator>());
        Verifier = new TransactionVerifier(node.NodeId, Coordinator, _peers, Image);
    }

    /// <summary>The coordinator of the partitions that are led here.</summary>
    public TransactionCoordinator Coordinator { get; }

    /// <summary>Writes markers to partitions that are led here.</summary>
    public MarkerWriter Markers { get; }

    /// <summary>Asks coordinators, here or elsewhere.</summary>
    public TransactionVerifier Verifier { get; }

    /// <summary>transaction.partition.verification.enable, as it is now.</summary>
    public bool IsVerificationOn() => Image().Configurations.Effective(_node.Config, _node.NodeId)
        [BrokerConfigs.TransactionPartitionVerificationEnable];

    /// <inheritdoc/>
    public void Dispose()
    {
        _sender.Dispose();
        _peers.Dispose();
    }

    private MetadataImage Image() => _node.Metadata.Image;

    // Brokers reach each other by the first listener, as followers do.
    private BrokerEndpoint? EndpointOf(int brokerId)
    {
        var listener = _node.Config.Node.Listeners.Broker.First().ListenerName;
        return Image().Cluster.Broker(brokerId)?.EndPointOf(listener) is { } endPoint
            ? new BrokerEndpoint(endPoint.Host, endPoint.Port)
            : null;
    }
}
