using Platform.Client.Admin;
using Platform.Client.Network;
using Platform.Protocol;
using Platform.Protocol.Messages;

namespace Platform.Client.Metadata;

/// <summary>Asks a coordinator for committed offsets, for the admin client and the consumer.</summary>
internal static class OffsetFetcher
{
    private const short FirstBatchedVersion = 8;
    private const short FirstStableVersion = 7;

    // Version 10 names topics by id only; by name also works for a topic that was deleted.
    private const short LastVersionWithNames = 9;

    /// <summary>The committed offsets of <paramref name="partitions"/>, or all when null; those without are left
    /// out.</summary>
    public static async Task<IReadOnlyDictionary<TopicPartition, OffsetAndMetadata>> FetchAsync(
        KafkaCluster cluster, string groupId, IReadOnlyCollection<TopicPartition>? partitions, bool requireStable,
        CancellationToken cancellation)
    {
        var response = await cluster.SendAsync<OffsetFetchResponse>(
            ApiKey.OffsetFetch, version => Request(version, groupId, partitions, requireStable),
            Destination.GroupCoordinator(groupId), new RequestSettings(MaxVersion: LastVersionWithNames), cancellation);
        return response.Groups.Count > 0 ? Parse(groupId, response.Groups[0]) : Parse(groupId, response);
    }

    private static OffsetFetchRequest Request(
        short version, string groupId, IReadOnlyCollection<TopicPartition>? partitions, bool requireStable)
    {
        var topics = partitions?.GroupBy(partition => partition.Topic)
            .Select(topic => (Name: topic.Key, Indexes: topic.Select(partition => partition.Partition).ToList()))
            .ToList();
        var request = new OffsetFetchRequest { RequireStable = requireStable && version >= FirstStableVersion };
        if (version < FirstBatchedVersion)
        {
            request.GroupId = groupId;
            request.Topics = topics?.ConvertAll(topic =>
                new OffsetFetchRequest.OffsetFetchRequestTopic { Name = topic.Name, PartitionIndexes = topic.Indexes });
            return request;
        }
        request.Groups = [new OffsetFetchRequest.OffsetFetchRequestGroup
        {
            GroupId = groupId,
            Topics = topics?.ConvertAll(topic =>
                new OffsetFetchRequest.OffsetFetchRequestTopics
                {
                    Name = topic.Name,
                    PartitionIndexes = topic.Indexes,
                }),
        }];
        return request;
    }

    private static Dictionary<TopicPartition, OffsetAndMetadata> Parse(
        string groupId, OffsetFetchResponse.OffsetFetchResponseGroup group)
    {
        KafkaException.ThrowIfError(group.ErrorCode, $"offsets of group {groupId}");
        var offsets = new Dictionary<TopicPartition, OffsetAndMetadata>();
        foreach (var topic in group.Topics)
            foreach (var found in topic.Partitions)
                Add(offsets, groupId, new TopicPartition(topic.Name, found.PartitionIndex), found.ErrorCode,
                    new OffsetAndMetadata(found.CommittedOffset, found.CommittedLeaderEpoch, found.Metadata));
        return offsets;
    }

    private static Dictionary<TopicPartition, OffsetAndMetadata> Parse(string groupId, OffsetFetchResponse response)
    {
        KafkaException.ThrowIfError(response.ErrorCode, $"offsets of group {groupId}");
        var offsets = new Dictionary<TopicPartition, OffsetAndMetadata>();
        foreach (var topic in response.Topics)
            foreach (var found in topic.Partitions)
                Add(offsets, groupId, new TopicPartition(topic.Name, found.PartitionIndex), found.ErrorCode,
                    new OffsetAndMetadata(found.CommittedOffset, found.CommittedLeaderEpoch, found.Metadata));
        return offsets;
    }

    private static void Add(
        Dictionary<TopicPartition, OffsetAndMetadata> offsets, string groupId, TopicPartition partition,
        ErrorCode error,
        OffsetAndMetadata found)
    {
        KafkaException.ThrowIfError(error, $"offset of group {groupId} for {partition}");
        if (found.Offset >= 0)
            offsets[partition] = found;
    }
}
