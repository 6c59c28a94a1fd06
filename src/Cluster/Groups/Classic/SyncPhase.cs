using Platform.Cluster.Coordination;
using Platform.Protocol;

namespace Platform.Cluster.Groups.Classic;

/// <summary>From a new generation until every member has fetched its assignment.</summary>
internal static class SyncPhase
{
    /// <summary>Answers the members that wait for an assignment with an error; the assignments are void.</summary>
    public static void Abandon(ClassicGroup group, ErrorCode error, CoordinatorCall call)
    {
        foreach (var member in group.Members)
        {
            member.Assignment = [];
            if (member.IsAwaitingSync)
                MemberSessions.Renew(group, member, call);
            ClassicGroup.CompleteSync(member, ClassicResponses.SyncError(error), call);
        }
    }

    /// <summary>Gives every member its assignment, and to those that wait for it also the answer.</summary>
    public static void Propagate(ClassicGroup group, CoordinatorCall call)
    {
        foreach (var member in group.Members)
        {
            if (!member.IsAwaitingSync)
                continue;
            // A waiting member could not send heartbeats: its session begins anew.
            MemberSessions.Renew(group, member, call);
            ClassicGroup.CompleteSync(member, ClassicResponses.Assigned(group, member), call);
        }
    }

    public static void MemberSynced(ClassicGroup group, string memberId, CoordinatorCall call)
    {
        if (group.RemovePendingSync(memberId))
            call.CancelTimer(GroupTimers.Sync(group.GroupId));
    }

    public static void CancelTimer(ClassicGroup group, CoordinatorCall call)
    {
        group.ClearPendingSync();
        call.CancelTimer(GroupTimers.Sync(group.GroupId));
    }

    /// <summary>Removes members that joined but never asked for an assignment; the others rebalance.</summary>
    public static void OnTimer(GroupShardState shard, ClassicGroup group, CoordinatorCall call)
    {
        var expected = group.State is ClassicGroupState.CompletingRebalance or ClassicGroupState.Stable;
        if (!expected || group.PendingSyncMembers.Count == 0)
            return;
        foreach (var memberId in group.PendingSyncMembers.Order(StringComparer.Ordinal).ToList())
        {
            group.Remove(memberId);
            call.CancelTimer(GroupTimers.Session(group.GroupId, memberId));
        }
        JoinPhase.Prepare(shard, group, call);
    }
}
