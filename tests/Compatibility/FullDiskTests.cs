using System.Net;
using System.Net.Sockets;
using System.Text.Json;

namespace Platform.Compatibility;

/// <summary>The whole process on real file systems that fill up.</summary>
public sealed class FullDiskTests : IDisposable
{
    private const string Topic = "full";
    private const int Megabytes = 48;
    private static readonly HttpClient Http = new();
    private readonly SmallDisk _disk;
    private readonly TemporaryDirectory _elsewhere = new();

    public FullDiskTests() => _disk = new SmallDisk(Megabytes);

    public void Dispose()
    {
        _disk.Dispose();
        _elsewhere.Dispose();
    }

    [RootFact]
    public async Task A_full_disk_refuses_producers_and_nothing_else_until_there_is_room()
    {
        await using var broker = await StartAsync($"log.dirs={_disk.Path}/data");
        await TopicAsync(broker, "create", "ballast");
        await FillAsync(broker, "ballast", limit: 10_000);
        await TopicAsync(broker, "create", Topic);

        var refused = await FillAsync(broker, Topic, limit: 100_000);

        Assert.Equal("KAFKA_STORAGE_ERROR", refused.GetProperty("error").GetString());
        Assert.Contains($"{_disk.Path}/data", await broker.UntilLineAsync("is full"), StringComparison.Ordinal);
        // Reading, commits and metadata go on, and deleting a topic is the way out without a restart.
        await AllIsThereAsync(broker);
        await TopicAsync(broker, "create", "created-on-a-full-disk");
        await TopicAsync(broker, "delete", "ballast");
        await UntilAcceptedAsync(broker);
        await AllIsThereAsync(broker);
        Assert.True(broker.IsRunning);
    }

    [RootFact]
    public async Task A_disk_that_another_program_filled_costs_nothing_that_was_acknowledged_even_with_kill_9()
    {
        await using var broker = await StartAsync($"log.dirs={_disk.Path}/data");
        await TopicAsync(broker, "create", Topic);
        await FillAsync(broker, Topic, limit: 3_000);

        _disk.Fill();
        var refused = await FillAsync(broker, Topic, limit: 1_000);
        var runs = broker.IsRunning;
        await broker.KillAsync();
        _disk.Free();
        await broker.StartAsync();
        var accepted = await FillAsync(broker, Topic, limit: 1_000);

        Assert.Equal("KAFKA_STORAGE_ERROR", refused.GetProperty("error").GetString());
        Assert.True(runs);
        Assert.Equal(JsonValueKind.Null, accepted.GetProperty("error").ValueKind);
        await AllIsThereAsync(broker);
    }

    [RootFact]
    public async Task A_full_disk_may_take_its_directory_offline_while_others_serve_until_the_node_starts_on_a_repaired_one()
    {
        var http = FreeAddress();
        await using var broker = await StartAsync(
            $"platform.http.listener={http}", $"log.dirs={_elsewhere.Path},{_disk.Path}/data", $"metadata.log.dir={_elsewhere.Path}",
            "platform.log.dir.when.full=offline");
        // The directory with the fewest partitions is taken: the metadata lies elsewhere.
        await TopicAsync(broker, "create", Topic);
        await TopicAsync(broker, "create", "elsewhere");
        Assert.True(Directory.Exists($"{_disk.Path}/data/{Topic}-0"));

        var refused = await FillAsync(broker, Topic, limit: 100_000);
        await broker.UntilLineAsync("is offline");
        var others = await FillAsync(broker, "elsewhere", limit: 1_000);
        var metrics = await Http.GetStringAsync($"http://{http}/metrics");
        await broker.KillAsync();
        File.Delete(Directory.GetFiles($"{_disk.Path}", "reserve").Single());
        await broker.StartAsync();

        Assert.Equal("KAFKA_STORAGE_ERROR", refused.GetProperty("error").GetString());
        Assert.Equal(JsonValueKind.Null, others.GetProperty("error").ValueKind);
        Assert.Contains("kafka_log_logmanager_offlinelogdirectorycount{broker=\"1\"} 1\n", metrics);
        Assert.Contains($"_logdirectoryoffline{{broker=\"1\",logdirectory=\"{_elsewhere.Path}\"}} 0\n", metrics);
        Assert.Contains($"_logdirectoryoffline{{broker=\"1\",logdirectory=\"{_disk.Path}/data\"}} 1\n", metrics);
        await AllIsThereAsync(broker);
        await UntilAcceptedAsync(broker);
    }

    private async Task<BrokerProcess> StartAsync(params string[] settings)
    {
        var broker = new BrokerProcess(
            [.. settings, "log.segment.bytes=1048576", "log.segment.delete.delay.ms=0"]);
        await File.WriteAllBytesAsync($"{_disk.Path}/reserve", new byte[4 << 20]);
        await broker.StartAsync();
        return broker;
    }

    private static async Task TopicAsync(BrokerProcess broker, string verb, string topic)
    {
        var (exitCode, _, errors) = await ClientScript.PlatformAsync(
            "topics", verb, topic, "-b", broker.BootstrapServers);
        Assert.True(exitCode == 0, $"topics {verb} {topic}: {errors}");
    }

    private int _next;

    private async Task<JsonElement> FillAsync(BrokerProcess broker, string topic, int limit)
    {
        _next += 1_000_000;
        return await ClientScript.PythonAsync("disk.py", "fill", broker.BootstrapServers, topic, Notes(topic), $"{_next}", $"{limit}");
    }

    private async Task UntilAcceptedAsync(BrokerProcess broker)
    {
        for (var tries = 0; tries < 60; tries++)
            if ((await FillAsync(broker, Topic, limit: 100)).GetProperty("error").ValueKind == JsonValueKind.Null)
                return;
        Assert.Fail("appends are refused although there is room");
    }

    private async Task AllIsThereAsync(BrokerProcess broker)
    {
        var read = await ClientScript.PythonAsync("disk.py", "read", broker.BootstrapServers, Topic, Notes(Topic));
        Assert.InRange(read.GetProperty("acknowledged").GetInt32(), 1_000, int.MaxValue);
        Assert.Equal(
            (0, 0, true),
            (read.GetProperty("missing").GetInt32(), read.GetProperty("repeated").GetInt32(),
            read.GetProperty("committed").GetBoolean()));
    }

    private static string FreeAddress()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return listener.LocalEndpoint.ToString()!;
    }

    private string Notes(string topic) => Path.Combine(_elsewhere.Path, $"acknowledged-{topic}");
}
