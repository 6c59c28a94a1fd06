using Platform.Protocol;

namespace Platform.Cluster.Coordination;

/// <summary>Puts errors of a coordinator's own log into words that clients of coordinators understand.</summary>
public static class CoordinatorErrors
{
    /// <summary>What a client is told when the coordinator could not append to its log, or not in time.</summary>
    public static ErrorCode ForAppendError(ErrorCode error) => error switch
    {
        ErrorCode.UnknownTopicOrPartition or ErrorCode.NotEnoughReplicas or ErrorCode.NotEnoughReplicasAfterAppend
            or ErrorCode.RequestTimedOut => ErrorCode.CoordinatorNotAvailable,
        ErrorCode.NotLeaderOrFollower or ErrorCode.FencedLeaderEpoch or ErrorCode.KafkaStorageError =>
            ErrorCode.NotCoordinator,
        // Old clients do not expect a network error here, but all of them retry while a coordinator loads.
        ErrorCode.NetworkException => ErrorCode.CoordinatorLoadInProgress,
        ErrorCode.MessageTooLarge or ErrorCode.RecordListTooLarge or ErrorCode.InvalidFetchSize =>
            ErrorCode.UnknownServerError,
        _ => error,
    };
}
