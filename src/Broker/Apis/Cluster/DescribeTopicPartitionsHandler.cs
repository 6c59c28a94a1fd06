using Platform.Broker.Metadata;
using Platform.Broker.Network;
using Platform.Cluster.Metadata;
using Platform.Protocol;
using Platform.Protocol.Messages;

namespace Platform.Broker.Apis.Cluster;

/// <summary>DescribeTopicPartitions (key 75): partitions page by page, with eligible leader replicas (KIP-966).</summary>
internal sealed class DescribeTopicPartitionsHandler(MetadataCache metadata, int maxPartitions)
    : IApiHandler<DescribeTopicPartitionsRequest, DescribeTopicPartitionsResponse>
{
    public ValueTask<DescribeTopicPartitionsResponse?> HandleAsync(DescribeTopicPartitionsRequest request, RequestContext context)
    {
        var image = metadata.Image;
        var names = request.Topics.Count == 0 ? [.. image.Topics.ByName.Keys]
            : request.Topics.Select(t => t.Name).Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal).ToList();
        if (request.Cursor is { } cursor && request.Topics.Count > 0 && !names.Contains(cursor.TopicName))
            return new(Fail(request, ErrorCode.InvalidRequest, ""));
        return new(Page(request, names, image));
    }

    public DescribeTopicPartitionsResponse? Fail(DescribeTopicPartitionsRequest request, ErrorCode error, string message) => new()
    {
        Topics = request.Topics.ConvertAll(t => new DescribeTopicPartitionsResponse.DescribeTopicPartitionsResponseTopic { Name = t.Name, ErrorCode = error }),
    };

    private DescribeTopicPartitionsResponse Page(DescribeTopicPartitionsRequest request, List<string> names, MetadataImage image)
    {
        var response = new DescribeTopicPartitionsResponse();
        var left = Math.Clamp(request.ResponsePartitionLimit, 1, maxPartitions);
        foreach (var name in names)
        {
            if (request.Cursor is { } cursor && string.CompareOrdinal(name, cursor.TopicName) < 0)
                continue;
            var first = request.Cursor is { } at && at.TopicName == name ? at.PartitionIndex : 0;
            if (left <= 0)
                return WithCursor(response, name, first);
            var topic = image.Topics.Find(name);
            var answer = Describe(name, topic, first, left, image);
            response.Topics.Add(answer);
            left -= answer.Partitions.Count;
            if (topic is not null && first + answer.Partitions.Count < topic.Partitions.Count)
                return WithCursor(response, name, first + answer.Partitions.Count);
        }
        return response;
    }

    private static DescribeTopicPartitionsResponse WithCursor(DescribeTopicPartitionsResponse response, string topic, int partition)
    {
        response.NextCursor = new() { TopicName = topic, PartitionIndex = partition };
        return response;
    }

    private static DescribeTopicPartitionsResponse.DescribeTopicPartitionsResponseTopic Describe(
        string name, TopicImage? topic, int first, int limit, MetadataImage image)
    {
        var answer = new DescribeTopicPartitionsResponse.DescribeTopicPartitionsResponseTopic { Name = name };
        if (topic is null)
        {
            answer.ErrorCode = ErrorCode.UnknownTopicOrPartition;
            return answer;
        }
        answer.TopicId = topic.Id;
        answer.IsInternal = InternalTopics.IsInternal(name);
        for (var index = first; index < topic.Partitions.Count && index < first + limit; index++)
            answer.Partitions.Add(Describe(topic.Partitions[index], index, image));
        return answer;
    }

    private static DescribeTopicPartitionsResponse.DescribeTopicPartitionsResponsePartition Describe(
        PartitionRegistration partition, int index, MetadataImage image) => new()
    {
        PartitionIndex = index,
        ErrorCode = partition.HasLeader ? ErrorCode.None : ErrorCode.LeaderNotAvailable,
        LeaderId = partition.Leader,
        LeaderEpoch = partition.LeaderEpoch,
        ReplicaNodes = [.. partition.Replicas],
        IsrNodes = [.. partition.Isr],
        EligibleLeaderReplicas = [.. partition.EligibleLeaderReplicas],
        LastKnownElr = [.. partition.LastKnownElr],
        OfflineReplicas = [.. partition.Replicas.Where(id => !image.Cluster.IsOnline(partition, id))],
    };
}
