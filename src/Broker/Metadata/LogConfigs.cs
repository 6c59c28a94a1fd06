using Platform.Cluster.Configuration;
using Platform.Protocol.Records;
using Platform.Storage;

namespace Platform.Broker.Metadata;

/// <summary>Turns a topic's settings into what its logs need of them.</summary>
internal static class LogConfigs
{
    /// <summary>The settings of one topic's logs.</summary>
    public static LogConfig From(TopicConfig topic) => new()
    {
        SegmentBytes = topic[TopicConfigs.SegmentBytes],
        SegmentMs = topic[TopicConfigs.SegmentMs],
        SegmentJitterMs = topic[TopicConfigs.SegmentJitterMs],
        RetentionMs = topic[TopicConfigs.RetentionMs],
        RetentionBytes = topic[TopicConfigs.RetentionBytes],
        IndexIntervalBytes = topic[TopicConfigs.IndexIntervalBytes],
        MaxIndexBytes = topic[TopicConfigs.SegmentIndexBytes],
        MaxMessageBytes = topic[TopicConfigs.MaxMessageBytes],
        CleanupPolicy = Policies(topic[TopicConfigs.CleanupPolicy]),
        DeleteRetentionMs = topic[TopicConfigs.DeleteRetentionMs],
        MinCleanableDirtyRatio = topic[TopicConfigs.MinCleanableDirtyRatio],
        MinCompactionLagMs = topic[TopicConfigs.MinCompactionLagMs],
        MaxCompactionLagMs = topic[TopicConfigs.MaxCompactionLagMs],
        TimestampType = topic[TopicConfigs.MessageTimestampType] == "LogAppendTime" ? TimestampType.LogAppendTime : TimestampType.CreateTime,
        MessageTimestampBeforeMaxMs = topic[TopicConfigs.MessageTimestampBeforeMaxMs],
        MessageTimestampAfterMaxMs = topic[TopicConfigs.MessageTimestampAfterMaxMs],
        CompressionType = Codec(topic[TopicConfigs.CompressionType]),
        CompressionLevel = Level(topic),
        FlushMessages = topic[TopicConfigs.FlushMessages],
        FlushMs = topic[TopicConfigs.FlushMs],
        FlushOnAck = topic[TopicConfigs.FlushOnAck],
        FileDeleteDelayMs = topic[TopicConfigs.FileDeleteDelayMs],
        PreallocateSegments = topic[TopicConfigs.Preallocate],
        RemoteStorageEnable = topic[TopicConfigs.RemoteStorageEnable],
        RemoteLogCopyDisable = topic[TopicConfigs.RemoteLogCopyDisable],
        RemoteLogDeleteOnDisable = topic[TopicConfigs.RemoteLogDeleteOnDisable],
        LocalRetentionMs = topic[TopicConfigs.LocalRetentionMs],
        LocalRetentionBytes = topic[TopicConfigs.LocalRetentionBytes],
        RemoteCopyLagMs = topic[TopicConfigs.RemoteCopyLagMs],
        RemoteCopyLagBytes = topic[TopicConfigs.RemoteCopyLagBytes],
    };

    private static CleanupPolicies Policies(IReadOnlyList<string> names) => names.Aggregate(
        CleanupPolicies.None, (policies, name) => policies | (name == "compact" ? CleanupPolicies.Compact : CleanupPolicies.Delete));

    private static CompressionType? Codec(string name) => name switch
    {
        "uncompressed" => CompressionType.None,
        "gzip" => CompressionType.Gzip,
        "snappy" => CompressionType.Snappy,
        "lz4" => CompressionType.Lz4,
        "zstd" => CompressionType.Zstd,
        _ => null,
    };

    private static int? Level(TopicConfig topic) => topic[TopicConfigs.CompressionType] switch
    {
        "gzip" => topic[TopicConfigs.CompressionGzipLevel],
        "lz4" => topic[TopicConfigs.CompressionLz4Level],
        "zstd" => topic[TopicConfigs.CompressionZstdLevel],
        _ => null,
    };
}
