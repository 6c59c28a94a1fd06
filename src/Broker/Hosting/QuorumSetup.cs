using Microsoft.Extensions.Logging;
using Platform.Broker.Quorum;
using Platform.Client.Network;
using Platform.Client;
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
        LogManager logs, IRaftTransport transport, QuorumAddresses addresses, Action<Exception> onFatal)
    {
        var log = new MetadataLog(
            logs.GetOrCreate(MetadataLog.Partition, MetadataLog.Settings(config)), options.Files);
        var local = new ReplicaKey(config.Node.Id, DirectoryIdOf(logs, config));
        var isFixed = config.Node.Voters.Count > 0;
        var initial = isFixed ? null : log.Snapshots.ReadVoters(SnapshotStore.Bootstrap);
        var voters = initial ?? Voters(config);
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
                Local = local,
                Voters = voters,
                AreVotersInitial = initial is not null,
                Address = config.Node.IsController ? AddressOf(config, local) ?? FixedAddress(voters, local) : null,
                Addresses = addresses,
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
    public static ClientRaftTransport Transport(
        BrokerConfig config, BrokerHostOptions options, QuorumAddresses addresses) => new(
        Connections(config, options, addresses, config[BrokerConfigs.ControllerQuorumRequestTimeoutMs]),
        options.Time, options.LoggerFactory.CreateLogger<ClientRaftTransport>());

    /// <summary>A way of the broker to the active controller, with a connection of its own.</summary>
    public static ControllerChannel Channel(NodeParts node)
    {
        var timeoutMs = node.Config[BrokerConfigs.ControllerSocketTimeoutMs];
        return new ControllerChannel(node.Quorum, node.NodeId, Connections(node.Config, node.Options, node.Addresses, timeoutMs),
            TimeSpan.FromMilliseconds(timeoutMs), node.Options.Time);
    }

    private static VoterConnections Connections(
        BrokerConfig config, BrokerHostOptions options, QuorumAddresses addresses, int timeoutMs) => new(
        addresses,
        new ClientOptions
        {
            ClientId = $"node-{config.Node.Id}",
            RequestTimeoutMs = timeoutMs,
            SocketConnectionSetupTimeoutMs = timeoutMs,
            TimeProvider = options.Time,
        });

    /// <summary>What is known of the quorum's addresses before the log is read.</summary>
    public static QuorumAddresses Addresses(BrokerConfig config, BrokerHostOptions options) =>
        new(config.Node.Id, Voters(config), config.Node.BootstrapServers, options.BoundControllers);

    /// <summary>Where a controller is found, as its entry among the voters says; null while its port is whichever is
    /// free.</summary>
    public static Voter? AddressOf(BrokerConfig config, ReplicaKey key) =>
        config.Node.Listeners.Advertised.FirstOrDefault(e => config.Node.Listeners.IsController(e.ListenerName)) is
            { Port: > 0 } listener
            ? new Voter(key, listener.Host.Length > 0 ? listener.Host : "localhost", listener.Port, listener.ListenerName)
            : null;

    // With a port that is whichever is free, as in tests, the setting of the voters says as much as is known.
    private static Voter? FixedAddress(VoterSet voters, ReplicaKey local) =>
        voters.Find(local.Id) is { } voter && voter.Key.DirectoryId == Uuid.Zero ? voter with { Key = local } : null;

    // That of the metadata log: what a voter has promised lies there, and goes with it (KIP-853).
    private static Uuid DirectoryIdOf(LogManager logs, BrokerConfig config)
    {
        var path = Path.GetFullPath(config.Node.MetadataLogDir);
        return logs.Directories.Zip(logs.MetaProperties).Where(each => each.First.Path == path)
            .Select(each => each.Second.DirectoryId).FirstOrDefault();
    }

    private static VoterSet Voters(BrokerConfig config) => config.Node.Voters.Count == 0 ? VoterSet.Empty : new(
        config.Node.Voters.Select(v => new Voter(ReplicaKey.Of(v.NodeId), v.Address.Host, v.Address.Port)));

    private static RaftSettings Settings(BrokerConfig config) => new()
    {
        FetchTimeoutMs = config[BrokerConfigs.ControllerQuorumFetchTimeoutMs],
        ElectionTimeoutMs = config[BrokerConfigs.ControllerQuorumElectionTimeoutMs],
        ElectionBackoffMaxMs = config[BrokerConfigs.ControllerQuorumElectionBackoffMaxMs],
        RequestTimeoutMs = config[BrokerConfigs.ControllerQuorumRequestTimeoutMs],
        RetryBackoffMs = config[BrokerConfigs.ControllerQuorumRetryBackoffMs],
        JoinsByItself = config[BrokerConfigs.ControllerQuorumAutoJoinEnable],
    };
}
