using Microsoft.Extensions.Logging;
using Platform.Broker.Quorum;
using Platform.Client;
using Platform.Client.Network;
using Platform.Cluster.Configuration;
using Platform.Cluster.Controller;
using Platform.Cluster.Raft;
using Platform.Protocol;
using Platform.Storage;

namespace Platform.Broker.Hosting;

/// <summary>Builds the quorum of a node, and the ways to it, from the node's settings.</summary>
internal static class QuorumSetup
{
    /// <summary>Options of a node whose quorum has fixed voters.</summary>
    public static ControllerLoopOptions Options(BrokerConfig config, BrokerHostOptions options, string clusterId,
        LogManager logs, IRaftTransport transport, Action<Exception> onFatal)
    {
        var voters = Voters(config);
        var log = new MetadataLog(
            logs.GetOrCreate(MetadataLog.Partition, MetadataLog.Settings(config)), options.Files);
        var random = new Random();
        return new ControllerLoopOptions
        {
            Config = config,
            Placer = new StripedReplicaPlacer(random),
            NewTopicId = Uuid.Random,
            Logger = options.LoggerFactory.CreateLogger<ControllerLoop>(),
            OnFatal = onFatal,
            Raft = new RaftDriverOptions
            {
                ClusterId = clusterId,
                Local = ReplicaKey.Of(config.Node.Id),
                Voters = voters,
                Log = log,
                StateFile = new QuorumStateFile(options.Files, log.DirectoryPath, voters),
                Transport = transport,
                Time = options.Time,
                Random = random,
                Settings = Settings(config),
                RetentionBytes = config[BrokerConfigs.MetadataMaxRetentionBytes],
                RetentionMs = config[BrokerConfigs.MetadataMaxRetentionMs],
            },
        };
    }

    /// <summary>The way of raft to the other voters.</summary>
    public static ClientRaftTransport Transport(BrokerConfig config, BrokerHostOptions options) => new(
        Connections(config, options, config[BrokerConfigs.ControllerQuorumRequestTimeoutMs]),
        options.Time, options.LoggerFactory.CreateLogger<ClientRaftTransport>());

    /// <summary>A way of the broker to the active controller, with a connection of its own.</summary>
    public static ControllerChannel Channel(NodeParts node)
    {
        var timeoutMs = node.Config[BrokerConfigs.ControllerSocketTimeoutMs];
        return new ControllerChannel(node.Quorum, node.NodeId, Connections(node.Config, node.Options, timeoutMs),
            TimeSpan.FromMilliseconds(timeoutMs), node.Options.Time);
    }

    private static VoterConnections Connections(BrokerConfig config, BrokerHostOptions options, int timeoutMs) => new(
        Voters(config),
        nodeId => options.BoundControllers?.Find(nodeId) is { } bound ? new BrokerEndpoint(bound.Host, bound.Port) : null,
        new ClientOptions
        {
            ClientId = $"node-{config.Node.Id}",
            RequestTimeoutMs = timeoutMs,
            SocketConnectionSetupTimeoutMs = timeoutMs,
            TimeProvider = options.Time,
        });

    private static VoterSet Voters(BrokerConfig config) => new(
        config.Node.Voters.Select(v => new Voter(ReplicaKey.Of(v.NodeId), v.Address.Host, v.Address.Port)));

    private static RaftSettings Settings(BrokerConfig config) => new()
    {
        FetchTimeoutMs = config[BrokerConfigs.ControllerQuorumFetchTimeoutMs],
        ElectionTimeoutMs = config[BrokerConfigs.ControllerQuorumElectionTimeoutMs],
        ElectionBackoffMaxMs = config[BrokerConfigs.ControllerQuorumElectionBackoffMaxMs],
        RequestTimeoutMs = config[BrokerConfigs.ControllerQuorumRequestTimeoutMs],
        RetryBackoffMs = config[BrokerConfigs.ControllerQuorumRetryBackoffMs],
    };
}
