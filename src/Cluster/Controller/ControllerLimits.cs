namespace Platform.Cluster.Controller;

/// <summary>Limits of the controller that are no settings.</summary>
public static class ControllerLimits
{
    /// <summary>Most partitions that one request may create, so that its records fit into one batch.</summary>
    public const int MaxPartitionsPerRequest = 10_000;

    /// <summary>Most records that one request of a client may make, so that they fit into one batch.</summary>
    public const int MaxRecordsPerUserOperation = 10_000;

    /// <summary>Longest name of a topic; longer ones make directories that file systems refuse.</summary>
    public const int MaxTopicNameLength = 249;

    /// <summary>Producer ids that a broker gets at a time.</summary>
    public const int ProducerIdBlockSize = 1000;
}
