using Microsoft.Extensions.Logging;
using Platform.Broker.Lifecycle;
using Platform.Broker.Metadata;
using Platform.Broker.Observability;
using Platform.Broker.Quorum;
using Platform.Broker.Security;
using Platform.Cluster.Configuration;
using Platform.Cluster.Diagnosis;
using Platform.Cluster.Metadata;
using Platform.Cluster.Raft;
using Platform.Storage;

namespace Platform.Broker.Hosting;

/// <summary>Everything that a node consists of, built top to bottom with plain constructors and started in the same
/// order: logs, quorum and metadata, then the roles of process.roles. A node without the controller's role follows the
/// metadata as an observer.</summary>
internal sealed class BrokerNode : IAsyncDisposable
{
    private static readonly TimeSpan LoadingReportInterval = TimeSpan.FromSeconds(5);

    private readonly BrokerConfig _config;
    private readonly BrokerHostOptions _options;
    private readonly HashSet<string> _recordDirectories;
    private readonly ILogger _logger;
    private readonly TaskCompletionSource _failed = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly LogManager _logs;
    private readonly ClientRaftTransport _transport;
    private readonly MetadataCache _metadata;
    private readonly SecurityMetrics _securityMetrics;
    private readonly ControllerLoop _quorum;
    private readonly ControllerServer? _controller;
    private readonly BrokerServer? _broker;
    private LogMaintenance? _maintenance;
    private LeaderAndEpoch _quorumLeader;
    private bool _stopped;

    private BrokerNode(BrokerConfig config, BrokerHostOptions options, LoadProgress loading)
    {
        (_config, _options) = (config, options);
        _recordDirectories = config.Node.LogDirs.Select(Path.GetFullPath).ToHashSet(StringComparer.Ordinal);
        _logger = options.LoggerFactory.CreateLogger<BrokerNode>();
        _logs = OpenLogs(config, options, loading);
        ClusterId = _logs.Directories.Zip(_logs.MetaProperties).First(each => each.First.Failure is null).Second.ClusterId;
        var addresses = QuorumSetup.Addresses(config, options);
        _transport = QuorumSetup.Transport(config, options, addresses);
        _quorum = new ControllerLoop(QuorumSetup.Options(config, options, ClusterId, _logs, _transport, addresses, OnFatal));
        _metadata = new MetadataCache(ClusterId, config.Node.Id) { KRaftLevel = () => _quorum.KRaftVersion };
        var parts = new NodeParts(
            config, options, ClusterId, _logs, _quorum, addresses, _metadata,
            new Authorizer(config, options.LoggerFactory.CreateLogger<Authorizer>()))
        {
            OnFatal = error => _failed.TrySetException(error),
        };
        Access = parts.Access;
        _securityMetrics = new SecurityMetrics(config.Node.Id, parts.Access, () => _metadata.Image.Acls.ById.Count);
        // Before the roles: no request is served by rules that a record has taken back.
        _quorum.AddPublisher(parts.Access);
        _broker = config.Node.IsBroker ? new BrokerServer(parts) : null;
        _controller = config.Node.IsController ? new ControllerServer(parts) : null;
        _quorum.AddPublisher(new EventPublisher(options.Events, options.Time));
        _quorum.LeaderChanged += OnQuorumLeader;
        // Last: what handlers see is what the partitions have taken already.
        _quorum.AddPublisher(new CachePublisher(_metadata));
        _logs.LogDirectoryFailed += OnLogDirectoryFailed;
        foreach (var directory in _logs.Directories.Where(directory => directory.Failure is not null))
            OnLogDirectoryFailed(directory, directory.Failure!);
        _logs.LogDirectoryFull += (directory, full) => _logger.LogDirectoryFull(directory.Path, full.Message);
    }

    /// <summary>Logs of the node.</summary>
    public LogManager Logs => _logs;

    /// <summary>Who may do what.</summary>
    public Authorizer Access { get; }

    /// <summary>The metadata that handlers see.</summary>
    public MetadataImage Image => _metadata.Image;

    /// <summary>Id of the cluster.</summary>
    public string ClusterId { get; }

    /// <summary>Where clients find this node, or nodes its controller when it is no broker.</summary>
    public IReadOnlyList<EndPoint> EndPoints => _broker?.AdvertisedEndPoints ?? _controller!.EndPoints;

    /// <summary>Fails when the node cannot go on.</summary>
    public Task Failed => _failed.Task;

    /// <summary>True while the controller lets this broker serve; a controller serves while it knows a leader.</summary>
    public bool IsServing => _broker?.IsServing ?? _quorum.Leader.LeaderId is not null;

    /// <summary>Builds a node; nothing runs yet, but the log directories are locked.</summary>
    public static BrokerNode Create(BrokerConfig config, BrokerHostOptions options, LoadProgress loading) =>
        new(config, options, loading);

    /// <summary>Starts everything; returns when the node serves clients.</summary>
    public async Task StartAsync(CancellationToken cancellation)
    {
        _controller?.Bind();
        _broker?.Bind();
        _quorum.Start();
        _maintenance = new LogMaintenance(_logs, _config, _options.Time, _logger);
        _controller?.Start();
        if (_broker is not null)
            await _broker.StartAsync(cancellation);
    }

    /// <summary>Stops in the reverse order; the log directories are marked as clean.</summary>
    public async ValueTask DisposeAsync()
    {
        if (_stopped)
            return;
        _stopped = true;
        if (_broker is not null)
            await _broker.DisposeAsync();
        _maintenance?.Dispose();
        _securityMetrics.Dispose();
        _quorum.Dispose();
        await _transport.DisposeAsync();
        if (_controller is not null)
            await _controller.DisposeAsync();
        _logs.Shutdown(_broker?.BrokerEpoch ?? -1);
    }

    /// <summary>Ends as if the process were killed: nobody is told, nothing is flushed or marked as clean.</summary>
    public async ValueTask KillAsync()
    {
        if (_stopped)
            return;
        _stopped = true;
        _maintenance?.Dispose();
        _securityMetrics.Dispose();
        await _transport.DisposeAsync();
        if (_broker is not null)
            await _broker.KillAsync();
        if (_controller is not null)
            await _controller.DisposeAsync();
        _quorum.Dispose();
        _logs.Dispose();
    }

    private LogManager OpenLogs(BrokerConfig config, BrokerHostOptions options, LoadProgress loading)
    {
        var logs = new LogManager(options.Files, new LogManagerOptions
        {
            LogDirectories = StorageFormatter.Directories(config.Node),
            ClusterId = config.Node.ClusterId,
            NodeId = config.Node.Id,
            RecoveryThreads = config[BrokerConfigs.NumRecoveryThreadsPerDataDir],
            ProducerIdExpirationMs = config[BrokerConfigs.ProducerIdExpirationMs],
            Progress = loading,
            ReserveBytes = config[BrokerConfigs.LogDirReserveBytes],
            FailsWhenFull = config[BrokerConfigs.LogDirWhenFull] == BrokerConfigs.OfflineWhenFull,
            MayBeTiered = partition => config[BrokerConfigs.RemoteLogStorageSystemEnable]
                && partition != MetadataLog.Partition.TopicPartition,
            MayHold = (partition, directory) => partition == MetadataLog.Partition.TopicPartition
                ? HoldsMetadata(directory)
                : _recordDirectories.Contains(directory),
        });
        using var telling = options.Time.CreateTimer(
            _ => _logger.LoadingLogs(loading.Opened, loading.Found), null, LoadingReportInterval, LoadingReportInterval);
        var report = logs.LoadLogs(options.Time.GetUtcNow().ToUnixTimeMilliseconds());
        if (logs.Directories.FirstOrDefault(directory => HoldsMetadata(directory.Path)) is { Failure: { } failure })
        {
            logs.Dispose();
            throw new BrokerStartException($"the log directory that holds the metadata failed: {failure.Message}", failure);
        }
        _logger.LogsLoaded(report.Logs, report.UncleanDirectories, report.Recovery.BatchesChecked,
            report.Recovery.BytesTruncated, report.Recovery.IndexesRebuilt);
        return logs;
    }

    // Called on the quorum's thread, one change after the other.
    private void OnQuorumLeader(LeaderAndEpoch leader)
    {
        var told = QuorumExplainer.Explain(
            _config.Node.Id, _quorumLeader, leader, _options.Time.GetUtcNow().ToUnixTimeMilliseconds());
        _quorumLeader = leader;
        if (told is not null)
            _options.Events.Add([told]);
    }

    private void OnFatal(Exception error) => _failed.TrySetException(
        new BrokerStartException($"the metadata quorum of this node stopped: {error.Message}", error));

    private void OnLogDirectoryFailed(LogDirectory directory, KafkaStorageException failure)
    {
        _logger.LogDirectoryOffline(failure, directory.Path);
        // A node without metadata, or without any directory for records, can do nothing but stop.
        if (HoldsMetadata(directory.Path))
            Stop("the log directory that holds the metadata failed", failure);
        else if (_logs.Directories.All(d => d.Failure is not null || !_recordDirectories.Contains(d.Path)))
            Stop("every log directory failed", failure);
    }

    private void Stop(string why, KafkaStorageException failure) =>
        _failed.TrySetException(new BrokerStartException($"{why}: {failure.Message}", failure));

    private bool HoldsMetadata(string directory) => directory == Path.GetFullPath(_config.Node.MetadataLogDir);

    private sealed class CachePublisher(MetadataCache cache) : IMetadataPublisher
    {
        public void Publish(MetadataDelta delta, MetadataImage image) => cache.Image = image;
    }
}
