using Platform.Cluster.Coordination;

namespace Platform.Cluster.Groups.Offsets;

/// <summary>Forgets the offsets of topics that were deleted: a new topic of the same name starts afresh.</summary>
internal static class TopicDeletion
{
    public static void Handle(GroupShardState shard, IReadOnlyCollection<string> topics, CoordinatorCall call)
    {
        call.IsAtomic = false;
        var deleted = topics.ToHashSet(StringComparer.Ordinal);
        foreach (var group in shard.Groups)
            foreach (var partition in shard.Offsets.PartitionsOf(group.GroupId))
                if (deleted.Contains(partition.Topic))
                    call.Append(GroupRecords.OffsetTombstone(group.GroupId, partition));
        // A transaction that is open now must not bring them back when it is committed.
        foreach (var (groupId, partition) in shard.PendingOffsets.Of(deleted))
            call.Append(GroupRecords.OffsetTombstone(groupId, partition));
    }
}
