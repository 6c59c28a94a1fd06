using Platform.Cluster.Coordination;
using Platform.Cluster.Groups.Classic;
using Platform.Cluster.Groups.Offsets;
using Platform.Protocol;
using Platform.Protocol.Messages;

namespace Platform.Cluster.Groups;

/// <summary>
/// Turns records back into state. Compaction removes records anywhere, so that offsets may come before their group,
/// and tombstones of things never seen.
/// </summary>
internal static class GroupReplay
{
    public static void Apply(GroupShardState shard, CoordinatorRecord record, bool isLoading)
    {
        switch (record.Key)
        {
            case OffsetCommitKey key:
                Apply(shard, key.Group, new TopicPartition(key.Topic, key.Partition), Read(record.Value));
                break;
            case LegacyOffsetCommitKey key:
                Apply(shard, key.Group, new TopicPartition(key.Topic, key.Partition), Read(record.Value));
                break;
            case GroupMetadataKey key when record.Value is GroupMetadataValue value:
                // Once loaded, the group in memory is where the record came from, and it knows more.
                if (isLoading)
                    shard.Put(Restore(key.Group, value));
                break;
            case GroupMetadataKey key:
                shard.Remove(key.Group);
                break;
        }
    }

    /// <summary>A record of a transaction: offsets wait for its end, everything else is never written so.</summary>
    public static void ApplyTransactional(GroupShardState shard, CoordinatorRecord record, ProducerIdAndEpoch producer)
    {
        if (record.Key is OffsetCommitKey key && Read(record.Value) is { } offset)
            shard.PendingOffsets.Put(producer, key.Group, new TopicPartition(key.Topic, key.Partition),
                offset with { Sequence = ++shard.Applied });
    }

    /// <summary>The end of a transaction.</summary>
    public static void ApplyEndTransaction(GroupShardState shard, ProducerIdAndEpoch producer, bool isCommitted)
    {
        foreach (var (groupId, partition, offset) in shard.PendingOffsets.Take(producer))
        {
            if (isCommitted && (shard.Offsets.Find(groupId, partition)?.Sequence ?? 0) < offset.Sequence)
                Put(shard, groupId, partition, offset);
        }
    }

    private static CommittedOffset? Read(ICoordinatorValue? value) => value switch
    {
        OffsetCommitValue v => new CommittedOffset(
            v.Offset, v.LeaderEpoch, v.Metadata, v.CommitTimestamp, v.ExpireTimestamp, v.TopicId),
        LegacyOffsetCommitValue v => new CommittedOffset(v.Offset, -1, v.Metadata, v.CommitTimestamp, -1, Uuid.Zero),
        _ => null,
    };

    private static void Apply(GroupShardState shard, string groupId, TopicPartition partition, CommittedOffset? offset)
    {
        if (offset is null)
        {
            shard.Offsets.Remove(groupId, partition);
            shard.PendingOffsets.Remove(groupId, partition);
            return;
        }
        Put(shard, groupId, partition, offset with { Sequence = ++shard.Applied });
    }

    private static void Put(GroupShardState shard, string groupId, TopicPartition partition, CommittedOffset offset)
    {
        shard.Offsets.Put(groupId, partition, offset);
        // A simple group has no record of its own.
        if (shard.Find(groupId) is null)
            shard.Create(groupId, offset.CommitTimestampMs);
    }

    private static ClassicGroup Restore(string groupId, GroupMetadataValue value)
    {
        var group = new ClassicGroup(groupId) { GenerationId = value.Generation };
        foreach (var member in value.Members)
            group.Add(Restore(value, member));
        group.ProtocolType = value.ProtocolType.Length == 0 ? null : value.ProtocolType;
        group.ProtocolName = value.Protocol;
        group.LeaderId = value.Leader;
        group.StateTimestampMs = value.CurrentStateTimestamp < 0 ? null : value.CurrentStateTimestamp;
        group.Restore(value.Members.Count == 0 ? ClassicGroupState.Empty : ClassicGroupState.Stable);
        return group;
    }

    private static ClassicGroupMember Restore(
        GroupMetadataValue group, GroupMetadataValue.MemberMetadata member) => new()
        {
            MemberId = member.MemberId,
            GroupInstanceId = member.GroupInstanceId,
            ClientId = member.ClientId,
            ClientHost = member.ClientHost,
            ProtocolType = group.ProtocolType,
            // Version 0 had no rebalance timeout: the session timeout served as both.
            RebalanceTimeoutMs = member.RebalanceTimeout < 0 ? member.SessionTimeout : member.RebalanceTimeout,
            SessionTimeoutMs = member.SessionTimeout,
            Protocols = [new ClassicProtocol(group.Protocol ?? "", member.Subscription)],
            Assignment = member.Assignment,
        };
}
