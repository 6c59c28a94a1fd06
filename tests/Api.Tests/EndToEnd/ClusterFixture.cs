using Microsoft.AspNetCore.Builder;
using Platform.Api.Hosting;
using Platform.Api.Tests.Hosting;
using Platform.Broker.Hosting;
using Platform.Cluster.Configuration;
using Platform.Protocol;
using Platform.Storage;

namespace Platform.Api.Tests.EndToEnd;

/// <summary>A broker on a free port with a directory of its own, and the API in front of it.</summary>
public class ClusterFixture : IAsyncLifetime
{
    private readonly string _directory = Directory.CreateTempSubdirectory("platform-api-").FullName;
    private BrokerHost? _broker;
    private WebApplication? _app;

    public HttpClient Registry { get; private set; } = new();

    public HttpClient Rest { get; private set; } = new();

    public string ClusterId => _broker!.ClusterId;

    public string BootstrapServers => _broker!.BootstrapServers;

    /// <summary>Path of the cluster in v3.</summary>
    public string Cluster => $"/v3/clusters/{ClusterId}";

    /// <summary>Settings of the broker, besides those that every test needs.</summary>
    protected virtual IReadOnlyDictionary<string, string> Settings { get; } = new Dictionary<string, string>();

    public async Task InitializeAsync()
    {
        var config = BrokerConfig.Parse(overrides: new Dictionary<string, string>(Settings)
        {
            ["process.roles"] = "broker,controller",
            ["node.id"] = "1",
            ["log.dirs"] = _directory,
            ["listeners"] = "PLAINTEXT://127.0.0.1:0,CONTROLLER://127.0.0.1:0",
            ["controller.listener.names"] = "CONTROLLER",
            ["controller.quorum.voters"] = "1@127.0.0.1:9093",
            ["group.initial.rebalance.delay.ms"] = "0",
        });
        StorageFormatter.Format(new PosixFileSystem(), config.Node, Uuid.Random().ToString());
        _broker = await BrokerHost.StartAsync(config, new BrokerHostOptions());
        await StartApiAsync();
    }

    /// <summary>Stops the API and starts another one on the same cluster.</summary>
    public async Task RestartApiAsync()
    {
        await _app!.DisposeAsync();
        await StartApiAsync();
    }

    public async Task DisposeAsync()
    {
        Registry.Dispose();
        Rest.Dispose();
        await _app!.DisposeAsync();
        await _broker!.DisposeAsync();
        Directory.Delete(_directory, recursive: true);
    }

    public Task<(int Status, System.Text.Json.JsonElement Body)> GetAsync(string path) =>
        Rest.CallAsync(HttpMethod.Get, path);

    public Task<(int Status, System.Text.Json.JsonElement Body)> PostAsync(
        string path, string? body, string contentType = "application/json") =>
        Rest.CallAsync(HttpMethod.Post, path, body, contentType);

    public async Task CreateTopicAsync(string name, int partitions)
    {
        var created = await PostAsync(
            Cluster + "/topics", $$"""{"topic_name":"{{name}}","partitions_count":{{partitions}}}""");
        Assert.True(created.Status == 201, created.Body.Text());
    }

    private async Task StartApiAsync()
    {
        _app = ApiHost.Build(new ApiOptions
        {
            BootstrapServers = _broker!.BootstrapServers,
            RegistryPort = 0,
            RestPort = 0,
        });
        await _app.StartAsync();
        Registry = new HttpClient { BaseAddress = _app.Addresses().Registry };
        Rest = new HttpClient { BaseAddress = _app.Addresses().Rest };
        // The registry holds a request back until the schemas are read, so this loop does not spin.
        while ((await Registry.CallAsync(HttpMethod.Get, "/subjects")).Status == 503)
            continue;
    }
}
