using Microsoft.Extensions.Logging;
using Platform.Broker.Coordination;
using Platform.Broker.Lifecycle;
using Platform.Broker.Metadata;
using Platform.Broker.Network;
using Platform.Broker.Observability;
using Platform.Broker.Quorum;
using Platform.Broker.Replication;
using Platform.Cluster.Configuration;
using Platform.Cluster.Metadata;
using Platform.Protocol;
using Platform.Protocol.Messages;
using Platform.Storage;

namespace Platform.Broker.Hosting;

/// <summary>Everything that a node consists of, built top to bottom with plain constructors and started in the same
/// order: logs, quorum and metadata, listeners, registration.</summary>
internal sealed class BrokerNode : IAsyncDisposable
{
    private readonly BrokerConfig _config;
    private readonly BrokerHostOptions _options;
    private readonly ILogger _logger;
    private readonly TaskCompletionSource _failed = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly LogManager _logs;
    private readonly TimingWheel _timers;
    private readonly ReplicaManager _replicas;
    private readonly GroupCoordinator _groups;
    private readonly MetadataCache _metadata;
    private readonly ControllerLoop _controller;
    private readonly IControllerChannel _channel;
    private readonly SocketServer _server;
    private readonly BrokerMetrics _metrics;
    private LogMaintenance? _maintenance;
    private ITimer? _groupTicks;
    private BrokerLifecycleManager? _lifecycle;
    private bool _stopped;

    private BrokerNode(BrokerConfig config, BrokerHostOptions options)
    {
        (_config, _options) = (config, options);
        _logger = options.LoggerFactory.CreateLogger<BrokerNode>();
        var topicMetrics = new BrokerTopicMetrics();
        var nodeId = config.Node.Id;

        _logs = OpenLogs(config, options);
        ClusterId = _logs.MetaProperties[0].ClusterId;
        _timers = new TimingWheel(options.Time);
        _metadata = new MetadataCache(ClusterId, nodeId);
        _replicas = new ReplicaManager(nodeId, _logs, _timers);
        _groups = CreateGroups();
        var publisher = new ReplicaPublisher(nodeId, config, _replicas, _groups, topicMetrics, options.Time);
        _controller = new ControllerLoop(QuorumSetup.Options(
            config, options, ClusterId, _logs, [publisher, new CachePublisher(_metadata)], OnFatal));
        _channel = new LocalControllerChannel(_controller, options.Time);
        _server = new SocketServer(CreateDispatcher(topicMetrics), Limits(config), options.Time,
            options.LoggerFactory.CreateLogger<SocketServer>());
        _metrics = new BrokerMetrics(
            nodeId, topicMetrics, _replicas, () => _server.ConnectionCount, () => _controller.IsActive);
        _logs.LogDirectoryFailed += OnLogDirectoryFailed;
    }

    /// <summary>Id of the cluster.</summary>
    public string ClusterId { get; }

    /// <summary>Where clients find this node.</summary>
    public IReadOnlyList<EndPoint> AdvertisedEndPoints { get; private set; } = [];

    /// <summary>Fails when the node cannot go on.</summary>
    public Task Failed => _failed.Task;

    /// <summary>True while the controller lets this broker serve.</summary>
    public bool IsServing => _lifecycle is { IsUnfenced: true };

    /// <summary>Builds a node; nothing runs yet, but the log directories are locked.</summary>
    public static BrokerNode Create(BrokerConfig config, BrokerHostOptions options) => new(config, options);

    /// <summary>Starts everything; returns when the node serves clients.</summary>
    public async Task StartAsync(CancellationToken cancellation)
    {
        var listeners = BindListeners();
        _controller.Start();
        _maintenance = new LogMaintenance(_logs, _config, _options.Time, _logger);
        _groupTicks = _options.Time.CreateTimer(
            _ => _groups.OnTick(), null, GroupCoordinator.TickInterval, GroupCoordinator.TickInterval);
        _lifecycle = new BrokerLifecycleManager(Identity(), _channel, _metadata,
            TimeSpan.FromMilliseconds(_config[BrokerConfigs.BrokerHeartbeatIntervalMs]), _options.Time, _logger);
        await _lifecycle.StartAsync(cancellation);
        foreach (var listener in listeners)
            _server.Accept(listener);
    }

    /// <summary>Stops in the reverse order; the log directories are marked as clean.</summary>
    public async ValueTask DisposeAsync()
    {
        if (_stopped)
            return;
        _stopped = true;
        if (_lifecycle is not null)
            await _lifecycle.StopAsync();
        await _server.DisposeAsync();
        if (_groupTicks is not null)
            await _groupTicks.DisposeAsync();
        _maintenance?.Dispose();
        _metrics.Dispose();
        _controller.Dispose();
        _timers.Dispose();
        _logs.Shutdown(_lifecycle?.BrokerEpoch ?? -1);
    }

    private LogManager OpenLogs(BrokerConfig config, BrokerHostOptions options)
    {
        var logs = new LogManager(options.Files, new LogManagerOptions
        {
            LogDirectories = StorageFormatter.Directories(config.Node),
            ClusterId = config.Node.ClusterId,
            NodeId = config.Node.Id,
            RecoveryThreads = config[BrokerConfigs.NumRecoveryThreadsPerDataDir],
            ProducerIdExpirationMs = config[BrokerConfigs.ProducerIdExpirationMs],
        });
        var report = logs.LoadLogs(options.Time.GetUtcNow().ToUnixTimeMilliseconds());
        _logger.LogsLoaded(report.Logs, report.UncleanDirectories);
        return logs;
    }

    private GroupCoordinator CreateGroups()
    {
        var groups = new GroupCoordinator(
            _config,
            new ReplicaCoordinatorLog(_replicas, _options.Time),
            () => _metadata.Image.Topics.Find(InternalTopics.ConsumerOffsets)?.Partitions.Count
                ?? _config[BrokerConfigs.OffsetsTopicNumPartitions],
            Uuid.Random,
            _options.Time,
            static work => ThreadPool.UnsafeQueueUserWorkItem(static w => w(), work, preferLocal: false),
            _options.LoggerFactory.CreateLogger<GroupCoordinator>());
        _replicas.InternalWatermarkListener = partition =>
        {
            if (partition.Id.Topic == InternalTopics.ConsumerOffsets)
                groups.OnHighWatermark(partition.Id.Partition, partition.Log.HighWatermark);
        };
        return groups;
    }

    private RequestDispatcher CreateDispatcher(BrokerTopicMetrics topicMetrics)
    {
        var creation = new AutoTopicCreation(
            request => _channel.SendAsync(request),
            () => _metadata.Image.Configurations.Effective(_config, _config.Node.Id)[BrokerConfigs.AutoCreateTopicsEnable]);
        var internalTopics = new InternalTopicCreation(_config, () => _metadata.Image, creation.CreateInternalAsync);
        var parts = new HandlerParts(_config, _metadata, _channel, _replicas, _logs, _options.Files, _groups,
            new ProducerIdManager(AllocateProducerIdsAsync), creation, internalTopics, topicMetrics, _options.LoggerFactory);
        return new RequestDispatcher(BrokerHandlers.Create(parts), _options.Time);
    }

    private async ValueTask<ProducerIdBlock> AllocateProducerIdsAsync()
    {
        var response = await _channel.SendAsync(new AllocateProducerIdsRequest
        {
            BrokerId = _config.Node.Id,
            BrokerEpoch = _lifecycle!.BrokerEpoch,
        });
        Client.KafkaException.ThrowIfError(response.ErrorCode, "allocating producer ids");
        return new ProducerIdBlock(response.ProducerIdStart, response.ProducerIdLen);
    }

    private List<BoundListener> BindListeners()
    {
        var bound = _config.Node.Listeners.Broker
            .Select(e => _server.Bind(new ListenerOptions(e.ListenerName, e.Host, e.Port, IsController: false))).ToList();
        AdvertisedEndPoints = [.. bound.Select(Advertised)];
        return bound;
    }

    // Port 0 means "whichever is free": clients must be told which one that was.
    private EndPoint Advertised(BoundListener listener)
    {
        var stated = _config.Node.Listeners.Advertised.First(e => e.ListenerName == listener.Options.Name);
        return stated with
        {
            Host = stated.Host.Length > 0 ? stated.Host : "localhost",
            Port = stated.Port == 0 ? listener.Port : stated.Port,
        };
    }

    private BrokerIdentity Identity() => new(
        _config.Node.Id, ClusterId, Uuid.Random(), _config.Node.Rack, AdvertisedEndPoints,
        [.. _logs.MetaProperties.Select(m => m.DirectoryId)]);

    private static ConnectionLimits Limits(BrokerConfig config) => new()
    {
        MaxRequestBytes = config[BrokerConfigs.SocketRequestMaxBytes],
        MaxConnections = config[BrokerConfigs.MaxConnections],
        MaxConnectionsPerIp = config[BrokerConfigs.MaxConnectionsPerIp],
        MaxIdleMs = config[BrokerConfigs.ConnectionsMaxIdleMs],
        MaxInFlightPerConnection = config[BrokerConfigs.ConnectionMaxInFlightRequests],
        MaxQueuedBytes = config[BrokerConfigs.QueuedMaxRequestBytes] is > 0 and var bytes ? bytes : new ConnectionLimits().MaxQueuedBytes,
    };

    private void OnFatal(Exception error) => _failed.TrySetException(
        new BrokerStartException($"the metadata quorum of this node stopped: {error.Message}", error));

    private void OnLogDirectoryFailed(LogDirectory directory, KafkaStorageException failure)
    {
        _logger.LogDirectoryOffline(failure, directory.Path);
        // A node without a working directory can do nothing but stop.
        if (_logs.Directories.All(d => d.Failure is not null))
            _failed.TrySetException(new BrokerStartException($"every log directory failed: {failure.Message}", failure));
    }

    private sealed class CachePublisher(MetadataCache cache) : IMetadataPublisher
    {
        public void Publish(MetadataDelta delta, MetadataImage image) => cache.Image = image;
    }
}
