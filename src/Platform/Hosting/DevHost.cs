using System.Net;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.Logging;
using Platform.Api.Hosting;
using Platform.Broker.Hosting;
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
    private readonly ILoggerFactory _logging = ConsoleLogging.Create(LogLevel.Warning);
    private readonly PrometheusExporter _metrics = new();
    private readonly List<BrokerHost> _brokers = [];
    private WebApplication? _api;
    private WebApplication? _dashboard;

    private DevHost()
    {
    }

    /// <summary>host:port of the first broker.</summary>
    public string BootstrapServers => _brokers[0].BootstrapServers;

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
        if (_dashboard is not null)
            await _dashboard.DisposeAsync();
        if (_api is not null)
            await _api.DisposeAsync();
        foreach (var broker in Enumerable.Reverse(_brokers))
            await broker.DisposeAsync();
        _metrics.Dispose();
        _logging.Dispose();
    }

    private async Task StartBrokersAsync(DevOptions options, CancellationToken cancellation)
    {
        var config = DevConfig.Broker(options.DataDir, nodeId: 1, options.KafkaPort);
        var files = new PosixFileSystem();
        var clusterId = StorageFormatter.ClusterIdOf(files, config.Node) ?? Uuid.Random().ToString();
        StorageFormatter.Format(files, config.Node, clusterId);
        _brokers.Add(await BrokerHost.StartAsync(
            config, new BrokerHostOptions { LoggerFactory = _logging, Metrics = _metrics }, cancellation));
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
    }
}

/// <summary>Settings of the brokers of `platform dev`.</summary>
internal static class DevConfig
{
    /// <summary>A combined broker and controller, alone in its quorum.</summary>
    public static BrokerConfig Broker(string dataDir, int nodeId, int kafkaPort) => BrokerConfig.Parse(overrides: new Dictionary<string, string>
    {
        ["process.roles"] = "broker,controller",
        ["node.id"] = $"{nodeId}",
        ["log.dirs"] = Path.Combine(dataDir, $"broker-{nodeId}"),
        ["listeners"] = $"PLAINTEXT://127.0.0.1:{kafkaPort},CONTROLLER://127.0.0.1:0",
        ["controller.listener.names"] = "CONTROLLER",
        ["controller.quorum.voters"] = $"{nodeId}@127.0.0.1:9093",
        // People try groups by hand: three seconds of waiting for members that will not come are three too many.
        ["group.initial.rebalance.delay.ms"] = "0",
    });
}
