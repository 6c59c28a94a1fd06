using Platform.Cluster.Coordination;
using Platform.Cluster.Groups.Classic;
using Platform.Protocol;
using Platform.Protocol.Messages;

namespace Platform.Cluster.Groups.Offsets;

/// <summary>OffsetDelete (key 47): forgets offsets of topics that nobody in the group reads any more.</summary>
internal static class OffsetDelete
{
    public static void Handle(GroupShardState shard, OffsetDeleteRequest request, CoordinatorCall call)
    {
        var group = shard.Find(request.GroupId);
        var error = Validate(group);
        var response = new OffsetDeleteResponse { ErrorCode = error };
        if (error == ErrorCode.None)
            response.Topics = request.Topics.ConvertAll(topic => Delete(shard, group!, topic, call));
        call.Respond(response);
    }

    // Only consumers say which topics they read; of other groups with members nothing can be known.
    private static ErrorCode Validate(ClassicGroup? group) =>
        group is null ? ErrorCode.GroupIdNotFound
        : group.State != ClassicGroupState.Empty && !group.UsesConsumerProtocol ? ErrorCode.NonEmptyGroup
        : ErrorCode.None;

    private static OffsetDeleteResponse.OffsetDeleteResponseTopic Delete(
        GroupShardState shard,
        ClassicGroup group,
        OffsetDeleteRequest.OffsetDeleteRequestTopic topic,
        CoordinatorCall call)
    {
        var subscribed = group.State != ClassicGroupState.Empty && group.IsSubscribedTo(topic.Name);
        return new OffsetDeleteResponse.OffsetDeleteResponseTopic
        {
            Name = topic.Name,
            Partitions = topic.Partitions.ConvertAll(partition =>
            {
                if (!subscribed)
                    Delete(shard, group.GroupId, new TopicPartition(topic.Name, partition.PartitionIndex), call);
                return new OffsetDeleteResponse.OffsetDeleteResponsePartition
                {
                    PartitionIndex = partition.PartitionIndex,
                    ErrorCode = subscribed ? ErrorCode.GroupSubscribedToTopic : ErrorCode.None,
                };
            }),
        };
    }

    private static void Delete(GroupShardState shard, string groupId, TopicPartition partition, CoordinatorCall call)
    {
        if (shard.Offsets.Find(groupId, partition) is not null)
            call.Append(GroupRecords.OffsetTombstone(groupId, partition));
    }
}
