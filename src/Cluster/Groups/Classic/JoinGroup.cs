using Platform.Cluster.Coordination;
using Platform.Protocol;
using Platform.Protocol.Messages;

namespace Platform.Cluster.Groups.Classic;

/// <summary>JoinGroup (key 11): a client becomes a member of the next generation, or sees the current one.</summary>
/// <remarks>
/// v1 rebalance timeout · v4 a member comes back with the id it was given (KIP-394) · v5 static members (KIP-345) ·
/// v9 a returning static leader may skip the assignment (KIP-814).
/// </remarks>
internal static class JoinGroup
{
    private const short TwoStepVersion = 4;

    public static void Handle(GroupShardState shard, JoinGroupRequest request, CoordinatorCall call)
    {
        if (call.Context.ApiVersion == 0)
            request.RebalanceTimeoutMs = request.SessionTimeoutMs;
        var known = shard.Find(request.GroupId);
        if (Refuse(shard, known, request) is { } error)
        {
            call.Respond(ClassicResponses.JoinError(request.MemberId, error));
            if (error == ErrorCode.GroupMaxSizeReached)
                ForgetPending(shard, known, request.MemberId, call);
            return;
        }

        var group = known ?? shard.Create(request.GroupId, call.NowMs);
        var join = new JoinAttempt(shard, group, request, call);
        if (request.MemberId.Length == 0)
            JoinNew(join);
        else
            JoinExisting(join);
        if (known is null && !call.HasRecords)
            StoreNewGroup(shard, group, call);
    }

    private static ErrorCode? Refuse(GroupShardState shard, ClassicGroup? group, JoinGroupRequest request)
    {
        if (request.GroupId.Length == 0)
            return ErrorCode.InvalidGroupId;
        if (request.SessionTimeoutMs < shard.Options.MinSessionTimeoutMs
            || request.SessionTimeoutMs > shard.Options.MaxSessionTimeoutMs)
            return ErrorCode.InvalidSessionTimeout;
        if (group is null)
            return request.MemberId.Length > 0 ? ErrorCode.UnknownMemberId : RefuseFirst(shard, request);
        if (!HasRoomFor(shard, group, request.MemberId))
            return ErrorCode.GroupMaxSizeReached;
        return group.Supports(request.ProtocolType, ClassicProtocol.From(request))
            ? null
            : ErrorCode.InconsistentGroupProtocol;
    }

    private static ErrorCode? RefuseFirst(GroupShardState shard, JoinGroupRequest request)
    {
        if (shard.Options.MaxSize < 1)
            return ErrorCode.GroupMaxSizeReached;
        return request.ProtocolType.Length == 0 || request.Protocols.Count == 0
            ? ErrorCode.InconsistentGroupProtocol
            : null;
    }

    // While a rebalance collects members, those who do not come back do not count.
    private static bool HasRoomFor(GroupShardState shard, ClassicGroup group, string memberId) => group.State switch
    {
        ClassicGroupState.Empty => true,
        ClassicGroupState.PreparingRebalance =>
            group.Member(memberId) is { IsAwaitingJoin: true } || group.AwaitingJoinCount < shard.Options.MaxSize,
        _ => group.HasMember(memberId) || group.MemberCount < shard.Options.MaxSize,
    };

    // Nobody needs to wait for a member that was sent away.
    private static void ForgetPending(GroupShardState shard, ClassicGroup? group, string memberId, CoordinatorCall call)
    {
        if (group is null || !group.IsPendingMember(memberId))
            return;
        call.CancelTimer(GroupTimers.Session(group.GroupId, memberId));
        MemberSessions.RemovePending(shard, group, memberId, call);
    }

    private static void JoinNew(JoinAttempt join)
    {
        var instanceId = join.Request.GroupInstanceId;
        var memberId = join.Shard.NewMemberId(instanceId ?? join.Call.Context.ClientId);
        if (instanceId is not null && join.Group.StaticMemberId(instanceId) is { } oldMemberId)
            StaticRejoin.Handle(join, oldMemberId, memberId);
        else if (instanceId is null && join.Call.Context.ApiVersion >= TwoStepVersion)
            AskToComeBack(join, memberId);
        else
            Add(join, memberId);
    }

    // KIP-394: a client whose answer got lost would leave a member behind with every attempt. One that must come back
    // with its id leaves nothing but a name on a list.
    private static void AskToComeBack(JoinAttempt join, string memberId)
    {
        join.Group.AddPendingMember(memberId);
        join.Call.SetTimer(GroupTimers.Session(join.Group.GroupId, memberId), join.Request.SessionTimeoutMs);
        join.Call.Respond(ClassicResponses.JoinError(memberId, ErrorCode.MemberIdRequired));
    }

    private static void Add(JoinAttempt join, string memberId)
    {
        var member = join.NewMember(memberId);
        if (join.Group.InitialRebalanceRemainingMs is not null)
            join.Group.NewMemberAdded = true;
        join.Group.Add(member);
        join.Group.AwaitJoin(member, join.Call);
        join.Call.SetTimer(
            GroupTimers.Session(join.Group.GroupId, memberId),
            join.Shard.Options.NewMemberJoinTimeoutMs);
        JoinPhase.PrepareOrComplete(join.Shard, join.Group, join.Call);
    }

    private static void JoinExisting(JoinAttempt join)
    {
        var memberId = join.Request.MemberId;
        if (join.Group.IsPendingMember(memberId))
        {
            // Static members are never asked to come back, so that a pending id with a name is somebody else's.
            if (join.Request.GroupInstanceId is null)
                Add(join, memberId);
            else
                join.Call.Respond(ClassicResponses.JoinError(memberId, ErrorCode.UnknownMemberId));
            return;
        }

        var error = join.Group.Validate(memberId, join.Request.GroupInstanceId);
        if (error != ErrorCode.None)
            join.Call.Respond(ClassicResponses.JoinError(memberId, error));
        else
            Rejoin(join, join.Group.Member(memberId)!);
    }

    private static void Rejoin(JoinAttempt join, ClassicGroupMember member)
    {
        var same = ClassicProtocol.Same(member.Protocols, join.Protocols);
        var leads = join.Group.IsLeader(member.MemberId);
        switch (join.Group.State)
        {
            // The answer to the first JoinGroup may have been lost.
            case ClassicGroupState.CompletingRebalance when same:
                join.Call.Respond(ClassicResponses.Joined(join.Group, member, withMembers: leads));
                break;
            // A leader that joins again saw something that calls for another assignment.
            case ClassicGroupState.Stable when same && !leads:
                join.Call.Respond(ClassicResponses.Joined(join.Group, member, withMembers: false));
                break;
            default:
                join.Group.AwaitJoin(member, join.Call);
                join.Update(member);
                JoinPhase.PrepareOrComplete(join.Shard, join.Group, join.Call);
                break;
        }
    }

    private static void StoreNewGroup(GroupShardState shard, ClassicGroup group, CoordinatorCall call)
    {
        call.Append(GroupRecords.EmptyMetadata(group));
        call.OnAppendFailed = (error, failure) =>
        {
            shard.Remove(group.GroupId);
            failure.CancelTimer(GroupTimers.Join(group.GroupId));
            failure.CancelTimer(GroupTimers.Sync(group.GroupId));
            foreach (var member in group.Members)
                failure.CancelTimer(GroupTimers.Session(group.GroupId, member.MemberId));
            failure.Fail(failure.Context.RequestId, error);
        };
    }
}
