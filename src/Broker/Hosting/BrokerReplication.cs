using Microsoft.Extensions.Logging;
using Platform.Broker.Quorum;
using Platform.Broker.Replication;
using Platform.Client.Network;
using Platform.Cluster.Configuration;
using Platform.Cluster.Replication;

namespace Platform.Broker.Hosting;

/// <summary>Everything that copies partitions between this broker and others: the partitions, the fetchers of those that
/// are led elsewhere, and the changes of in-sync replicas of those that are led here.</summary>
internal sealed class BrokerReplication : IAsyncDisposable
{
    private readonly NodeParts _node;
    private readonly ControllerChannel _channel;
    private readonly AlterPartitionManager _isrChanges;
    private ITimer? _isrCheck;

    /// <summary>Hosts nothing yet.</summary>
    public BrokerReplication(NodeParts node, TimingWheel timers, Func<long> brokerEpoch)
    {
        _node = node;
        var logging = node.Options.LoggerFactory;
        // A change of the in-sync replicas lets acks=all go on: it must not wait behind a creation of topics.
        _channel = QuorumSetup.Channel(node);
        _isrChanges = new AlterPartitionManager(
            node.NodeId, brokerEpoch, _channel, node.Options.Time, logging.CreateLogger<AlterPartitionManager>());
        var rules = new ReplicationRules(node.Config[BrokerConfigs.ReplicaLagTimeMaxMs], StandingOf)
        {
            PrefersSameRack = node.Config.Get(BrokerConfigs.ReplicaSelectorClass) == RackAwareReplicaSelector.ClassName,
        };
        var context = new PartitionContext(node.NodeId, rules, _isrChanges, new ReplicaCounters(), node.Options.Time)
        {
            OnEvent = happened => node.Options.Events.Add([happened]),
        };
        Replicas = new ReplicaManager(node.Logs, timers, context);
        Fetchers = new ReplicaFetcherManager(ReplicaFetcherOptions.From(node.Config, node.Options.Time,
            context.Counters, brokerEpoch, EndpointOf, logging.CreateLogger<ReplicaFetcher>()));
    }

    /// <summary>The partitions.</summary>
    public ReplicaManager Replicas { get; }

    /// <summary>The fetchers.</summary>
    public ReplicaFetcherManager Fetchers { get; }

    /// <summary>Begins to look for followers that lag. A follower leaves after once to one and a half times
    /// replica.lag.time.max.ms, as in Kafka.</summary>
    public void Start()
    {
        var interval = TimeSpan.FromMilliseconds(
            Math.Max(1, _node.Config[BrokerConfigs.ReplicaLagTimeMaxMs] / 2));
        _isrCheck = _node.Options.Time.CreateTimer(
            _ => Replicas.ShrinkIsrs(_node.Options.Time.GetUtcNow().ToUnixTimeMilliseconds()), null, interval, interval);
    }

    /// <summary>Ends the fetchers and closes the connections.</summary>
    public async ValueTask DisposeAsync()
    {
        if (_isrCheck is not null)
            await _isrCheck.DisposeAsync();
        await Fetchers.DisposeAsync();
        await _isrChanges.DisposeAsync();
        _channel.Dispose();
    }

    private BrokerStanding StandingOf(int brokerId) => _node.Metadata.Image.Cluster.Broker(brokerId) is { } broker
        ? new BrokerStanding(broker.IsActive, broker.Epoch, broker.Rack)
        : new BrokerStanding(IsActive: false, Epoch: -1);

    private BrokerEndpoint? EndpointOf(int brokerId) =>
        _node.Metadata.Image.Cluster.Broker(brokerId)?.EndPointOf(_node.Config.Node.Listeners.InterBrokerName)
            is { } endPoint ? new BrokerEndpoint(endPoint.Host, endPoint.Port) : null;
}
