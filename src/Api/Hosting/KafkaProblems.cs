using Platform.Client;
using Platform.Protocol;

namespace Platform.Api.Hosting;

/// <summary>Translates what the Kafka client reports into HTTP problems, with the codes of the REST proxy.</summary>
internal static class KafkaProblems
{
    /// <summary>
    /// The problem that stands for <paramref name="error"/>, or null when it did not come from Kafka.
    /// </summary>
    public static ProblemException? Explain(Exception error) => error switch
    {
        KafkaException kafka => new ProblemException(CodeOf(kafka.Code), kafka.Message),
        TimeoutException => new ProblemException(50003, $"The cluster did not answer in time: {error.Message}"),
        _ => null,
    };

    /// <summary>The REST proxy's code for a code of the protocol.</summary>
    public static int CodeOf(ErrorCode code) => code switch
    {
        ErrorCode.UnknownTopicOrPartition or ErrorCode.UnknownTopicId => 40403,
        ErrorCode.GroupIdNotFound => 40405,
        ErrorCode.SaslAuthenticationFailed => 40101,
        ErrorCode.TopicAuthorizationFailed or ErrorCode.GroupAuthorizationFailed or ErrorCode.ClusterAuthorizationFailed
            or ErrorCode.TransactionalIdAuthorizationFailed => 40301,
        ErrorCode.MessageTooLarge or ErrorCode.RecordListTooLarge => StatusCodes.Status413PayloadTooLarge,
        ErrorCode.ThrottlingQuotaExceeded => 42901,
        ErrorCode.TopicAlreadyExists or ErrorCode.InvalidTopicException or ErrorCode.InvalidPartitions
            or ErrorCode.InvalidReplicationFactor or ErrorCode.InvalidReplicaAssignment or ErrorCode.InvalidConfig
            or ErrorCode.InvalidRequest or ErrorCode.PolicyViolation or ErrorCode.UnsupportedVersion
            or ErrorCode.InvalidTimestamp or ErrorCode.InvalidRecord or ErrorCode.TopicDeletionDisabled or ErrorCode.SecurityDisabled => 40002,
        _ => code.IsRetriable() ? 50003 : 50002,
    };
}
