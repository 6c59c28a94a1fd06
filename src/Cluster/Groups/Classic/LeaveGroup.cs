using Platform.Cluster.Coordination;
using Platform.Protocol;
using Platform.Protocol.Messages;

namespace Platform.Cluster.Groups.Classic;

/// <summary>LeaveGroup (key 13): members go, or an operator takes static members out by their names.</summary>
/// <remarks>v3 several members at once, static ones by instance id alone (KIP-345) · v5 reasons.</remarks>
internal static class LeaveGroup
{
    private const short BatchVersion = 3;

    public static void Handle(GroupShardState shard, LeaveGroupRequest request, CoordinatorCall call)
    {
        var isBatch = call.Context.ApiVersion >= BatchVersion;
        if (shard.Find(request.GroupId) is not { } group)
        {
            var error = request.GroupId.Length == 0 ? ErrorCode.InvalidGroupId : ErrorCode.UnknownMemberId;
            call.Respond(new LeaveGroupResponse { ErrorCode = error });
            return;
        }

        var identities = isBatch
            ? request.Members
            : [new LeaveGroupRequest.MemberIdentity { MemberId = request.MemberId }];
        var leaving = new List<ClassicGroupMember>();
        var results = identities.ConvertAll(identity => Leave(shard, group, identity, leaving, call));
        if (leaving.Count > 0)
            MemberSessions.Remove(shard, group, leaving, call);
        call.Respond(isBatch
            ? new LeaveGroupResponse { Members = results }
            : new LeaveGroupResponse { ErrorCode = results[0].ErrorCode });
    }

    private static LeaveGroupResponse.MemberResponse Leave(
        GroupShardState shard,
        ClassicGroup group,
        LeaveGroupRequest.MemberIdentity identity,
        List<ClassicGroupMember> leaving,
        CoordinatorCall call)
    {
        var memberId = ResolveId(group, identity);
        var error = ErrorCode.None;
        if (group.IsPendingMember(memberId) && identity.GroupInstanceId is null)
            Forget(shard, group, memberId, call);
        else if ((error = group.Validate(memberId, identity.GroupInstanceId)) == ErrorCode.None
            && group.Member(memberId) is { } member && !leaving.Contains(member))
            leaving.Add(member);

        return new LeaveGroupResponse.MemberResponse
        {
            MemberId = identity.MemberId,
            GroupInstanceId = identity.GroupInstanceId,
            ErrorCode = error,
        };
    }

    private static string ResolveId(ClassicGroup group, LeaveGroupRequest.MemberIdentity identity) =>
        identity.MemberId.Length == 0 && identity.GroupInstanceId is not null
            ? group.StaticMemberId(identity.GroupInstanceId) ?? ""
            : identity.MemberId;

    private static void Forget(GroupShardState shard, ClassicGroup group, string memberId, CoordinatorCall call)
    {
        call.CancelTimer(GroupTimers.Session(group.GroupId, memberId));
        MemberSessions.RemovePending(shard, group, memberId, call);
    }
}
