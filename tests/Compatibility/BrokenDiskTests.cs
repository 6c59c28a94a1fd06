using System.Text.Json;

namespace Platform.Compatibility;

/// <summary>The whole process with two log directories, of which one answers EIO: a library in front of libc fails the
/// calls.</summary>
public sealed class BrokenDiskTests : IDisposable
{
    private readonly TemporaryDirectory _broken = new();
    private readonly TemporaryDirectory _sound = new();
    private readonly TemporaryDirectory _elsewhere = new();
    private int _next;

    public void Dispose()
    {
        _broken.Dispose();
        _sound.Dispose();
        _elsewhere.Dispose();
    }

    [Theory]
    [InlineData("append", "write .log")]
    [InlineData("flush", "flush .log")]
    [InlineData("index of a full segment", "write .index")]
    [InlineData("producer snapshot of a new segment", "write .snapshot")]
    [InlineData("checkpoint", "rename replication-offset-checkpoint")]
    [InlineData("compaction", "write .cleaned")]
    public async Task A_log_directory_that_answers_EIO_is_offline_and_the_other_serves(string when, string rule)
    {
        await using var broker = await StartAsync();
        await CreateAsync(broker, "lost", "flush.messages=100");
        await CreateAsync(broker, "kept");
        await CreateAsync(broker, "compacted", "cleanup.policy=compact", "min.cleanable.dirty.ratio=0.01");
        Assert.True(Directory.Exists($"{_broken.Path}/lost-0") && Directory.Exists($"{_broken.Path}/compacted-0"), when);
        Assert.Null(await FillAsync(broker, "lost", limit: 1000));

        await File.WriteAllTextAsync(Rule, rule);
        var offline = broker.UntilLineAsync($"{_broken.Path} failed and is offline");
        while (!offline.IsCompleted)
        {
            await FillAsync(broker, "lost", limit: 1500);
            // Offline, it leads nothing any more, and a producer would wait for a leader.
            if (!offline.IsCompleted)
                await FillAsync(broker, "compacted", limit: 1500);
        }
        await offline;
        File.Delete(Rule);

        // A disk that failed once is not believed again before the next start: what lies there has no leader (KIP-858).
        await UntilLeaderlessAsync(broker, "lost");
        Assert.Null(await FillAsync(broker, "kept", limit: 1000));
        await AllIsThereAsync(broker, "kept");
        await broker.KillAsync();
        await broker.StartAsync();
        await AllIsThereAsync(broker, "lost");
        await AllIsThereAsync(broker, "kept");
        Assert.Null(await FillAsync(broker, "lost", limit: 100));
    }

    [Fact]
    public async Task A_node_whose_metadata_cannot_be_flushed_stops_with_exit_code_1_and_says_why()
    {
        await using var broker = await StartAsync();
        await broker.KillAsync();
        broker.Environment["FAULT_DIR"] = _sound.Path;
        await broker.StartAsync();

        await File.WriteAllTextAsync(Rule, "flush __cluster_metadata");
        await ClientScript.PlatformAsync("topics", "create", "never", "-b", broker.BootstrapServers);

        Assert.Equal(1, await broker.UntilEndedAsync());
        Assert.Contains(broker.Lines, line => line.StartsWith("error:", StringComparison.Ordinal)
            && line.Contains("flushing", StringComparison.OrdinalIgnoreCase));
    }

    private string Rule => Path.Combine(_elsewhere.Path, "rule");

    private async Task<BrokerProcess> StartAsync()
    {
        var library = Path.Combine(_elsewhere.Path, "eio.so");
        await ClientScript.RunAsync("gcc",
            ["-shared", "-fPIC", "-O1", "-o", library, Path.Combine(ClientScript.Folder, "clients", "faults", "eio.c"), "-ldl"],
            input: null);
        // The metadata takes the sound directory, so that the next partition goes to the broken one.
        var broker = new BrokerProcess(
            $"log.dirs={_sound.Path},{_broken.Path}", $"metadata.log.dir={_sound.Path}", "log.segment.bytes=1048576",
            "replica.high.watermark.checkpoint.interval.ms=200", "log.cleaner.backoff.ms=100");
        broker.Environment["LD_PRELOAD"] = library;
        broker.Environment["FAULT_DIR"] = _broken.Path;
        broker.Environment["FAULT_RULE"] = Rule;
        await broker.StartAsync();
        return broker;
    }

    private static async Task CreateAsync(BrokerProcess broker, string topic, params string[] settings)
    {
        var (exitCode, _, errors) = await ClientScript.PlatformAsync(
            ["topics", "create", topic, .. settings.SelectMany(setting => (string[])["--config", setting]), "-b", broker.BootstrapServers]);
        Assert.True(exitCode == 0, $"creating {topic}: {errors}");
    }

    // The name of the first refusal.
    private async Task<string?> FillAsync(BrokerProcess broker, string topic, int limit)
    {
        _next += 1_000_000;
        var filled = await ClientScript.PythonAsync(
            "disk.py", "fill", broker.BootstrapServers, topic, Notes(topic), $"{_next}", $"{limit}");
        return filled.GetProperty("error").GetString();
    }

    private async Task UntilLeaderlessAsync(BrokerProcess broker, string topic)
    {
        for (var tries = 0; tries < 60; tries++)
            if ((await ClientScript.PythonAsync("disk.py", "leader", broker.BootstrapServers, topic, Notes(topic)))
                .GetProperty("leader").GetInt32() == -1)
                return;
        Assert.Fail($"{topic} has a leader although its directory is offline");
    }

    private async Task AllIsThereAsync(BrokerProcess broker, string topic)
    {
        var read = await ClientScript.PythonAsync("disk.py", "read", broker.BootstrapServers, topic, Notes(topic));
        Assert.InRange(read.GetProperty("acknowledged").GetInt32(), 1000, int.MaxValue);
        Assert.Equal((0, 0), (read.GetProperty("missing").GetInt32(), read.GetProperty("repeated").GetInt32()));
    }

    private string Notes(string topic) => Path.Combine(_elsewhere.Path, $"acknowledged-{topic}");
}
