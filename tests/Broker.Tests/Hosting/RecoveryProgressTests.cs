using System.Net;
using System.Net.Sockets;
using Platform.Broker.Hosting;
using Platform.Client.Observability;
using Platform.Cluster.Configuration;
using Platform.Protocol;
using Platform.Storage;
using Platform.Testing;

namespace Platform.Broker.Tests.Hosting;

/// <summary>What is seen of a node while it recovers its logs.</summary>
public sealed class RecoveryProgressTests
{
    private static readonly HttpClient Http = new();
    private readonly MemoryFileSystem _disk = new();

    [Fact]
    public async Task The_health_check_tells_how_many_logs_are_open_while_recovery_runs()
    {
        var address = FreeAddress();
        var config = Config(address);
        StorageFormatter.Format(_disk, config.Node, Uuid.Random().ToString());
        WriteUnflushed(partitions: 3);
        using var reached = new ManualResetEventSlim();
        using var goOn = new ManualResetEventSlim();
        _disk.Fault = (operation, path) =>
        {
            if (operation == DiskOperation.Read && path.EndsWith("/t-2/00000000000000000000.log", StringComparison.Ordinal))
            {
                reached.Set();
                goOn.Wait();
            }
            return null;
        };

        var starting = Task.Run(() => BrokerHost.StartAsync(config, new BrokerHostOptions
        {
            Files = _disk, Metrics = new PrometheusExporter(), BoundControllers = new BoundControllers(),
        }));
        reached.Wait();
        using var during = await Http.GetAsync($"http://{address}/health/ready");
        goOn.Set();
        await using var node = await starting;
        using var after = await Http.GetAsync($"http://{address}/health/ready");

        Assert.Equal(HttpStatusCode.ServiceUnavailable, during.StatusCode);
        Assert.Equal("not ready: opening logs, 2 of 3 are open", await during.Content.ReadAsStringAsync());
        Assert.Equal(HttpStatusCode.OK, after.StatusCode);
    }

    private void WriteUnflushed(int partitions)
    {
        var logs = new LogManager(_disk, new LogManagerOptions { LogDirectories = ["/data"], NodeId = 1 });
        logs.LoadLogs(nowMs: 0);
        for (var i = 0; i < partitions; i++)
            logs.GetOrCreate(new TopicIdPartition(Uuid.Random(), new TopicPartition("t", i)), LogConfig.Default)
                .AppendAsLeader(TestBatches.Of("a"), 0, AppendOrigin.Client, nowMs: 0);
        _disk.Kill();
    }

    private static BrokerConfig Config(string address) => BrokerConfig.Parse(overrides: new Dictionary<string, string>
    {
        ["process.roles"] = "broker,controller",
        ["node.id"] = "1",
        ["log.dirs"] = "/data",
        ["listeners"] = "PLAINTEXT://127.0.0.1:0,CONTROLLER://127.0.0.1:0",
        ["controller.listener.names"] = "CONTROLLER",
        ["controller.quorum.voters"] = "1@127.0.0.1:0",
        ["num.recovery.threads.per.data.dir"] = "1",
        ["platform.http.listener"] = address,
    });

    private static string FreeAddress()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return listener.LocalEndpoint.ToString()!;
    }
}
