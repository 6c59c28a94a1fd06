using Microsoft.Extensions.Logging;
using Platform.Protocol;

namespace Platform.Broker.Lifecycle;

/// <summary>What starting, living and stopping say in the log.</summary>
internal static partial class LifecycleLog
{
    [LoggerMessage(LogLevel.Error, "The background task '{Task}' failed and will be tried again")]
    public static partial void MaintenanceFailed(this ILogger logger, Exception error, string task);

    [LoggerMessage(LogLevel.Information, "Opening logs: {Opened} of {Found} are open")]
    public static partial void LoadingLogs(this ILogger logger, int opened, int found);

    [LoggerMessage(LogLevel.Information, "Opened {Logs} logs; {Unclean} log directories were not closed in order. "
        + "Recovery checked {Batches} batches, cut off {BytesTruncated} bytes and made indexes of {Indexes} segments anew")]
    public static partial void LogsLoaded(
        this ILogger logger, int logs, int unclean, int batches, long bytesTruncated, int indexes);

    [LoggerMessage(LogLevel.Information,
        "Broker {Broker} registers; this waits until a majority of controller.quorum.voters runs")]
    public static partial void Registering(this ILogger logger, int broker);

    [LoggerMessage(LogLevel.Information, "Broker {Broker} registered in epoch {Epoch}")]
    public static partial void Registered(this ILogger logger, int broker, long epoch);

    [LoggerMessage(LogLevel.Information, "Broker {Broker} is unfenced and serves clients")]
    public static partial void Unfenced(this ILogger logger, int broker);

    [LoggerMessage(LogLevel.Warning, "The heartbeat of broker {Broker} failed, trying again: {Reason}")]
    public static partial void HeartbeatFailed(this ILogger logger, int broker, string reason);

    [LoggerMessage(LogLevel.Critical, "The log directory {Directory} failed and is offline")]
    public static partial void LogDirectoryOffline(this ILogger logger, Exception error, string directory);

    [LoggerMessage(LogLevel.Error, "The disk of log directory {Directory} is full, so that producers are answered "
        + "KAFKA_STORAGE_ERROR and try again: {Problem}. Free space, delete topics or lower their retention.ms or "
        + "retention.bytes; appends go on by themselves as soon as there is room")]
    public static partial void LogDirectoryFull(this ILogger logger, string directory, string problem);

    [LoggerMessage(LogLevel.Information, "{Partition}: compacted from offset {FirstDirtyOffset} to {EndOffset}; "
        + "kept {RecordsKept} of {RecordsRead} records and {BytesWritten} of {BytesRead} bytes")]
    public static partial void Cleaned(this ILogger logger, TopicPartition partition, long firstDirtyOffset,
        long endOffset, long recordsRead, long recordsKept, long bytesRead, long bytesWritten);

    [LoggerMessage(LogLevel.Information, "The controller knows in which log directory {Count} replicas lie")]
    public static partial void Assigned(this ILogger logger, int count);

    [LoggerMessage(LogLevel.Warning, "The controller could not be told in which log directory {Count} replicas lie: {Reason}")]
    public static partial void AssignmentsFailed(this ILogger logger, int count, string reason);

    [LoggerMessage(LogLevel.Error, "{Partition}: compaction leaves this log alone until the next start")]
    public static partial void Uncleanable(this ILogger logger, Exception error, TopicPartition partition);

    [LoggerMessage(LogLevel.Warning,
        "Broker {Broker} stops although the controller did not confirm within {Seconds} s that others have taken over")]
    public static partial void LeavingUnheard(this ILogger logger, int broker, double seconds);

    [LoggerMessage(LogLevel.Error, "{Partition}: the batch at offset {Offset}, position {Position} of {File}, is corrupt: {Problem}. "
        + "Other replicas may still have it: move the partition's directory away while the broker is stopped to copy it again")]
    public static partial void CorruptBatch(
        this ILogger logger, TopicPartition partition, long offset, string file, int position, string problem);

    [LoggerMessage(LogLevel.Warning, "Broker {BrokerId}: another process is registered with this id and alive. Waiting until "
        + "its session ends; if two nodes are meant to run, give each a node.id and log.dirs of its own")]
    public static partial void DuplicateId(this ILogger logger, int brokerId);

    [LoggerMessage(LogLevel.Error, "Controller {NodeId} is not registered: {Reason}")]
    public static partial void ControllerNotRegistered(this ILogger logger, int nodeId, string reason);
}
