using Microsoft.Extensions.Logging;
using Platform.Protocol;

namespace Platform.Broker.Coordination;

internal static partial class CoordinatorLog
{
    [LoggerMessage(LogLevel.Information,
        "{Partition}: coordinator loaded {Records} records in epoch {LeaderEpoch} within {Elapsed}")]
    public static partial void Loaded(
        this ILogger logger, TopicPartition partition, int leaderEpoch, long records, TimeSpan elapsed);

    [LoggerMessage(LogLevel.Error,
        "{Partition}: coordinator cannot load its log in epoch {LeaderEpoch}; it serves nothing until the next one")]
    public static partial void LoadFailed(
        this ILogger logger, Exception error, TopicPartition partition, int leaderEpoch);

    [LoggerMessage(LogLevel.Warning,
        "{Partition}: record at offset {Offset} is of a type from the future, passed over")]
    public static partial void UnknownRecord(this ILogger logger, TopicPartition partition, long offset);

    [LoggerMessage(LogLevel.Warning,
        "{Partition}: coordinator cannot append in epoch {LeaderEpoch}: {Error}; clients are asked to retry")]
    public static partial void AppendFailed(
        this ILogger logger, TopicPartition partition, int leaderEpoch, ErrorCode error);

    [LoggerMessage(LogLevel.Error, "{Partition}: a coordinator operation failed unexpectedly")]
    public static partial void OperationFailed(this ILogger logger, Exception error, TopicPartition partition);

    [LoggerMessage(LogLevel.Error, "The markers of {TransactionalId} cannot be written; the next start tries again")]
    public static partial void MarkersFailed(this ILogger logger, Exception error, string transactionalId);

    [LoggerMessage(LogLevel.Information, "Markers for broker {BrokerId} wait: {Reason}")]
    public static partial void MarkersDelayed(this ILogger logger, int brokerId, string reason);

    [LoggerMessage(LogLevel.Warning, "{Topic}-{Partition} refused a marker of {TransactionalId}: {Error}")]
    public static partial void MarkerRefused(
        this ILogger logger, string transactionalId, string topic, int partition, ErrorCode error);
}
