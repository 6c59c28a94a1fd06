using Microsoft.Extensions.Logging;

namespace Platform.Broker.Quorum;

/// <summary>What the quorum and the controller say in the log.</summary>
internal static partial class QuorumLog
{
    [LoggerMessage(LogLevel.Information, "Quorum: this node is {Role} in epoch {Epoch}, the leader is {LeaderId}")]
    public static partial void QuorumChanged(this ILogger logger, string role, int epoch, string leaderId);

    [LoggerMessage(LogLevel.Information, "Controller: active in epoch {Epoch} from offset {Offset}")]
    public static partial void ControllerActive(this ILogger logger, int epoch, long offset);

    [LoggerMessage(LogLevel.Information, "Controller: no longer active, {Waiting} operations are told so")]
    public static partial void ControllerInactive(this ILogger logger, int waiting);

    [LoggerMessage(LogLevel.Warning,
        "Controller: fencing brokers [{Brokers}], which sent no heartbeat within their session")]
    public static partial void FencingBrokers(this ILogger logger, string brokers);

    [LoggerMessage(LogLevel.Error, "Controller: an operation failed, nothing was changed")]
    public static partial void OperationFailed(this ILogger logger, Exception error);

    [LoggerMessage(LogLevel.Debug, "Quorum: {Api} to voter {NodeId} got no response: {Reason}")]
    public static partial void VoterUnreachable(this ILogger logger, int nodeId, string api, string reason);

    [LoggerMessage(LogLevel.Critical, "Quorum: stopped, because going on could lose or contradict committed metadata")]
    public static partial void QuorumFailed(this ILogger logger, Exception error);

    [LoggerMessage(LogLevel.Critical, "Metadata: stopped at offset {Offset}, because the log cannot be replayed")]
    public static partial void ReplayFailed(this ILogger logger, Exception error, long offset);

    [LoggerMessage(LogLevel.Error, "Metadata: {Publisher} failed to take the image at offset {Offset}")]
    public static partial void PublisherFailed(this ILogger logger, Exception error, string publisher, long offset);

    [LoggerMessage(LogLevel.Debug, "Metadata: image at offset {Offset} of epoch {Epoch}")]
    public static partial void ImagePublished(this ILogger logger, long offset, int epoch);

    [LoggerMessage(LogLevel.Information, "Metadata: snapshot up to offset {Offset} of epoch {Epoch}, {Bytes} bytes")]
    public static partial void SnapshotTaken(this ILogger logger, long offset, int epoch, long bytes);

    [LoggerMessage(LogLevel.Error, "Metadata: the snapshot up to offset {Offset} failed and will be tried again")]
    public static partial void SnapshotFailed(this ILogger logger, Exception error, long offset);

    [LoggerMessage(LogLevel.Information, "Metadata: loaded the snapshot up to offset {Offset} of epoch {Epoch}")]
    public static partial void SnapshotLoaded(this ILogger logger, long offset, int epoch);

    [LoggerMessage(LogLevel.Information, "Leadership of {Elections} partitions goes back to their preferred replicas")]
    public static partial void LeadersRebalanced(this ILogger logger, int elections);
}
