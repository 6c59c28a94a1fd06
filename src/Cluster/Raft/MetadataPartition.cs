using Platform.Protocol;

namespace Platform.Cluster.Raft;

/// <summary>The one partition that the quorum replicates.</summary>
public static class MetadataPartition
{
    /// <summary>Name of its topic.</summary>
    public const string TopicName = "__cluster_metadata";

    /// <summary>Number of the partition.</summary>
    public const int Index = 0;

    /// <summary>Topic and partition.</summary>
    public static readonly TopicPartition TopicPartition = new(TopicName, Index);
}
