using Microsoft.Extensions.Logging;
using Platform.Cluster.Replication;
using Platform.Protocol;

namespace Platform.Broker.Replication;

/// <summary>What replication says in the log.</summary>
internal static partial class ReplicationLog
{
    [LoggerMessage(LogLevel.Warning, "{Count} changes of in-sync replicas were not answered, trying again: {Reason}")]
    public static partial void IsrChangesFailed(this ILogger logger, int count, string reason);

    [LoggerMessage(LogLevel.Information,
        "{Partition} in epoch {LeaderEpoch}: the change of in-sync replicas is {Outcome} ({Error})")]
    public static partial void IsrChangeAnswered(
        this ILogger logger, TopicPartition partition, int leaderEpoch, IsrOutcome outcome, ErrorCode error);

    [LoggerMessage(LogLevel.Error, "{Partition} could not take the answer to its change of in-sync replicas")]
    public static partial void IsrAnswerFailed(this ILogger logger, Exception error, TopicPartition partition);

    [LoggerMessage(LogLevel.Error, "{Partition} could not take the role that the metadata gives it")]
    public static partial void RoleFailed(this ILogger logger, Exception error, TopicPartition partition);

    [LoggerMessage(LogLevel.Warning, "{Partition} of topic id {TopicId} is no replica of this broker any more: {Path} was renamed to "
        + "{Stray}; delete it when nobody misses its records")]
    public static partial void StrayLog(
        this ILogger logger, TopicPartition partition, Uuid topicId, string path, string stray);

    [LoggerMessage(LogLevel.Warning, "{Partition} holds records of epoch {Latest}, and the metadata that has come so far only knows "
        + "broker {Leader} as the leader of epoch {Epoch}: waiting for newer metadata before it is replicated")]
    public static partial void MetadataIsOfThePast(
        this ILogger logger, TopicPartition partition, int latest, int leader, int epoch);

    [LoggerMessage(LogLevel.Information, "{Partition} could take its role at last, after {Seconds:0} s")]
    public static partial void RoleTaken(this ILogger logger, TopicPartition partition, double seconds);

    [LoggerMessage(LogLevel.Information, "{Partition} moves from {From} to {To}, where {Lag} records are missing")]
    public static partial void MoveBegan(this ILogger logger, TopicPartition partition, string from, string to, long lag);

    [LoggerMessage(LogLevel.Information, "{Partition} has moved from {From} to {To}: {Bytes} bytes in {Seconds:0.0} s")]
    public static partial void MoveEnded(
        this ILogger logger, TopicPartition partition, string from, string to, long bytes, double seconds);

    [LoggerMessage(LogLevel.Information, "{Partition} does not move to {To} any more: {Reason}")]
    public static partial void MoveCancelled(this ILogger logger, TopicPartition partition, string to, string reason);

    [LoggerMessage(LogLevel.Warning, "{Partition} cannot be moved from {From} to {To} for now: {Reason}")]
    public static partial void MoveFailed(
        this ILogger logger, TopicPartition partition, string from, string to, string reason);

    [LoggerMessage(LogLevel.Information, "Fetcher {Fetcher} of broker {Leader} starts")]
    public static partial void FetcherStarted(this ILogger logger, int leader, int fetcher);

    [LoggerMessage(LogLevel.Warning, "Cannot fetch from broker {Leader}, trying again in {BackoffMs} ms: {Reason}")]
    public static partial void LeaderUnreachable(this ILogger logger, int leader, int backoffMs, string reason);

    [LoggerMessage(LogLevel.Error, "Fetcher {Fetcher} of broker {Leader} failed and goes on in {BackoffMs} ms")]
    public static partial void FetcherFailed(
        this ILogger logger, Exception error, int leader, int fetcher, int backoffMs);

    [LoggerMessage(LogLevel.Information,
        "{Partition} cannot be fetched from broker {Leader} in epoch {Epoch}, trying again: {Reason}")]
    public static partial void PartitionNotFetched(
        this ILogger logger, TopicPartition partition, int leader, int epoch, string reason);

    [LoggerMessage(LogLevel.Information,
        "{Partition} is cut from {End} to {Offset}, where it differs from broker {Leader} in epoch {Epoch}")]
    public static partial void Truncating(
        this ILogger logger, TopicPartition partition, long end, long offset, int leader, int epoch);

    [LoggerMessage(LogLevel.Warning,
        "{Partition} is cut to {Offset}, below its high watermark {HighWatermark}: committed records are lost, as after "
        + "an unclean election")]
    public static partial void TruncatingCommitted(
        this ILogger logger, TopicPartition partition, long offset, long highWatermark);

    [LoggerMessage(LogLevel.Information, "{Partition} begins anew at {Offset}, where the log of broker {Leader} begins")]
    public static partial void StartingOver(this ILogger logger, TopicPartition partition, long offset, int leader);
}
