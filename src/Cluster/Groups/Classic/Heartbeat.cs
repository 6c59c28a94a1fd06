using Platform.Cluster.Coordination;
using Platform.Protocol;
using Platform.Protocol.Messages;

namespace Platform.Cluster.Groups.Classic;

/// <summary>Heartbeat (key 12): a member is alive, and learns whether it must rejoin.</summary>
/// <remarks>v3 static members.</remarks>
internal static class Heartbeat
{
    public static void Handle(GroupShardState shard, HeartbeatRequest request, CoordinatorCall call)
    {
        var group = shard.Find(request.GroupId);
        var error = Validate(group, request);
        if (error == ErrorCode.None)
        {
            MemberSessions.Renew(group!, group!.Member(request.MemberId)!, call);
            if (group.State == ClassicGroupState.PreparingRebalance)
                error = ErrorCode.RebalanceInProgress;
        }
        call.Respond(new HeartbeatResponse { ErrorCode = error }, beforeCommit: true);
    }

    private static ErrorCode Validate(ClassicGroup? group, HeartbeatRequest request)
    {
        if (request.GroupId.Length == 0)
            return ErrorCode.InvalidGroupId;
        if (group is null)
            return ErrorCode.UnknownMemberId;
        var error = group.Validate(request.MemberId, request.GroupInstanceId);
        if (error != ErrorCode.None)
            return error;
        return request.GenerationId == group.GenerationId ? ErrorCode.None : ErrorCode.IllegalGeneration;
    }
}
