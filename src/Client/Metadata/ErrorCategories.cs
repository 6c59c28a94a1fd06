using Platform.Protocol;

namespace Platform.Client.Metadata;

/// <summary>What clients conclude from error codes beyond whether to retry.</summary>
internal static class ErrorCategories
{
    /// <summary>True when the client's picture of the cluster is out of date.</summary>
    public static bool IsStaleMetadata(ErrorCode error) => error is
        ErrorCode.UnknownTopicOrPartition or ErrorCode.LeaderNotAvailable or ErrorCode.NotLeaderOrFollower
        or ErrorCode.ReplicaNotAvailable or ErrorCode.NetworkException or ErrorCode.RequestTimedOut
        or ErrorCode.KafkaStorageError or ErrorCode.ListenerNotFound or ErrorCode.FencedLeaderEpoch
        or ErrorCode.UnknownLeaderEpoch or ErrorCode.PreferredLeaderNotAvailable
        or ErrorCode.EligibleLeadersNotAvailable or ErrorCode.UnknownTopicId or ErrorCode.InconsistentTopicId;
}
