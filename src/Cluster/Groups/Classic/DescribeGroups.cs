using Platform.Cluster.Coordination;
using Platform.Protocol;
using Platform.Protocol.Messages;

namespace Platform.Cluster.Groups.Classic;

/// <summary>DescribeGroups (key 15): state and members of classic groups.</summary>
/// <remarks>v4 instance ids · v6 a group that does not exist is an error; before, it looks like a dead one.</remarks>
internal static class DescribeGroups
{
    private const short NotFoundVersion = 6;

    public static void Handle(GroupShardState shard, DescribeGroupsRequest request, CoordinatorCall call) =>
        call.Respond(new DescribeGroupsResponse
        {
            Groups = request.Groups.ConvertAll(groupId => Describe(shard, groupId, call.Context.ApiVersion)),
        });

    private static DescribeGroupsResponse.DescribedGroup Describe(GroupShardState shard, string groupId, short version)
    {
        if (shard.Find(groupId) is not { } group)
            return NotFound(groupId, version);
        // Until all have their assignments, neither protocol nor wishes are settled.
        var settled = group.State == ClassicGroupState.Stable;
        return new DescribeGroupsResponse.DescribedGroup
        {
            GroupId = groupId,
            GroupState = group.State.ToString(),
            ProtocolType = group.ProtocolType ?? "",
            ProtocolData = settled ? group.ProtocolName ?? "" : "",
            Members = [.. group.Members.Select(member => Describe(group, member, settled))],
        };
    }

    private static DescribeGroupsResponse.DescribedGroupMember Describe(
        ClassicGroup group, ClassicGroupMember member, bool settled) => new()
        {
            MemberId = member.MemberId,
            GroupInstanceId = member.GroupInstanceId,
            ClientId = member.ClientId,
            ClientHost = member.ClientHost,
            MemberMetadata = settled ? member.MetadataFor(group.ProtocolName) : [],
            MemberAssignment = settled ? member.Assignment : [],
        };

    private static DescribeGroupsResponse.DescribedGroup NotFound(string groupId, short version)
    {
        var dead = new DescribeGroupsResponse.DescribedGroup
        {
            GroupId = groupId,
            GroupState = nameof(ClassicGroupState.Dead),
        };
        if (version >= NotFoundVersion)
        {
            dead.ErrorCode = ErrorCode.GroupIdNotFound;
            dead.ErrorMessage = $"Group {groupId} not found.";
        }
        return dead;
    }
}
