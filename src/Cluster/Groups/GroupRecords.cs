using Platform.Cluster.Coordination;
using Platform.Cluster.Groups.Classic;
using Platform.Cluster.Groups.Offsets;
using Platform.Protocol;
using Platform.Protocol.Messages;

namespace Platform.Cluster.Groups;

/// <summary>Records of <c>__consumer_offsets</c>, in the versions that Kafka writes: its tools read them.</summary>
internal static class GroupRecords
{
    private const short MetadataVersion = 3;
    private const short OffsetVersionWithExpiry = 1;
    private const short OffsetVersion = 3;
    private const short OffsetVersionWithTopicId = 4;

    /// <summary>The group as it is, with the assignments of its members.</summary>
    public static CoordinatorRecord Metadata(ClassicGroup group) => new(
        new GroupMetadataKey { Group = group.GroupId },
        new GroupMetadataValue
        {
            ProtocolType = group.ProtocolType ?? "",
            Generation = group.GenerationId,
            Protocol = group.ProtocolName,
            Leader = group.LeaderId,
            CurrentStateTimestamp = group.StateTimestampMs ?? -1,
            Members = [.. group.Members.Select(member => MemberOf(group, member))],
        },
        MetadataVersion);

    /// <summary>A group that no generation has completed yet.</summary>
    public static CoordinatorRecord EmptyMetadata(ClassicGroup group) => new(
        new GroupMetadataKey { Group = group.GroupId },
        new GroupMetadataValue
        {
            Protocol = null,
            Leader = null,
            CurrentStateTimestamp = group.StateTimestampMs ?? -1,
        },
        MetadataVersion);

    public static CoordinatorRecord MetadataTombstone(string groupId) =>
        CoordinatorRecord.Tombstone(new GroupMetadataKey { Group = groupId });

    public static CoordinatorRecord Offset(string groupId, TopicPartition partition, CommittedOffset offset) => new(
        OffsetKey(groupId, partition),
        new OffsetCommitValue
        {
            Offset = offset.Offset,
            LeaderEpoch = offset.LeaderEpoch,
            Metadata = offset.Metadata,
            CommitTimestamp = offset.CommitTimestampMs,
            ExpireTimestamp = offset.ExpireTimestampMs,
            TopicId = offset.TopicId,
        },
        offset.ExpireTimestampMs >= 0 ? OffsetVersionWithExpiry
            : offset.TopicId != Uuid.Zero ? OffsetVersionWithTopicId
            : OffsetVersion);

    public static CoordinatorRecord OffsetTombstone(string groupId, TopicPartition partition) =>
        CoordinatorRecord.Tombstone(OffsetKey(groupId, partition));

    private static OffsetCommitKey OffsetKey(string groupId, TopicPartition partition) =>
        new() { Group = groupId, Topic = partition.Topic, Partition = partition.Partition };

    private static GroupMetadataValue.MemberMetadata MemberOf(ClassicGroup group, ClassicGroupMember member) => new()
    {
        MemberId = member.MemberId,
        GroupInstanceId = member.GroupInstanceId,
        ClientId = member.ClientId,
        ClientHost = member.ClientHost,
        RebalanceTimeout = member.RebalanceTimeoutMs,
        SessionTimeout = member.SessionTimeoutMs,
        Subscription = member.MetadataFor(group.ProtocolName),
        Assignment = member.Assignment,
    };
}
