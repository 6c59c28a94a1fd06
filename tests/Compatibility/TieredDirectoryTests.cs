using System.Net;
using System.Net.Sockets;

namespace Platform.Compatibility;

/// <summary>A topic whose segments lie in a directory that stands for remote storage, written and read by librdkafka, which
/// knows nothing of it.</summary>
public sealed class TieredDirectoryTests : IDisposable
{
    private const int Lines = 60_000;
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(120);
    private static readonly HttpClient Http = new();
    private readonly DirectoryInfo _directory = Directory.CreateTempSubdirectory("platform-tiered-");

    public void Dispose() => _directory.Delete(recursive: true);

    [Fact]
    public async Task Kcat_reads_from_the_beginning_what_is_remote_also_after_a_kill()
    {
        var http = FreeAddress();
        await using var broker = new BrokerProcess(
            $"log.dirs={_directory.FullName}/data", $"platform.http.listener={http}",
            "remote.log.storage.system.enable=true", "remote.log.storage.manager.class.name=directory",
            $"rsm.config.directory.path={_directory.FullName}/remote", "remote.log.manager.task.interval.ms=100",
            "rlmm.config.remote.log.metadata.topic.num.partitions=2", "log.retention.check.interval.ms=100");
        await broker.StartAsync();
        var (exitCode, _, errors) = await ClientScript.PlatformAsync("topics", "create", "tiered", "-b", broker.BootstrapServers,
            "--config", "remote.storage.enable=true", "--config", "segment.bytes=200000", "--config", "local.retention.bytes=1",
            "--config", "file.delete.delay.ms=0");
        Assert.True(exitCode == 0, errors);
        var written = string.Concat(Enumerable.Range(0, Lines).Select(number => $"line {number}\n"));

        await ClientScript.KcatAsync(written, "-P", "-b", broker.BootstrapServers, "-t", "tiered", "-p", "0",
            "-X", "batch.num.messages=500", "-X", "enable.idempotence=true");
        await UntilAsync(() => Local().Length == 1 && Remote().Length > 3);
        var afterTiering = await ReadAsync(broker);
        var metrics = await Http.GetStringAsync(new Uri($"http://{http}/metrics"));
        await broker.KillAsync();
        await broker.StartAsync();
        var afterKill = await ReadAsync(broker);

        Assert.Equal(written, afterTiering);
        Assert.Equal(written, afterKill);
        Assert.Equal("", await ClientScript.RunAsync("promtool", ["check", "metrics"], metrics));
        Assert.Contains("kafka_server_brokertopicmetrics_remotecopybytes_total{broker=\"1\",topic=\"tiered\"} ", metrics);
        Assert.Contains("kafka_server_brokertopicmetrics_remotefetchbytes_total{broker=\"1\",topic=\"tiered\"} ", metrics);
    }

    private static Task<string> ReadAsync(BrokerProcess broker) => ClientScript.KcatAsync(null, "-C", "-b",
        broker.BootstrapServers, "-t", "tiered", "-p", "0", "-o", "beginning", "-e", "-q");

    private string[] Local() => Directory.GetFiles($"{_directory.FullName}/data/tiered-0", "*.log");

    private string[] Remote() => Directory.Exists($"{_directory.FullName}/remote")
        ? Directory.GetFiles($"{_directory.FullName}/remote", "*.log", SearchOption.AllDirectories) : [];

    private static async Task UntilAsync(Func<bool> condition)
    {
        using var limit = new CancellationTokenSource(Patience);
        while (!condition())
            await Task.Delay(50, limit.Token);
    }

    private static string FreeAddress()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return listener.LocalEndpoint.ToString()!;
    }
}
