namespace Platform.Broker.Metadata;

/// <summary>Topics that brokers keep for themselves.</summary>
internal static class InternalTopics
{
    /// <summary>Committed offsets and group metadata.</summary>
    public const string ConsumerOffsets = "__consumer_offsets";
    /// <summary>States of transactions.</summary>
    public const string TransactionState = "__transaction_state";
    /// <summary>States of share groups.</summary>
    public const string ShareGroupState = "__share_group_state";
    /// <summary>The metadata log.</summary>
    public const string ClusterMetadata = "__cluster_metadata";

    /// <summary>True for topics that clients may not write.</summary>
    public static bool IsInternal(string topic) => topic is ConsumerOffsets or TransactionState or ShareGroupState or ClusterMetadata;
}
