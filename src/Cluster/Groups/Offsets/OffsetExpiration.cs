using Platform.Cluster.Coordination;
using Platform.Cluster.Groups.Classic;
using Platform.Protocol;

namespace Platform.Cluster.Groups.Offsets;

/// <summary>Forgets offsets that nobody needs any more (KIP-211), and groups that are left with nothing.</summary>
internal static class OffsetExpiration
{
    public static void Schedule(GroupShardState shard, CoordinatorCall call) =>
        call.SetTimer(GroupTimers.OffsetExpiration, shard.Options.OffsetsRetentionCheckIntervalMs);

    public static void OnTimer(GroupShardState shard, CoordinatorCall call)
    {
        call.IsAtomic = false;
        var left = shard.Options.ExpiredOffsetsPerPass;
        foreach (var group in shard.Groups)
        {
            Expire(shard, group, ref left, call);
            if (left == 0)
                break;
        }

        if (left == 0)
            call.SetTimer(GroupTimers.OffsetExpiration, 0);
        else
            Schedule(shard, call);
    }

    private static void Expire(GroupShardState shard, ClassicGroup group, ref int left, CoordinatorCall call)
    {
        var kept = shard.PendingOffsets.Has(group.GroupId);
        foreach (var (partition, offset) in shard.Offsets.OffsetsOf(group.GroupId))
        {
            if (left == 0)
                return;
            if (shard.PendingOffsets.Has(group.GroupId, partition) || !IsExpired(shard, group, partition.Topic, offset, call.NowMs))
            {
                kept = true;
                continue;
            }
            call.Append(GroupRecords.OffsetTombstone(group.GroupId, partition));
            left--;
        }

        if (!kept && group.State == ClassicGroupState.Empty && !group.HasPendingMembers && left > 0)
        {
            call.Append(GroupRecords.MetadataTombstone(group.GroupId));
            left--;
        }
    }

    private static bool IsExpired(
        GroupShardState shard, ClassicGroup group, string topic, CommittedOffset offset, long nowMs)
    {
        if (BaseTimestamp(group, topic, offset) is not { } sinceMs)
            return false;
        return offset.ExpireTimestampMs >= 0
            ? nowMs >= offset.ExpireTimestampMs
            : nowMs - sinceMs >= shard.Options.OffsetsRetentionMs;
    }

    /// <summary>From when on the retention counts, or null while the offset is needed.</summary>
    private static long? BaseTimestamp(ClassicGroup group, string topic, CommittedOffset offset)
    {
        if (group.ProtocolType is null)
            return offset.CommitTimestampMs;
        if (group.State == ClassicGroupState.Empty)
            return group.StateTimestampMs ?? offset.CommitTimestampMs;
        var unread = group.State == ClassicGroupState.Stable && group.UsesConsumerProtocol
            && group.SubscribedTopics is { } topics && !topics.Contains(topic);
        return unread ? offset.CommitTimestampMs : null;
    }
}
