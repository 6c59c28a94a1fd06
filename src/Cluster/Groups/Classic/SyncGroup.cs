using Platform.Cluster.Coordination;
using Platform.Protocol;
using Platform.Protocol.Messages;

namespace Platform.Cluster.Groups.Classic;

/// <summary>SyncGroup (key 14): the leader brings the assignment, everybody fetches a share of it.</summary>
/// <remarks>v3 static members · v5 protocol type and name, which must be those of the group.</remarks>
internal static class SyncGroup
{
    private const short ProtocolVersion = 5;

    public static void Handle(GroupShardState shard, SyncGroupRequest request, CoordinatorCall call)
    {
        var group = shard.Find(request.GroupId);
        var error = Validate(group, request, call.Context.ApiVersion);
        if (error != ErrorCode.None)
        {
            call.Respond(ClassicResponses.SyncError(error));
            return;
        }

        var member = group!.Member(request.MemberId)!;
        SyncPhase.MemberSynced(group, member.MemberId, call);
        if (group.State == ClassicGroupState.Stable)
        {
            MemberSessions.Renew(group, member, call);
            call.Respond(ClassicResponses.Assigned(group, member));
            return;
        }

        Await(member, call);
        if (group.IsLeader(member.MemberId))
            Assign(shard, group, request, call);
    }

    private static ErrorCode Validate(ClassicGroup? group, SyncGroupRequest request, short version)
    {
        if (request.GroupId.Length == 0)
            return ErrorCode.InvalidGroupId;
        if (version >= ProtocolVersion && (request.ProtocolType is null || request.ProtocolName is null))
            return ErrorCode.InconsistentGroupProtocol;
        if (group is null)
            return ErrorCode.UnknownMemberId;
        var error = group.Validate(request.MemberId, request.GroupInstanceId);
        if (error != ErrorCode.None)
            return error;
        if (request.GenerationId != group.GenerationId)
            return ErrorCode.IllegalGeneration;
        if (Differs(request.ProtocolType, group.ProtocolType) || Differs(request.ProtocolName, group.ProtocolName))
            return ErrorCode.InconsistentGroupProtocol;
        return group.State == ClassicGroupState.PreparingRebalance ? ErrorCode.RebalanceInProgress : ErrorCode.None;
    }

    private static bool Differs(string? claimed, string? actual) =>
        claimed is not null && actual is not null && claimed != actual;

    // An older SyncGroup of the same member lost its client.
    private static void Await(ClassicGroupMember member, CoordinatorCall call)
    {
        ClassicGroup.CompleteSync(member, ClassicResponses.SyncError(ErrorCode.RebalanceInProgress), call);
        member.SyncRequestId = call.Context.RequestId;
    }

    private static void Assign(
        GroupShardState shard, ClassicGroup group, SyncGroupRequest request, CoordinatorCall call)
    {
        var assignments = new Dictionary<string, byte[]>(StringComparer.Ordinal);
        foreach (var assignment in request.Assignments)
            assignments[assignment.MemberId] = assignment.Assignment;
        foreach (var member in group.Members)
            member.Assignment = assignments.GetValueOrDefault(member.MemberId) ?? [];

        var waiting = group.Members.Where(member => member.IsAwaitingSync).ToList();
        var requestIds = waiting.ConvertAll(member => member.SyncRequestId);
        call.Append(GroupRecords.Metadata(group));
        group.TransitionTo(ClassicGroupState.Stable, call.NowMs);
        SyncPhase.Propagate(group, call);
        call.OnAppendFailed = (error, failure) =>
        {
            // As if the answers had not been given: everybody is told of the error and joins again.
            for (var i = 0; i < waiting.Count; i++)
                waiting[i].SyncRequestId = requestIds[i];
            SyncPhase.Abandon(group, error, failure);
            JoinPhase.PrepareOrComplete(shard, group, failure);
        };
    }
}
