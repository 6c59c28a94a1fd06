using Platform.Chaos.History;
using Platform.Client;
using Platform.Client.Admin;

namespace Platform.Chaos.Nodes;

/// <summary>The processes of a scenario, their disks and their network.</summary>
public sealed class ChaosCluster : IAsyncDisposable
{
    private const int KafkaPort = 9092, ControllerPort = 9093;
    private const string ClusterId = "5L6g3nShT-eMCtK--X86sw";
    private static readonly TimeSpan StartLimit = TimeSpan.FromSeconds(90);
    private readonly string _folder;
    private readonly Recorder _recorder;

    private ChaosCluster(ClusterShape shape, Network network, string folder, Recorder recorder)
    {
        (Shape, Network, _folder, _recorder) = (shape, network, folder, recorder);
        Nodes = [.. shape.Ids.Select(Node)];
    }

    /// <summary>How long a silent broker stays unfenced. Longer on machines that others use, so that being slow is not
    /// taken for being dead.</summary>
    public static int SessionTimeoutMs { get; } =
        int.Parse(Environment.GetEnvironmentVariable("CHAOS_SESSION_MS") ?? "6000");

    /// <summary>What it looks like.</summary>
    public ClusterShape Shape { get; }

    /// <summary>The cables between nodes.</summary>
    public Network Network { get; }

    /// <summary>The nodes, by id minus one.</summary>
    public IReadOnlyList<ChaosNode> Nodes { get; }

    /// <summary>Files of this run.</summary>
    public string Folder => _folder;

    /// <summary>Brokers to ask first.</summary>
    public string BootstrapServers =>
        string.Join(',', Shape.Brokers.Select(id => $"{Network.AddressOf(id)}:{KafkaPort}"));

    /// <summary>A client for administration; requests fail early, since half of the time somebody is down.</summary>
    public AdminClient Admin() => new(Client());

    /// <summary>Settings of clients.</summary>
    public ClientOptions Client() => new()
    {
        BootstrapServers = BootstrapServers,
        ClientId = "chaos",
        RequestTimeoutMs = 10_000,
        SocketConnectionSetupTimeoutMs = 3_000,
    };

    /// <summary>Starts all nodes; returns when the brokers answer and have an active controller.</summary>
    public static async Task<ChaosCluster> StartAsync(ClusterShape shape, string folder, Recorder recorder)
    {
        var cluster = new ChaosCluster(shape, await Network.CreateAsync(shape.Roles.Count), folder, recorder);
        try
        {
            await cluster.StartAsync();
            return cluster;
        }
        catch
        {
            // The next scenario of a campaign has the same addresses.
            await cluster.DisposeAsync();
            throw;
        }
    }

    private async Task StartAsync()
    {
        foreach (var node in Nodes)
        {
            await node.Disk.CreateAsync();
            if (Shape.CanFailCalls)
                FailingCalls.Preload(this, node);
            node.Start();
        }
        await WhenAllServeAsync(StartLimit);
    }

    /// <summary>Waits until every broker is registered and not fenced.</summary>
    public async Task WhenAllServeAsync(TimeSpan limit)
    {
        var deadline = Recorder.NowUs + (long)limit.TotalMicroseconds;
        var brokers = Shape.Brokers.Count();
        await using var admin = Admin();
        while (await CountBrokersAsync(admin) < brokers)
        {
            if (Recorder.NowUs > deadline)
                throw new TimeoutException($"after {limit.TotalSeconds:0} s not all {brokers} brokers serve:\n"
                    + string.Join('\n', Nodes.Select(node => $"--- node {node.Id}\n{node.LastWords(15)}")));
            await Task.Delay(200);
        }
    }

    /// <summary>Undoes every fault: network, pauses, full disks, dead processes.</summary>
    public async Task HealAsync()
    {
        await Network.HealAsync();
        foreach (var node in Nodes)
        {
            FailingCalls.Set(this, node, "");
            if (node.IsPaused)
                node.Resume();
            if (Shape.Disk == DiskKind.Small)
                node.Disk.Free();
            if (!node.IsRunning)
                node.Start();
        }
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        foreach (var node in Nodes.Where(node => node.IsRunning))
            await node.KillAsync();
        foreach (var node in Nodes)
            await node.Disk.RemoveAsync();
        await Network.RemoveAsync();
    }

    private static async Task<int> CountBrokersAsync(AdminClient admin)
    {
        try
        {
            using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(3));
            return (await admin.DescribeClusterAsync(limit.Token)).Brokers.Count;
        }
        catch (Exception error) when (error is KafkaException or OperationCanceledException)
        {
            return 0;
        }
    }

    private ChaosNode Node(int id)
    {
        var disk = new NodeDisk(_folder, id, Shape.Disk);
        var settings = string.Join(' ', Settings(id, disk).Select(setting => $"--override {setting.Key}={setting.Value}"));
        var command = $"{Network.Prefix(id)}dotnet {Binary} broker {settings}";
        return new ChaosNode(id, command, disk, Path.Combine(_folder, $"node-{id}.log"), _recorder)
        {
            Environment = { ["CLUSTER_ID"] = ClusterId },
        };
    }

    private Dictionary<string, string> Settings(int id, NodeDisk disk)
    {
        var address = Network.AddressOf(id);
        var listeners = new List<string>();
        if (Shape.Brokers.Contains(id))
            listeners.Add($"PLAINTEXT://{address}:{KafkaPort}");
        if (Shape.Controllers.Contains(id))
            listeners.Add($"CONTROLLER://{address}:{ControllerPort}");
        var settings = new Dictionary<string, string>
        {
            ["process.roles"] = Shape.Roles[id - 1],
            ["node.id"] = $"{id}",
            ["log.dirs"] = Shape.TwoLogDirs ? $"{disk.LogDir},{disk.SecondLogDir}" : disk.LogDir,
            ["metadata.log.dir"] = disk.LogDir,
            ["listeners"] = string.Join(',', listeners),
            ["controller.listener.names"] = "CONTROLLER",
            ["controller.quorum.voters"] = string.Join(',',
                Shape.Controllers.Select(voter => $"{voter}@{Network.AddressOf(voter)}:{ControllerPort}")),
            ["broker.session.timeout.ms"] = $"{SessionTimeoutMs}",
            ["broker.heartbeat.interval.ms"] = $"{SessionTimeoutMs / 6}",
            ["replica.lag.time.max.ms"] = "5000",
            ["replica.socket.timeout.ms"] = "3000",
            ["default.replication.factor"] = "3",
            ["min.insync.replicas"] = "2",
            ["offsets.topic.num.partitions"] = "3",
            ["transaction.state.log.num.partitions"] = "3",
            ["group.initial.rebalance.delay.ms"] = "0",
            ["log.segment.bytes"] = "8388608",
        };
        foreach (var (name, value) in Shape.Settings)
            settings[name] = value;
        return settings;
    }

    // artifacts/bin/Chaos/<configuration>/ lies beside artifacts/bin/Platform/<configuration>/.
    private static string Binary
    {
        get
        {
            var own = new DirectoryInfo(AppContext.BaseDirectory.TrimEnd('/'));
            return Path.Combine(own.Parent!.Parent!.FullName, "Platform", own.Name, "platform.dll");
        }
    }
}
