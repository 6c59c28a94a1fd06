using Microsoft.Extensions.Logging;
using Platform.Broker.Metadata;
using Platform.Broker.Quorum;
using Platform.Cluster.Configuration;
using Platform.Cluster.Controller;
using Platform.Cluster.Raft;
using Platform.Protocol;
using Platform.Storage;

namespace Platform.Broker.Hosting;

/// <summary>Builds the options of the quorum from a node's settings.</summary>
internal static class QuorumSetup
{
    /// <summary>Options of a node whose quorum has fixed voters.</summary>
    public static ControllerLoopOptions Options(
        BrokerConfig config, BrokerHostOptions options, string clusterId, LogManager logs,
        IReadOnlyList<IMetadataPublisher> publishers, Action<Exception> onFatal)
    {
        var voters = new VoterSet(config.Node.Voters.Select(v => new Voter(ReplicaKey.Of(v.NodeId), v.Address.Host, v.Address.Port)));
        var log = new MetadataLog(logs.GetOrCreate(MetadataLog.Partition, MetadataLog.Settings(config)));
        var random = new Random();
        return new ControllerLoopOptions
        {
            Config = config,
            Publishers = publishers,
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
                Transport = new NoRaftTransport(),
                Time = options.Time,
                Random = random,
                Settings = Settings(config),
            },
        };
    }

    private static RaftSettings Settings(BrokerConfig config) => new()
    {
        FetchTimeoutMs = config[BrokerConfigs.ControllerQuorumFetchTimeoutMs],
        ElectionTimeoutMs = config[BrokerConfigs.ControllerQuorumElectionTimeoutMs],
        ElectionBackoffMaxMs = config[BrokerConfigs.ControllerQuorumElectionBackoffMaxMs],
        RequestTimeoutMs = config[BrokerConfigs.ControllerQuorumRequestTimeoutMs],
        RetryBackoffMs = config[BrokerConfigs.ControllerQuorumRetryBackoffMs],
    };
}
