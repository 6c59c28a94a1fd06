using System.Text;
using Platform.Broker.Tests.Metadata;
using Platform.Client;
using Platform.Client.Admin;
using Platform.Client.Producing;
using Platform.Cluster.Configuration;
using Platform.Protocol;
using Platform.Protocol.Records;
using Platform.Storage;

namespace Platform.Broker.Tests.Hosting;

/// <summary>Settings of a topic that are changed while the broker runs, and what follows from them.</summary>
public sealed class LiveSettingsTests : IAsyncLifetime
{
    private const string Topic = "live";
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);
    private TestCluster _cluster = null!;
    private KafkaProducer _producer = null!;

    private UnifiedLog Log => _cluster.Running[1].Logs.Get(new TopicPartition(Topic, 0))!;

    public async Task InitializeAsync()
    {
        _cluster = await TestCluster.StartAsync(
            ["broker,controller"], new() { ["log.retention.check.interval.ms"] = "50" });
        _producer = new KafkaProducer(new ProducerOptions
        {
            BootstrapServers = _cluster.BootstrapServers, EnableIdempotence = false, LingerMs = 0,
        });
        await using var admin = _cluster.Admin();
        await admin.CreateTopicsAsync([new NewTopic(Topic, 1, 1)]);
        await SendAsync("first");
    }

    public async Task DisposeAsync()
    {
        await _producer.DisposeAsync();
        await _cluster.DisposeAsync();
    }

    [Fact]
    public async Task Every_setting_of_a_log_reaches_it_while_it_is_open()
    {
        foreach (object[] row in LogConfigsTests.Settings)
        {
            // Needs remote storage and a word on what becomes of it: TieredLifecycleTests turn it on and off.
            if ((string)row[0] == TopicConfigs.RemoteStorageEnable.Name)
                continue;
            var property = typeof(LogConfig).GetProperty((string)row[2])!;
            var before = property.GetValue(Log.Config);
            // Another value than the default, which a setting of the same name may have.
            await AlterAsync((string)row[0], (string)row[1]);
            await UntilAsync(() => !Equals(property.GetValue(Log.Config), before), (string)row[0]);
            await AlterAsync((string)row[0], null);
            await UntilAsync(() => Equals(property.GetValue(Log.Config), before), (string)row[0]);
        }
    }

    [Fact]
    public async Task A_smaller_max_message_bytes_refuses_what_was_taken_before()
    {
        await SendAsync(new string('x', 5000));

        await AlterAsync("max.message.bytes", "1000");
        await UntilAsync(() => Log.Config.MaxMessageBytes == 1000, "max.message.bytes");

        var refused = await Assert.ThrowsAsync<KafkaException>(() => SendAsync(new string('x', 5000)));
        Assert.Equal(ErrorCode.MessageTooLarge, refused.Code);
    }

    [Fact]
    public async Task Smaller_segments_and_a_shorter_retention_delete_what_is_old()
    {
        await AlterAsync("segment.bytes", "1048576");
        for (var i = 0; i < 30; i++)
            await SendAsync(new string('x', 100_000));
        await UntilAsync(() => Log.SegmentCount > 2, "segment.bytes");
        Assert.Equal(0, Log.LogStartOffset);

        await AlterAsync("retention.bytes", "1500000");

        await UntilAsync(() => Log.LogStartOffset > 0, "retention.bytes");
        Assert.InRange(Log.SizeInBytes, 1_000_000, 3_000_000);
        await AlterAsync("retention.ms", "1");
        await UntilAsync(() => Log.LogStartOffset == Log.LogEndOffset, "retention.ms");
    }

    [Fact]
    public async Task A_codec_and_the_brokers_clock_hold_for_the_next_batch()
    {
        await AlterAsync("compression.type", "zstd");
        await AlterAsync("message.timestamp.type", "LogAppendTime");
        await UntilAsync(() => Log.Config is { CompressionType: CompressionType.Zstd, TimestampType: TimestampType.LogAppendTime }, "both");

        await SendAsync(new string('x', 1000), timestamp: 12345);

        var found = Log.Read(Log.LogEndOffset - 1, 1 << 20, FetchIsolation.LogEnd, minOneMessage: true);
        var bytes = new byte[found.Records.SizeInBytes];
        found.Records.Slice!.CopyTo(bytes);
        found.Release();
        var header = RecordBatchHeader.Read(bytes);
        Assert.Equal(CompressionType.Zstd, header.Compression);
        Assert.NotEqual(12345, header.MaxTimestamp);
    }

    [Fact]
    public async Task Bounds_of_timestamps_hold_at_once()
    {
        await SendAsync("old", timestamp: 1000);

        await AlterAsync("message.timestamp.before.max.ms", "60000");
        await UntilAsync(() => Log.Config.MessageTimestampBeforeMaxMs == 60000, "message.timestamp.before.max.ms");

        var refused = await Assert.ThrowsAsync<KafkaException>(() => SendAsync("old", timestamp: 1000));
        Assert.Equal(ErrorCode.InvalidTimestamp, refused.Code);
    }

    [Fact]
    public async Task Flushing_begins_when_it_is_asked_for()
    {
        await SendAsync("unflushed");
        Assert.Equal(0, Log.RecoveryPoint);

        await AlterAsync("flush.ms", "1");
        await UntilAsync(() => Log.RecoveryPoint == Log.LogEndOffset, "flush.ms");
        await AlterAsync("flush.ms", null);
        await AlterAsync("flush.messages", "1");
        await UntilAsync(() => Log.Config is { FlushMessages: 1, FlushMs: long.MaxValue }, "flush.messages");
        await SendAsync("flushed");

        Assert.Equal(Log.LogEndOffset, Log.RecoveryPoint);
    }

    private async Task SendAsync(string value, long? timestamp = null) => await _producer.SendAsync(
        new ProducerRecord(Topic, Encoding.UTF8.GetBytes(value)) { Partition = 0, Timestamp = timestamp });

    private async Task AlterAsync(string name, string? value)
    {
        await using var admin = _cluster.Admin();
        var altered = await admin.IncrementalAlterConfigsAsync(new Dictionary<ConfigResource, IReadOnlyList<AlterConfig>>
        {
            [ConfigResource.Topic(Topic)] = [value is null ? AlterConfig.Delete(name) : AlterConfig.Set(name, value)],
        });
        Assert.Equal(ErrorCode.None, altered[0].Error);
    }

    private static async Task UntilAsync(Func<bool> condition, string what)
    {
        using var patience = new CancellationTokenSource(Patience);
        while (!condition())
        {
            Assert.False(patience.IsCancellationRequested, $"{what} has had no effect");
            await Task.Yield();
        }
    }
}
