using Microsoft.Extensions.Logging;
using Platform.Protocol;
using Platform.Storage;

namespace Platform.Broker.Tiering;

/// <summary>What tiered storage says in the log.</summary>
internal static partial class TieringLog
{
    [LoggerMessage(LogLevel.Warning, "__remote_log_metadata is not read at the moment, trying again: {Reason}")]
    public static partial void MetadataNotRead(this ILogger logger, string reason);

    [LoggerMessage(LogLevel.Error, "{Metadata} at offset {Offset} is left out: {Problem}")]
    public static partial void MetadataMalformed(
        this ILogger logger, TopicPartition metadata, long offset, string problem);

    [LoggerMessage(LogLevel.Information, "{Metadata} at offset {Offset} says something of {Partition} that cannot follow "
        + "what is known, and changes nothing: another broker was quicker")]
    public static partial void MetadataContradicts(
        this ILogger logger, TopicPartition metadata, long offset, TopicPartition partition);

    [LoggerMessage(LogLevel.Information,
        "{Partition}: copied segment {StartOffset} to {EndOffset}, {Bytes} bytes, to remote storage")]
    public static partial void Copied(
        this ILogger logger, TopicPartition partition, long startOffset, long endOffset, int bytes);

    [LoggerMessage(LogLevel.Warning, "{Partition}: {Task} failed {Failures} times in a row, next try in {DelayMs} ms. "
        + "Nothing is deleted locally that is not in remote storage: {Reason}")]
    public static partial void TaskFailed(
        this ILogger logger, TopicPartition partition, string task, int failures, long delayMs, string reason);

    [LoggerMessage(LogLevel.Information, "{Partition}: {Task} works again after {Failures} failures")]
    public static partial void TaskWorksAgain(this ILogger logger, TopicPartition partition, string task, int failures);

    [LoggerMessage(LogLevel.Warning, "{Partition}: what is left of a failed copy of segment {StartOffset} could not be "
        + "removed from remote storage yet, and will be: {Reason}")]
    public static partial void LeftoverStays(
        this ILogger logger, TopicPartition partition, long startOffset, string reason);

    [LoggerMessage(LogLevel.Information,
        "{Partition}: deleted segment {StartOffset} to {EndOffset} from remote storage ({Reason})")]
    public static partial void Deleted(this ILogger logger, TopicPartition partition, long startOffset, long endOffset,
        RemoteDeletionReason reason);

    [LoggerMessage(LogLevel.Information, "{Partition}: deleted all {Count} segments from remote storage")]
    public static partial void AllDeleted(this ILogger logger, TopicPartition partition, int count);

    [LoggerMessage(LogLevel.Warning, "{Partition}: reading offset {Offset} from remote storage failed: {Reason}")]
    public static partial void ReadFailed(this ILogger logger, TopicPartition partition, long offset, string reason);

    [LoggerMessage(LogLevel.Error, "{Partition}: offset {Offset} is neither on local disk nor in remote storage, although "
        + "the log begins at {LogStartOffset}")]
    public static partial void NotFound(
        this ILogger logger, TopicPartition partition, long offset, long logStartOffset);

    [LoggerMessage(LogLevel.Error, "{Partition}: the remote storage wants {Bytes} bytes to be remembered with a copy, more "
        + "than remote.log.metadata.custom.metadata.max.bytes ({Limit}); no segment of it is copied until the next change "
        + "of its leader")]
    public static partial void CustomMetadataTooLarge(
        this ILogger logger, TopicPartition partition, int bytes, int limit);

    [LoggerMessage(LogLevel.Information, "{Partition}: begins locally at offset {LocalStart}; leader epochs and producers "
        + "were taken from remote storage, where the log begins at {LogStart}")]
    public static partial void Rebuilt(this ILogger logger, TopicPartition partition, long localStart, long logStart);
}
