using Platform.Cluster.Coordination;
using Platform.Protocol;

namespace Platform.Cluster.Groups.Classic;

/// <summary>Sessions of members: what renews them, and what happens when they or their members end.</summary>
internal static class MemberSessions
{
    public static void Renew(ClassicGroup group, ClassicGroupMember member, CoordinatorCall call) =>
        call.SetTimer(GroupTimers.Session(group.GroupId, member.MemberId), member.SessionTimeoutMs);

    public static void OnTimer(GroupShardState shard, ClassicGroup group, string memberId, CoordinatorCall call)
    {
        if (group.IsPendingMember(memberId))
            RemovePending(shard, group, memberId, call);
        else if (group.Member(memberId) is { HasSatisfiedHeartbeat: false } member)
            Remove(shard, group, [member], call);
    }

    /// <summary>Forgets a member that was given an id and never came back with it.</summary>
    public static void RemovePending(GroupShardState shard, ClassicGroup group, string memberId, CoordinatorCall call)
    {
        group.Remove(memberId);
        JoinPhase.MaybeComplete(shard, group, call);
    }

    /// <summary>Removes members and rebalances, or goes on with a rebalance that only waited for them.</summary>
    public static void Remove(
        GroupShardState shard, ClassicGroup group, IReadOnlyList<ClassicGroupMember> members, CoordinatorCall call)
    {
        foreach (var member in members)
        {
            // Should the client still be there, it starts again with a new id.
            group.CompleteJoin(member, ClassicResponses.JoinError("", ErrorCode.UnknownMemberId), call);
            ClassicGroup.CompleteSync(member, ClassicResponses.SyncError(ErrorCode.UnknownMemberId), call);
            group.Remove(member.MemberId);
            call.CancelTimer(GroupTimers.Session(group.GroupId, member.MemberId));
        }
        JoinPhase.PrepareOrComplete(shard, group, call);
    }
}
