using System.Collections.Immutable;
using Platform.Broker.Metadata;
using Platform.Cluster.Configuration;
using Platform.Storage;

namespace Platform.Broker.Tests.Metadata;

/// <summary>Every setting of a topic that its logs obey reaches them.</summary>
public sealed class LogConfigsTests
{
    public static TheoryData<string, string, string> Settings => new()
    {
        { "segment.bytes", "2000000", nameof(LogConfig.SegmentBytes) },
        { "segment.ms", "1234", nameof(LogConfig.SegmentMs) },
        { "segment.jitter.ms", "12", nameof(LogConfig.SegmentJitterMs) },
        { "retention.ms", "99", nameof(LogConfig.RetentionMs) },
        { "retention.bytes", "98", nameof(LogConfig.RetentionBytes) },
        { "index.interval.bytes", "97", nameof(LogConfig.IndexIntervalBytes) },
        { "segment.index.bytes", "9600", nameof(LogConfig.MaxIndexBytes) },
        { "max.message.bytes", "95", nameof(LogConfig.MaxMessageBytes) },
        { "cleanup.policy", "compact,delete", nameof(LogConfig.CleanupPolicy) },
        { "delete.retention.ms", "94", nameof(LogConfig.DeleteRetentionMs) },
        { "min.cleanable.dirty.ratio", "0.25", nameof(LogConfig.MinCleanableDirtyRatio) },
        { "min.compaction.lag.ms", "93", nameof(LogConfig.MinCompactionLagMs) },
        { "max.compaction.lag.ms", "92", nameof(LogConfig.MaxCompactionLagMs) },
        { "message.timestamp.type", "LogAppendTime", nameof(LogConfig.TimestampType) },
        { "message.timestamp.before.max.ms", "91", nameof(LogConfig.MessageTimestampBeforeMaxMs) },
        { "message.timestamp.after.max.ms", "90", nameof(LogConfig.MessageTimestampAfterMaxMs) },
        { "compression.type", "zstd", nameof(LogConfig.CompressionType) },
        { "flush.messages", "89", nameof(LogConfig.FlushMessages) },
        { "flush.ms", "88", nameof(LogConfig.FlushMs) },
        { "platform.flush.on.ack", "true", nameof(LogConfig.FlushOnAck) },
        { "file.delete.delay.ms", "87", nameof(LogConfig.FileDeleteDelayMs) },
        { "preallocate", "true", nameof(LogConfig.PreallocateSegments) },
        { "remote.storage.enable", "true", nameof(LogConfig.RemoteStorageEnable) },
        { "remote.log.copy.disable", "true", nameof(LogConfig.RemoteLogCopyDisable) },
        { "remote.log.delete.on.disable", "true", nameof(LogConfig.RemoteLogDeleteOnDisable) },
        { "local.retention.ms", "86", nameof(LogConfig.LocalRetentionMs) },
        { "local.retention.bytes", "85", nameof(LogConfig.LocalRetentionBytes) },
        { "remote.copy.lag.ms", "84", nameof(LogConfig.RemoteCopyLagMs) },
        { "remote.copy.lag.bytes", "83", nameof(LogConfig.RemoteCopyLagBytes) },
    };

    [Theory, MemberData(nameof(Settings))]
    public void A_topic_setting_reaches_its_logs(string name, string value, string property)
    {
        var changed = LogConfigs.From(Topic(name, value));
        var before = LogConfigs.From(Topic("retention.ms", $"{7L * 24 * 60 * 60 * 1000}"));

        var read = typeof(LogConfig).GetProperty(property)!;

        Assert.NotEqual(read.GetValue(before), read.GetValue(changed));
        if (long.TryParse(value, out var number))
            Assert.Equal(number, Convert.ToInt64(read.GetValue(changed), System.Globalization.CultureInfo.InvariantCulture));
    }

    [Theory]
    [InlineData("gzip", "compression.gzip.level", "3")]
    [InlineData("lz4", "compression.lz4.level", "3")]
    [InlineData("zstd", "compression.zstd.level", "-5")]
    public void The_level_is_that_of_the_codec(string codec, string setting, string level)
    {
        var config = LogConfigs.From(Topic(("compression.type", codec), (setting, level)));

        Assert.Equal(int.Parse(level, System.Globalization.CultureInfo.InvariantCulture), config.CompressionLevel);
    }

    [Fact]
    public void Every_property_of_a_log_but_what_brokers_decide_is_a_topic_setting()
    {
        var set = Settings.Select(row => (string)((object[])row)[2]).Append(nameof(LogConfig.CompressionLevel)).ToHashSet();

        var missing = typeof(LogConfig).GetProperties().Where(p => p.CanWrite).Select(p => p.Name).Except(set);

        Assert.Equal([nameof(LogConfig.Preallocate), nameof(LogConfig.MayUseReserve)], missing);
    }

    private static TopicConfig Topic(string name, string value) => Topic((name, value));

    private static TopicConfig Topic(params (string Name, string Value)[] settings)
    {
        var broker = BrokerConfig.Parse(overrides: new Dictionary<string, string>
        {
            ["process.roles"] = "broker,controller",
            ["node.id"] = "1",
            ["controller.listener.names"] = "CONTROLLER",
            ["listeners"] = "PLAINTEXT://127.0.0.1:0,CONTROLLER://127.0.0.1:0",
            ["controller.quorum.voters"] = "1@127.0.0.1:0",
        });
        return new TopicConfig(settings.ToImmutableSortedDictionary(s => s.Name, s => s.Value, StringComparer.Ordinal), broker);
    }
}
