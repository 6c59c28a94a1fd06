using Platform.Client.Consuming;
using Platform.Protocol;
using Platform.Protocol.Messages;

namespace Platform.Client.Admin;

/// <summary>Turns what coordinators say about groups into descriptions.</summary>
internal static class GroupParser
{
    public static GroupDescription Classic(DescribeGroupsResponse.DescribedGroup group, int coordinatorId) => new(
        group.GroupId, group.GroupState, group.ProtocolType, group.ProtocolData,
        [.. group.Members.Select(member => new GroupMember(
            member.MemberId, member.GroupInstanceId, member.ClientId, member.ClientHost,
            group.ProtocolType == "consumer" ? SubscriptionCodec.DecodeAssignment(member.MemberAssignment) : []))],
        coordinatorId, group.ErrorCode, group.ErrorMessage);

    public static GroupDescription Consumer(
        ConsumerGroupDescribeResponse.DescribedGroup group, int coordinatorId) => new(
        group.GroupId, group.GroupState, "consumer", group.AssignorName,
        [.. group.Members.Select(member => new GroupMember(
            member.MemberId, member.InstanceId, member.ClientId, member.ClientHost,
            [.. member.Assignment.TopicPartitions.SelectMany(topic =>
                topic.Partitions.Select(partition => new TopicPartition(topic.TopicName, partition)))]))],
        coordinatorId, group.ErrorCode, group.ErrorMessage);
}
