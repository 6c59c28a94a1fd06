using Platform.Protocol;
using Platform.Protocol.Messages;

namespace Platform.Client.Metadata;

/// <summary>Turns parts of a MetadataResponse into what clients keep.</summary>
internal static class MetadataParser
{
    public static BrokerInfo Broker(MetadataResponse.MetadataResponseBroker broker) =>
        new(broker.NodeId, broker.Host, broker.Port, broker.Rack);

    public static TopicMetadata Topic(MetadataResponse.MetadataResponseTopic topic, TopicMetadata? known)
    {
        var sameTopic = known is not null && (known.Id == topic.TopicId || topic.TopicId == Uuid.Zero);
        var partitions = topic.Partitions.OrderBy(partition => partition.PartitionIndex)
            .Select(partition => Partition(partition, sameTopic ? known!.Partition(partition.PartitionIndex) : null))
            .ToArray();
        return new TopicMetadata(topic.Name!, topic.TopicId, topic.IsInternal, topic.ErrorCode, partitions);
    }

    private static PartitionMetadata Partition(
        MetadataResponse.MetadataResponsePartition partition, PartitionMetadata? known)
    {
        if (known is not null && partition.LeaderEpoch >= 0 && partition.LeaderEpoch < known.LeaderEpoch)
            return known;
        return new PartitionMetadata(
            partition.PartitionIndex, partition.LeaderId, partition.LeaderEpoch, partition.ReplicaNodes,
            partition.IsrNodes, partition.OfflineReplicas, partition.ErrorCode);
    }
}
