using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Platform.Broker.Hosting;
using Platform.Broker.Observability;
using Platform.Client.Admin;
using Platform.Client;
using Platform.Client.Producing;
using Platform.Cluster.Configuration;
using Platform.Cluster.Raft;
using Platform.Protocol;
using Platform.Storage;

namespace Platform.Broker.Tests.Hosting;

/// <summary>Nodes of one cluster in this process, on free ports and directories of their own. Nodes 1 to
/// <c>controllers</c> are controllers, all are brokers unless told otherwise.</summary>
internal sealed class TestCluster : IAsyncDisposable
{
    private readonly DirectoryInfo _directory = Directory.CreateTempSubdirectory("platform-cluster-");
    private readonly BoundControllers _controllers = new();
    private readonly Dictionary<int, BrokerHost> _running = [];
    private readonly Dictionary<int, BrokerConfig> _configs = [];
    private readonly string _clusterId = Uuid.Random().ToString();
    private readonly int _voters;
    private Func<int, IRemoteStorageManager>? _remoteStorage;
    private bool _isFounded;
    private readonly Dictionary<string, string> _settings;

    private readonly Func<int, IFileSystem> _files;

    private TestCluster(
        int voters, Dictionary<string, string>? settings, Func<int, IFileSystem>? files = null) =>
        (_voters, _settings, _files) = (voters, settings ?? [], files ?? (static _ => new PosixFileSystem()));

    /// <summary>What the nodes tell of themselves.</summary>
    public ClusterEventRing Events { get; } = new();

    /// <summary>Where nodes that are started log.</summary>
    public ILoggerFactory Logging { get; set; } = NullLoggerFactory.Instance;

    /// <summary>The nodes that run, by id.</summary>
    public IReadOnlyDictionary<int, BrokerHost> Running => _running;

    /// <summary>Brokers to ask first.</summary>
    public string BootstrapServers => string.Join(',', _running.OrderBy(node => node.Key)
        .Where(node => _configs[node.Key].Node.IsBroker).Select(node => node.Value.BootstrapServers));

    /// <summary>Starts nodes; returns when all serve.</summary>
    /// <param name="nodes">Roles of the nodes, the first of which has id 1, such as "broker,controller".</param>
    /// <param name="settings">Settings of every node; <c>{id}</c> stands for its id.</param>
    /// <param name="remoteStorage">Remote storage of a node; null for the one that its settings name.</param>
    /// <param name="files">The disk of each node; the machine's when not given.</param>
    public static async Task<TestCluster> StartAsync(
        IReadOnlyList<string> nodes, Dictionary<string, string>? settings = null,
        Func<int, IRemoteStorageManager>? remoteStorage = null, Func<int, IFileSystem>? files = null)
    {
        var cluster = new TestCluster(nodes.Count(roles => roles.Contains("controller")), settings, files)
        {
            _remoteStorage = remoteStorage,
        };
        for (var id = 1; id <= nodes.Count; id++)
            cluster._configs[id] = cluster.Config(id, nodes[id - 1]);
        await Task.WhenAll(cluster._configs.Keys.Select(cluster.StartAsync));
        return cluster;
    }

    /// <summary>Nodes that are broker and controller, of which node 1 was formatted as the only voter (KIP-853) and the
    /// others follow.</summary>
    public static async Task<TestCluster> StartStandaloneAsync(int nodes, Dictionary<string, string>? settings = null)
    {
        var cluster = new TestCluster(voters: 0, settings);
        for (var id = 1; id <= nodes; id++)
            cluster._configs[id] = cluster.Config(id, "broker,controller");
        await Task.WhenAll(cluster._configs.Keys.Select(cluster.StartAsync));
        return cluster;
    }

    /// <summary>Id of the directory that holds a node's metadata.</summary>
    public Uuid DirectoryIdOf(int id) => MetaProperties.Read(new PosixFileSystem(), DirectoryOf(id))!.DirectoryId;

    /// <summary>Three nodes that are broker and controller.</summary>
    public static Task<TestCluster> StartThreeAsync(Dictionary<string, string>? settings = null) =>
        StartAsync(["broker,controller", "broker,controller", "broker,controller"], settings);

    /// <summary>Starts a node that does not run, on the data that it has.</summary>
    public async Task StartAsync(int id)
    {
        var formatted = StorageFormatter.Format(_files(id), _configs[id].Node, _clusterId);
        // Only once: a node whose disk was emptied joins the quorum that there is.
        if (_voters == 0 && id == 1 && !Interlocked.Exchange(ref _isFounded, true) && formatted.Count > 0)
            StorageFormatter.WriteInitialVoters(new PosixFileSystem(), _configs[id].Node,
                new VoterSet([new Voter(new ReplicaKey(id, DirectoryIdOf(id)), "127.0.0.1", 0)]));
        var node = await BrokerHost.StartAsync(
            _configs[id], new BrokerHostOptions
            {
                BoundControllers = _controllers,
                RemoteStorage = _remoteStorage,
                LoggerFactory = Logging,
                Files = _files(id),
                Events = Events,
            });
        lock (_running)
            _running[id] = node;
    }

    /// <summary>Stops a node in order.</summary>
    public async Task StopAsync(int id)
    {
        await _running[id].DisposeAsync();
        _running.Remove(id);
    }

    /// <summary>Ends a node as if its process were killed.</summary>
    public async Task KillAsync(int id)
    {
        await _running[id].KillAsync();
        _running.Remove(id);
    }

    /// <summary>Empties the disk of a node that does not run.</summary>
    public void Wipe(int id) => Directory.Delete(DirectoryOf(id), recursive: true);

    /// <summary>Files of a node, by a pattern such as <c>topic-0/*.log</c>.</summary>
    public IReadOnlyList<string> FilesOf(int id, string pattern) =>
        Directory.GetFiles(Path.Combine(DirectoryOf(id), Path.GetDirectoryName(pattern)!), Path.GetFileName(pattern));

    /// <summary>A client of the whole cluster.</summary>
    public AdminClient Admin() => new(new ClientOptions { BootstrapServers = BootstrapServers });

    /// <summary>A producer that waits for all replicas.</summary>
    public KafkaProducer Producer() => new(new ProducerOptions { BootstrapServers = BootstrapServers });

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        foreach (var node in _running.Values)
            await node.KillAsync();
        _directory.Delete(recursive: true);
    }

    /// <summary>Where a node keeps its logs.</summary>
    public string DirectoryOf(int id) => Path.Combine(_directory.FullName, $"node-{id}");

    private BrokerConfig Config(int id, string roles)
    {
        List<string> listeners = [];
        if (roles.Contains("broker"))
            listeners.Add("PLAINTEXT://127.0.0.1:0");
        if (roles.Contains("controller"))
            listeners.Add("CONTROLLER://127.0.0.1:0");
        var settings = new Dictionary<string, string>
        {
            ["process.roles"] = roles,
            ["node.id"] = $"{id}",
            ["log.dirs"] = DirectoryOf(id),
            ["listeners"] = string.Join(',', listeners),
            ["controller.listener.names"] = "CONTROLLER",
            // Ports are known only when the nodes run; BoundControllers tells them.
            [_voters > 0 ? "controller.quorum.voters" : "controller.quorum.bootstrap.servers"] = _voters == 0
                ? "127.0.0.1:0" : string.Join(',', Enumerable.Range(1, _voters).Select(v => $"{v}@127.0.0.1:0")),
            ["controller.quorum.election.timeout.ms"] = "300",
            ["controller.quorum.election.backoff.max.ms"] = "100",
            ["controller.quorum.fetch.timeout.ms"] = "600",
            ["broker.heartbeat.interval.ms"] = "200",
            // Long enough that a busy machine fences nobody; tests that kill a broker may shorten it.
            ["broker.session.timeout.ms"] = "6000",
            ["group.initial.rebalance.delay.ms"] = "0",
        };
        foreach (var (name, value) in _settings)
            settings[name] = value.Replace("{id}", $"{id}");
        return BrokerConfig.Parse(overrides: settings);
    }
}
