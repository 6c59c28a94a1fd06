using Platform.Cluster.Raft;
using Platform.Protocol.Messages;

namespace Platform.Broker.Quorum;

/// <summary>Requests about the metadata log.</summary>
internal static class QuorumRequests
{
    /// <summary>Asks the leader how far everybody is.</summary>
    public static DescribeQuorumRequest Describe()
    {
        var topic = new DescribeQuorumRequest.TopicData { TopicName = MetadataPartition.TopicName };
        topic.Partitions.Add(new() { PartitionIndex = MetadataPartition.Index });
        var request = new DescribeQuorumRequest();
        request.Topics.Add(topic);
        return request;
    }
}
