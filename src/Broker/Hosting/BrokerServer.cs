using Microsoft.Extensions.Logging;
using Platform.Broker.Coordination;
using Platform.Broker.Lifecycle;
using Platform.Broker.Metadata;
using Platform.Broker.Network;
using Platform.Broker.Observability;
using Platform.Broker.Quorum;
using Platform.Broker.Replication;
using Platform.Broker.Schemas;
using Platform.Client.Consuming;
using Platform.Broker.Tiering;
using Platform.Cluster.Configuration;
using Platform.Cluster.Metadata;
using Platform.Cluster.Schemas;
using Platform.Protocol;
using Platform.Protocol.Messages;
using Platform.Storage;

namespace Platform.Broker.Hosting;

/// <summary>The role of a broker: partitions and coordinators, the listeners for clients, and the registration at the
/// controller.</summary>
internal sealed class BrokerServer : IAsyncDisposable
{
    private readonly NodeParts _node;
    private readonly BrokerConfig _config;
    private readonly TimeProvider _time;
    private readonly ILogger _logger;
    private readonly ControllerChannel _channel;
    private readonly ControllerChannel _heartbeatChannel;
    private readonly TimingWheel _timers;
    private readonly BrokerReplication _replication;
    private readonly ReplicaManager _replicas;
    private readonly ReplicaPublisher _publisher;
    private readonly AssignmentsManager _assignments;
    private readonly ReplicaAlterLogDirsManager _moves;
    private readonly GroupCoordinator _groups;
    private readonly ProducerIdManager _producerIds;
    private readonly TransactionParts _transactions;
    private readonly SocketServer _server;
    private readonly ClientQuotaManager _quotas = new();
    private readonly SchemaTopicFollower _schemaTopic;
    private readonly SchemaValidation _schemas;
    private readonly RemoteTier? _tier;
    private readonly BrokerMetrics _metrics;
    private readonly CleanerMetrics _cleanerMetrics;
    private readonly LogDirectoryMetrics _directoryMetrics;
    private List<BoundListener> _listeners = [];
    private CleanerWorkers? _cleaners;
    private ScrubWorker? _scrubber;
    private ITimer? _groupTicks;
    private ITimer? _transactionTicks;
    private ITimer? _roleRetries;
    private BrokerLifecycleManager? _lifecycle;

    /// <summary>A broker that does nothing yet.</summary>
    public BrokerServer(NodeParts node)
    {
        (_node, _config, _time) = (node, node.Config, node.Options.Time);
        _logger = node.Options.LoggerFactory.CreateLogger<BrokerServer>();
        var topicMetrics = new BrokerTopicMetrics();

        _channel = QuorumSetup.Channel(node);
        // A creation of topics may take its time; the sign of life must not wait behind it.
        _heartbeatChannel = QuorumSetup.Channel(node);
        _timers = new TimingWheel(_time);
        _replication = new BrokerReplication(node, _timers, () => BrokerEpoch);
        _replicas = _replication.Replicas;
        _assignments = new AssignmentsManager(
            node.NodeId, () => BrokerEpoch, _channel, _time, node.Options.LoggerFactory.CreateLogger<AssignmentsManager>());
        _moves = new ReplicaAlterLogDirsManager(node.Logs, _assignments, happened => node.Options.Events.Add([happened]), _time,
            node.Options.LoggerFactory.CreateLogger<ReplicaAlterLogDirsManager>());
        _groups = CreateGroups();
        _producerIds = new ProducerIdManager(AllocateProducerIdsAsync);
        _transactions = new TransactionParts(node, _replicas, _groups, _producerIds);
        _replicas.InternalWatermarkListener = OnInternalWatermark;
        _publisher = CreatePublisher(topicMetrics);
        node.Quorum.AddPublisher(_publisher);
        node.Logs.LogDirectoryFailed += OnLogDirectoryFailed;
        var registered = new RegisteredSchemas();
        _schemaTopic = new SchemaTopicFollower(
            registered, _config[BrokerConfigs.SchemaRegistryTopic], SchemaTopicOptions, _time, _logger);
        _schemas = new SchemaValidation(registered, _schemaTopic, node.Metadata, _config, _time);
        node.Quorum.AddPublisher(_schemas);
        node.Quorum.AddPublisher(_quotas);
        var rates = new ConnectionRates(_config, _time);
        node.Quorum.AddPublisher(rates);
        var creation = CreateTopicCreation();
        var internalTopics = new InternalTopicCreation(_config, () => _node.Metadata.Image, creation.CreateInternalAsync);
        if (_config[BrokerConfigs.RemoteLogStorageSystemEnable])
            node.Quorum.AddPublisher((_tier = new RemoteTier(
                node, _replication, _channel, internalTopics, () => AdvertisedEndPoints)).Manager);
        var dispatcher = CreateDispatcher(topicMetrics, creation, internalTopics);
        _server = new SocketServer(dispatcher, ListenerSetup.Limits(_config), _time,
            node.Options.LoggerFactory.CreateLogger<SocketServer>(), rates);
        _metrics = new BrokerMetrics(
            node.NodeId, topicMetrics, _replicas, _replication.Fetchers, _moves, dispatcher.Metrics, () => _server.ConnectionCount);
        _cleanerMetrics = new CleanerMetrics(node.NodeId, node.Logs, () => _cleaners, _time);
        _directoryMetrics = new LogDirectoryMetrics(node.NodeId, node.Logs);
    }

    /// <summary>Where clients find this broker.</summary>
    public IReadOnlyList<EndPoint> AdvertisedEndPoints { get; private set; } = [];

    /// <summary>True while the controller lets this broker serve.</summary>
    public bool IsServing => _lifecycle is { IsUnfenced: true };

    /// <summary>Epoch of the registration; -1 before it.</summary>
    public long BrokerEpoch => _lifecycle?.BrokerEpoch ?? -1;

    /// <summary>Takes the ports.</summary>
    public void Bind()
    {
        _listeners = ListenerSetup.Bind(_server, _config.Node.Listeners.Broker, isController: false);
        AdvertisedEndPoints = [.. _listeners.Select(listener => ListenerSetup.Advertised(listener, _config))];
    }

    /// <summary>Registers and returns when the broker serves clients.</summary>
    public async Task StartAsync(CancellationToken cancellation)
    {
        _cleaners = new CleanerWorkers(_node.Logs.Cleaner, EffectiveConfig, _time, _logger);
        _scrubber = new ScrubWorker(_node.Logs.Scrubber, EffectiveConfig, _time, _logger);
        _groupTicks = _time.CreateTimer(
            _ => _groups.OnTick(), null, GroupCoordinator.TickInterval, GroupCoordinator.TickInterval);
        _replication.Start();
        _moves.Start(_config[BrokerConfigs.NumReplicaAlterLogDirsThreads] ?? _config.Node.LogDirs.Count);
        _roleRetries = _time.CreateTimer(
            _ => _publisher.RetryDeferred(), null, ReplicaPublisher.RetryInterval, ReplicaPublisher.RetryInterval);
        _transactionTicks = _time.CreateTimer(_ => _transactions.Coordinator.OnTick(), null,
            TransactionCoordinator.TickInterval, TransactionCoordinator.TickInterval);
        _lifecycle = new BrokerLifecycleManager(Identity(), _heartbeatChannel, _node.Metadata,
            TimeSpan.FromMilliseconds(_config[BrokerConfigs.BrokerHeartbeatIntervalMs]), _time, _logger);
        await _lifecycle.StartAsync(cancellation);
        _publisher.SetStrayLogsAside(_node.Logs);
        _listeners.ForEach(_server.Accept);
    }

    /// <summary>Stops in the reverse order, after others have taken over what is led here.</summary>
    public async ValueTask DisposeAsync()
    {
        if (_lifecycle is not null && _config[BrokerConfigs.ControlledShutdownEnable])
            await _lifecycle.StopAsync();
        else if (_lifecycle is not null)
            await _lifecycle.StopBeatingAsync();
        await StopServingAsync();
    }

    /// <summary>Ends without a word to the controller.</summary>
    public async ValueTask KillAsync()
    {
        if (_lifecycle is not null)
            await _lifecycle.StopBeatingAsync();
        await StopServingAsync();
    }

    private async ValueTask StopServingAsync()
    {
        await _schemaTopic.DisposeAsync();
        if (_tier is not null)
            await _tier.DisposeAsync();
        var closing = _server.DisposeAsync();
        _channel.Stop();
        // Who waits for followers would keep its connection open until its request times out.
        _replicas.Retire();
        await closing;
        _node.Logs.LogDirectoryFailed -= OnLogDirectoryFailed;
        if (_roleRetries is not null)
            await _roleRetries.DisposeAsync();
        await _moves.DisposeAsync();
        await _assignments.DisposeAsync();
        await _replication.DisposeAsync();
        if (_groupTicks is not null)
            await _groupTicks.DisposeAsync();
        _scrubber?.Dispose();
        _cleaners?.Dispose();
        if (_transactionTicks is not null)
            await _transactionTicks.DisposeAsync();
        _transactions.Dispose();
        _cleanerMetrics.Dispose();
        _directoryMetrics.Dispose();
        _metrics.Dispose();
        _timers.Dispose();
        _channel.Dispose();
        _heartbeatChannel.Dispose();
    }

    // With what was changed while brokers run.
    private BrokerConfig EffectiveConfig() => _node.Metadata.Image.Configurations.Effective(_config, _node.NodeId);

    // As any client of this broker: the topic may be led by another one.
    private ConsumerOptions SchemaTopicOptions() => new()
    {
        BootstrapServers = AdvertisedEndPoints is [var first, ..]
            ? $"{first.Host}:{first.Port}"
            : throw new Client.KafkaException(ErrorCode.NetworkException, "the listeners are not bound yet"),
        ClientId = $"broker-{_node.NodeId}-schemas",
        AllowAutoCreateTopics = false,
        TimeProvider = _time,
    };

    private GroupCoordinator CreateGroups() =>
        new(
            _config,
            new ReplicaCoordinatorLog(_replicas, _time),
            () => _node.Metadata.Image.Topics.Find(InternalTopics.ConsumerOffsets)?.Partitions.Count
                ?? _config[BrokerConfigs.OffsetsTopicNumPartitions],
            Uuid.Random,
            _time,
            static work => ThreadPool.UnsafeQueueUserWorkItem(static w => w(), work, preferLocal: false),
            _node.Options.LoggerFactory.CreateLogger<GroupCoordinator>());

    private void OnInternalWatermark(Partition partition)
    {
        if (partition.Id.Topic == InternalTopics.ConsumerOffsets)
            _groups.OnHighWatermark(partition.Id.Partition, partition.Log.HighWatermark);
        else if (partition.Id.Topic == InternalTopics.TransactionState)
            _transactions.Coordinator.OnHighWatermark(partition.Id.Partition, partition.Log.HighWatermark);
    }

    private AutoTopicCreation CreateTopicCreation() => new(
        request => _channel.SendAsync(request), () => EffectiveConfig()[BrokerConfigs.AutoCreateTopicsEnable]);

    private RequestDispatcher CreateDispatcher(
        BrokerTopicMetrics topicMetrics, AutoTopicCreation creation, InternalTopicCreation internalTopics)
    {
        var parts = new HandlerParts(_config, _node.Metadata, _channel, _replicas, _node.Logs, _node.Options.Files,
            _groups, _transactions, _producerIds, creation, internalTopics, topicMetrics, _quotas, _schemas,
            _node.Access, _node.Options.LoggerFactory)
        {
            RemoteLookup = _tier?.Lookup,
            Moves = _moves,
        };
        return new RequestDispatcher(BrokerHandlers.Create(parts), _time, _quotas);
    }

    private async ValueTask<ProducerIdBlock> AllocateProducerIdsAsync()
    {
        var response = await _channel.SendAsync(new AllocateProducerIdsRequest
        {
            BrokerId = _node.NodeId,
            BrokerEpoch = BrokerEpoch,
        });
        Client.KafkaException.ThrowIfError(response.ErrorCode, "allocating producer ids");
        return new ProducerIdBlock(response.ProducerIdStart, response.ProducerIdLen);
    }

    private BrokerIdentity Identity() => new(
        _node.NodeId, _node.ClusterId, Uuid.Random(), _config.Node.Rack, AdvertisedEndPoints,
        LogDirs(isOnline: true))
    {
        OfflineLogDirs = () => LogDirs(isOnline: false),
        LogDirFailure = (TimeSpan.FromMilliseconds(_config[BrokerConfigs.LogDirFailureTimeoutMs]), _node.OnFatal),
        PreviousBrokerEpoch = _node.Logs.PreviousBrokerEpoch,
        CordonedLogDirs = CordonedLogDirs,
    };

    private ReplicaPublisher CreatePublisher(BrokerTopicMetrics topicMetrics) => new(
        _node.NodeId, _config, _replicas, _replication.Fetchers, _groups, _transactions.Coordinator, topicMetrics,
        new ReplicaDirectories(_node.NodeId, _assignments, _moves),
        new DeferredRoles(_node.NodeId, happened => _node.Options.Events.Add([happened]), _time, _logger), _time, _logger);

    // Called on the thread that met the failure, perhaps under the lock of a log.
    private void OnLogDirectoryFailed(LogDirectory directory, KafkaStorageException failure)
    {
        _lifecycle?.OnLogDirectoryFailed();
        ThreadPool.UnsafeQueueUserWorkItem(
            static each => each.Publisher.OnLogDirectoryFailed(each.Directory), (Publisher: _publisher, Directory: directory),
            preferLocal: false);
    }

    // Those that may hold records: that of the metadata may be another.
    private IReadOnlyList<Uuid> LogDirs(bool isOnline)
    {
        var paths = _config.Node.LogDirs.Select(Path.GetFullPath).ToHashSet(StringComparer.Ordinal);
        return [.. _node.Logs.Directories.Where(directory => directory.Failure is null == isOnline
            && directory.Id != LogDirectory.UnknownId && paths.Contains(directory.Path)).Select(directory => directory.Id)];
    }

    private IReadOnlyList<Uuid> CordonedLogDirs()
    {
        var cordoned = EffectiveConfig()[BrokerConfigs.CordonedLogDirs];
        return [.. _node.Logs.Directories.Zip(_node.Logs.MetaProperties)
            .Where(directory => cordoned.Contains("*") || cordoned.Any(path => Path.GetFullPath(path) == directory.First.Path))
            .Select(directory => directory.Second.DirectoryId)];
    }
}
