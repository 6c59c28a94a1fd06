using System.Net;
using System.Net.Sockets;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.Logging;
using Platform.Api.Hosting;
using Platform.Broker.Hosting;
using Platform.Broker.Observability;
using Platform.Client.Observability;
using Platform.Cluster.Configuration;
using Platform.Dashboard.Hosting;
using Platform.Protocol;
using Platform.Storage;

namespace Platform.Hosting;

/// <summary>What `platform dev` was asked for.</summary>
internal sealed record DevOptions(string DataDir, int Brokers, int KafkaPort, int RegistryPort, int RestPort, int DashboardPort);

/// <summary>Brokers, HTTP APIs and dashboard in one process, on loopback.</summary>
internal sealed class DevHost : IAsyncDisposable
{
    private static readonly TimeSpan StopTimeout = TimeSpan.FromSeconds(3);

    private readonly ILoggerFactory _logging = ConsoleLogging.Create(LogLevel.Warning);
    private readonly PrometheusExporter _metrics = new();
    private readonly ClusterEventRing _events = new();
    private readonly PosixFileSystem _files = new();
    private readonly BoundControllers _controllers = new();
    private readonly List<BrokerHost> _brokers = [];
    private WebApplication? _api;
    private WebApplication? _dashboard;

    private DevHost()
    {
    }

    /// <summary>host:port of every broker.</summary>
    public string BootstrapServers => string.Join(',', _brokers.Select(broker => broker.BootstrapServers));

    /// <summary>Base addresses of the HTTP APIs.</summary>
    public ApiAddresses Api => _api!.Addresses();

    /// <summary>Base address of the dashboard.</summary>
    public Uri Dashboard => DashboardHost.AddressOf(_dashboard!);

    /// <summary>Ends with an error when a broker cannot go on.</summary>
    public Task Failed => Task.WhenAny(_brokers.Select(b => b.Failed)).Unwrap();

    /// <summary>Starts everything; returns when all of it answers.</summary>
    public static async Task<DevHost> StartAsync(DevOptions options, CancellationToken cancellation)
    {
        var host = new DevHost();
        try
        {
            await host.StartBrokersAsync(options, cancellation);
            // The two web applications need the broker's port and nothing of each other.
            await Task.WhenAll(
                Task.Run(() => host.StartApiAsync(options, cancellation), cancellation),
                Task.Run(() => host.StartDashboardAsync(options, cancellation), cancellation));
            return host;
        }
        catch
        {
            await host.DisposeAsync();
            throw;
        }
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await StopAsync(_dashboard);
        await StopAsync(_api);
        foreach (var broker in Enumerable.Reverse(_brokers))
            await broker.DisposeAsync();
        _metrics.Dispose();
        _logging.Dispose();
    }

    // Stopped before it is disposed: what runs in the background says goodbye to the brokers with clients that are open.
    private static async Task StopAsync(WebApplication? app)
    {
        if (app is null)
            return;
        using var limit = new CancellationTokenSource(StopTimeout);
        await app.StopAsync(limit.Token);
        await app.DisposeAsync();
    }

    // The first broker is the controller, too; the others only follow its metadata, so that the number of brokers may
    // change from one start to the next.
    private async Task StartBrokersAsync(DevOptions options, CancellationToken cancellation)
    {
        var first = DevConfig.Broker(options, DevConfig.Controller);
        var clusterId = StorageFormatter.ClusterIdOf(_files, first.Node) ?? Uuid.Random().ToString();
        _brokers.Add(await StartBrokerAsync(first, clusterId, cancellation));
        var others = Enumerable.Range(DevConfig.Controller + 1, options.Brokers - 1)
            .Select(nodeId => StartBrokerAsync(DevConfig.Broker(options, nodeId), clusterId, cancellation));
        _brokers.AddRange(await Task.WhenAll(others));
    }

    private Task<BrokerHost> StartBrokerAsync(BrokerConfig config, string clusterId, CancellationToken cancellation)
    {
        StorageFormatter.Format(_files, config.Node, clusterId);
        var options = new BrokerHostOptions
        {
            Files = _files,
            LoggerFactory = _logging,
            Metrics = _metrics,
            Events = _events,
            BoundControllers = _controllers,
        };
        return BrokerHost.StartAsync(config, options, cancellation);
    }

    private async Task StartApiAsync(DevOptions options, CancellationToken cancellation)
    {
        _api = ApiHost.Build(new ApiOptions
        {
            BootstrapServers = BootstrapServers,
            RegistryPort = options.RegistryPort,
            RestPort = options.RestPort,
            Metrics = _metrics,
        });
        await _api.StartAsync(cancellation);
        await ApiHost.WhenReadyAsync(_api, cancellation);
    }

    private async Task StartDashboardAsync(DevOptions options, CancellationToken cancellation)
    {
        _dashboard = DashboardHost.Build(new DashboardOptions
        {
            BootstrapServers = BootstrapServers,
            DashboardPort = options.DashboardPort,
            Metrics = _metrics,
        });
        await _dashboard.StartAsync(cancellation);
        await DashboardHost.WhenReadyAsync(_dashboard, cancellation);
    }
}

/// <summary>Settings of the brokers of `platform dev`.</summary>
internal static class DevConfig
{
    /// <summary>The node that is controller as well.</summary>
    public const int Controller = 1;

    private const int MaxReplicationFactor = 3;

    /// <summary>A broker; its Kafka port follows those of the brokers before it.</summary>
    public static BrokerConfig Broker(DevOptions options, int nodeId)
    {
        var isController = nodeId == Controller;
        var port = options.KafkaPort == 0 ? 0 : options.KafkaPort + nodeId - Controller;
        return BrokerConfig.Parse(overrides: new Dictionary<string, string>
        {
            ["process.roles"] = isController ? "broker,controller" : "broker",
            ["node.id"] = $"{nodeId}",
            ["log.dirs"] = Path.Combine(options.DataDir, $"broker-{nodeId}"),
            ["listeners"] = $"PLAINTEXT://127.0.0.1:{port}" + (isController ? ",CONTROLLER://127.0.0.1:0" : ""),
            ["controller.listener.names"] = "CONTROLLER",
            ["controller.quorum.voters"] = $"{Controller}@127.0.0.1:9093",
            ["default.replication.factor"] = $"{Math.Min(options.Brokers, MaxReplicationFactor)}",
            // Nodes of a process share what they remember, so that one port tells it all.
            ["platform.http.listener"] = isController ? $"127.0.0.1:{FreePort()}" : "",
            // People try groups by hand: three seconds of waiting for members that will not come are three too many.
            ["group.initial.rebalance.delay.ms"] = "0",
        });
    }

    // Others find the port by asking for the setting, so it has to be known before it is taken.
    private static int FreePort()
    {
        using var probe = new TcpListener(IPAddress.Loopback, 0);
        probe.Start();
        return ((IPEndPoint)probe.LocalEndpoint).Port;
    }
}
