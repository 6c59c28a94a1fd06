using System.Globalization;
using Platform.Testing.S3;

namespace Platform.Compatibility;

/// <summary>Tiered storage as an operator has it: a broker, object storage and kcat, each a process of its own.</summary>
public sealed class TieredStorageTests : IAsyncLifetime
{
    private const string Bucket = "segments";
    private const string Topic = "orders";
    private const int SegmentBytes = 1024 * 1024;
    private const int BatchLines = 10_000;
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(90);

    private readonly string _data = Directory.CreateTempSubdirectory("tiered-").FullName;
    private readonly List<string> _lines = [];
    private S3Server _s3 = null!;
    private BrokerProcess _broker = null!;

    public async Task InitializeAsync()
    {
        _s3 = await S3Server.StartAsync();
        await _s3.CreateBucketAsync(Bucket);
        _broker = new BrokerProcess(
            $"log.dirs={_data}", "remote.log.storage.system.enable=true", "remote.log.storage.manager.class.name=s3",
            "rlmm.config.remote.log.metadata.topic.replication.factor=1",
            "rlmm.config.remote.log.metadata.topic.num.partitions=1",
            $"rsm.config.s3.bucket.name={Bucket}", $"rsm.config.s3.endpoint.url={_s3.Endpoint}",
            $"rsm.config.s3.access.key.id={_s3.AccessKeyId}", "rsm.config.s3.retries=0",
            "remote.log.manager.task.interval.ms=200", "remote.log.manager.task.retry.backoff.max.ms=500",
            "log.retention.check.interval.ms=200");
        // As a secret is given to a container.
        _broker.Environment["KAFKA_RSM_CONFIG_S3_SECRET_ACCESS_KEY"] = _s3.Secret;
        await _broker.StartAsync();
    }

    public async Task DisposeAsync()
    {
        await _broker.DisposeAsync();
        await _s3.DisposeAsync();
        Directory.Delete(_data, recursive: true);
    }

    [Fact]
    public async Task What_lies_only_in_object_storage_is_read_back_by_kcat_as_it_was_and_after_a_restart_too()
    {
        await CreateTopicAsync("local.retention.bytes=1");
        await ProduceAsync();
        await UntilAsync(() => Task.FromResult(LocalSegments() == 1), "only the newest segment is local");

        await AssertAllIsReadAsync();
        await _broker.KillAsync();
        await _broker.StartAsync();
        await AssertAllIsReadAsync();

        var logs = await RemoteLogsAsync();
        Assert.InRange(logs, 8, 12);
        Assert.DoesNotContain(_broker.Lines, line => line.Contains(_s3.Secret, StringComparison.Ordinal));
    }

    [Fact]
    public async Task While_object_storage_is_down_nothing_is_lost_or_deleted_and_afterwards_copying_goes_on()
    {
        await CreateTopicAsync("local.retention.bytes=1");
        await ProduceAsync();
        await UntilAsync(() => Task.FromResult(LocalSegments() == 1), "only the newest segment is local");
        var remote = await RemoteLogsAsync();

        await _s3.KillAsync();
        await ProduceAsync();
        await UntilAsync(() => Task.FromResult(_broker.Lines.Any(IsOfFailedCopy)), "the broker tells of a copy that failed");

        Assert.InRange(LocalSegments(), 9, 13);
        Assert.True(_broker.IsRunning);
        await _s3.StartAgainAsync();
        await UntilAsync(() => Task.FromResult(LocalSegments() == 1), "copying goes on");
        Assert.InRange(await RemoteLogsAsync(), 2 * remote - 1, 2 * remote + 2);
        await AssertAllIsReadAsync();
    }

    private static bool IsOfFailedCopy(string line) =>
        line.Contains("the service cannot be reached", StringComparison.Ordinal)
        && line.Contains(Bucket, StringComparison.Ordinal);

    private async Task CreateTopicAsync(params string[] settings)
    {
        string[] all = ["remote.storage.enable=true", $"segment.bytes={SegmentBytes}", "file.delete.delay.ms=0", .. settings];
        var created = await ClientScript.PlatformAsync(["topics", "create", Topic, "--bootstrap-server",
            _broker.BootstrapServers, .. all.SelectMany(setting => (string[])["--config", setting])]);
        Assert.True(created.ExitCode == 0, created.Output + created.Errors);
    }

    // 10 MB in lines of 1,000 bytes that say which they are.
    private async Task ProduceAsync()
    {
        var first = _lines.Count;
        for (var number = first; number < first + BatchLines; number++)
            _lines.Add(number.ToString(CultureInfo.InvariantCulture).PadRight(1000, (char)('a' + number % 26)));
        await ClientScript.KcatAsync(string.Join('\n', _lines.Skip(first)) + "\n", "-P", "-b", _broker.BootstrapServers,
            "-t", Topic, "-X", "acks=all", "-X", "batch.num.messages=100");
    }

    private async Task AssertAllIsReadAsync()
    {
        var read = await ClientScript.KcatAsync(
            null, "-C", "-b", _broker.BootstrapServers, "-t", Topic, "-o", "beginning", "-e", "-q");
        var lines = read.TrimEnd('\n').Split('\n');
        Assert.Equal(_lines.Count, lines.Length);
        Assert.Equal(_lines, lines);
    }

    private int LocalSegments() => Directory.EnumerateFiles(Path.Combine(_data, $"{Topic}-0"), "*.log").Count();

    private async Task<int> RemoteLogsAsync() =>
        (await _s3.KeysAsync(Bucket)).Count(key => key.EndsWith(".log", StringComparison.Ordinal));

    private async Task UntilAsync(Func<Task<bool>> condition, string what)
    {
        using var patience = new CancellationTokenSource(Patience);
        while (!await condition())
        {
            Assert.False(patience.IsCancellationRequested,
                $"not within {Patience.TotalSeconds} s: {what}\n{string.Join('\n', _broker.Lines.TakeLast(20))}");
            await Task.Delay(50);
        }
    }
}
