using Platform.Cluster.Coordination;
using Platform.Protocol;
using Platform.Protocol.Messages;

namespace Platform.Cluster.Groups.Offsets;

/// <summary>OffsetFetch (key 9): how far groups have come. A partition without an offset is -1, not an error.</summary>
/// <remarks>
/// v2 all partitions of a group (null) · v7 require stable · v8 several groups · v10 topic ids. The handler brings
/// every version into the form of version 8 with names, and the answer back into the form of the version.
/// </remarks>
internal static class OffsetFetch
{
    private const long NoOffset = -1;

    public static void Handle(GroupShardState shard, OffsetFetchRequest request, CoordinatorCall call) =>
        call.Respond(new OffsetFetchResponse
        {
            Groups = request.Groups.ConvertAll(group => Fetch(shard, group, request.RequireStable)),
        });

    private static OffsetFetchResponse.OffsetFetchResponseGroup Fetch(
        GroupShardState shard, OffsetFetchRequest.OffsetFetchRequestGroup group, bool stable) => new()
        {
            GroupId = group.GroupId,
            Topics = group.Topics is null
                ? FetchAll(shard, group.GroupId, stable)
                : group.Topics.ConvertAll(topic => Fetch(shard, group.GroupId, topic, stable)),
        };

    private static OffsetFetchResponse.OffsetFetchResponseTopics Fetch(
        GroupShardState shard, string groupId, OffsetFetchRequest.OffsetFetchRequestTopics topic, bool stable) => new()
        {
            Name = topic.Name,
            TopicId = topic.TopicId,
            Partitions = topic.PartitionIndexes.ConvertAll(partition =>
                Answer(shard, groupId, new TopicPartition(topic.Name, partition), stable)),
        };

    private static List<OffsetFetchResponse.OffsetFetchResponseTopics> FetchAll(
        GroupShardState shard, string groupId, bool stable) =>
        [.. shard.Offsets.OffsetsOf(groupId)
            .GroupBy(offset => offset.Key.Topic, StringComparer.Ordinal)
            .Select(topic => new OffsetFetchResponse.OffsetFetchResponseTopics
            {
                Name = topic.Key,
                Partitions = [.. topic.Select(offset => Answer(shard, groupId, offset.Key, stable))],
            })];

    // An open transaction is about to move the offset: a client that wants stable ones asks again (KIP-447).
    private static OffsetFetchResponse.OffsetFetchResponsePartitions Answer(
        GroupShardState shard, string groupId, TopicPartition partition, bool stable)
    {
        if (!stable || !shard.PendingOffsets.Has(groupId, partition))
            return Answer(partition.Partition, shard.Offsets.Find(groupId, partition));
        var unstable = Answer(partition.Partition, offset: null);
        unstable.ErrorCode = ErrorCode.UnstableOffsetCommit;
        return unstable;
    }

    private static OffsetFetchResponse.OffsetFetchResponsePartitions Answer(
        int partition, CommittedOffset? offset) => new()
        {
            PartitionIndex = partition,
            CommittedOffset = offset?.Offset ?? NoOffset,
            CommittedLeaderEpoch = offset?.LeaderEpoch ?? -1,
            Metadata = offset?.Metadata ?? "",
        };
}
