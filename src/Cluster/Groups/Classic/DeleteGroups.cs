using Platform.Cluster.Coordination;
using Platform.Protocol;
using Platform.Protocol.Messages;

namespace Platform.Cluster.Groups.Classic;

/// <summary>DeleteGroups (key 42): removes groups without members, together with their offsets.</summary>
internal static class DeleteGroups
{
    public static void Handle(GroupShardState shard, DeleteGroupsRequest request, CoordinatorCall call)
    {
        var response = new DeleteGroupsResponse();
        foreach (var groupId in request.GroupsNames.Distinct(StringComparer.Ordinal))
            response.Results.Add(new DeleteGroupsResponse.DeletableGroupResult
            {
                GroupId = groupId,
                ErrorCode = Delete(shard, groupId, call),
            });
        call.Respond(response);
    }

    private static ErrorCode Delete(GroupShardState shard, string groupId, CoordinatorCall call)
    {
        if (shard.Find(groupId) is not { } group)
            return ErrorCode.GroupIdNotFound;
        if (group.State != ClassicGroupState.Empty)
            return ErrorCode.NonEmptyGroup;

        foreach (var partition in shard.Offsets.PartitionsOf(groupId))
            call.Append(GroupRecords.OffsetTombstone(groupId, partition));
        call.Append(GroupRecords.MetadataTombstone(groupId));
        return ErrorCode.None;
    }
}
