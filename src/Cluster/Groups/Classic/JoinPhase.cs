using Platform.Cluster.Coordination;
using Platform.Protocol;

namespace Platform.Cluster.Groups.Classic;

/// <summary>From the first sign of change until every member knows the next generation.</summary>
internal static class JoinPhase
{
    /// <summary>Starts a rebalance, or completes the one that is under way if nobody is missing.</summary>
    public static void PrepareOrComplete(GroupShardState shard, ClassicGroup group, CoordinatorCall call)
    {
        if (group.CanRebalance)
            Prepare(shard, group, call);
        else
            MaybeComplete(shard, group, call);
    }

    public static void Prepare(GroupShardState shard, ClassicGroup group, CoordinatorCall call)
    {
        if (group.State == ClassicGroupState.CompletingRebalance)
            SyncPhase.Abandon(group, ErrorCode.RebalanceInProgress, call);
        SyncPhase.CancelTimer(group, call);

        var first = group.State == ClassicGroupState.Empty;
        group.TransitionTo(ClassicGroupState.PreparingRebalance, call.NowMs);
        if (first)
            BeginInitialDelay(shard, group, call);
        else
            CompleteOrWait(shard, group, call);
    }

    // Members of one application start together; waiting a little spares them a rebalance for each.
    private static void BeginInitialDelay(GroupShardState shard, ClassicGroup group, CoordinatorCall call)
    {
        var delayMs = shard.Options.InitialRebalanceDelayMs;
        group.InitialRebalanceRemainingMs = Math.Max(group.RebalanceTimeoutMs - delayMs, 0);
        group.NewMemberAdded = false;
        if (delayMs == 0)
            Complete(shard, group, call);
        else
            call.SetTimer(GroupTimers.Join(group.GroupId), delayMs);
    }

    private static void CompleteOrWait(GroupShardState shard, ClassicGroup group, CoordinatorCall call)
    {
        if (group.HasAllMembersJoined)
            Complete(shard, group, call);
        else
            call.SetTimer(GroupTimers.Join(group.GroupId), group.RebalanceTimeoutMs);
    }

    /// <summary>Completes the phase when all are there. A first rebalance always sits out its delay.</summary>
    public static void MaybeComplete(GroupShardState shard, ClassicGroup group, CoordinatorCall call)
    {
        if (group.State == ClassicGroupState.PreparingRebalance && group.HasAllMembersJoined
            && group.InitialRebalanceRemainingMs is null)
            Complete(shard, group, call);
    }

    public static void OnTimer(GroupShardState shard, ClassicGroup group, CoordinatorCall call)
    {
        if (group.State != ClassicGroupState.PreparingRebalance)
            return;
        if (group.InitialRebalanceRemainingMs is > 0 and var remainingMs && group.NewMemberAdded)
            ExtendInitialDelay(shard, group, remainingMs, call);
        else
            Complete(shard, group, call);
    }

    private static void ExtendInitialDelay(
        GroupShardState shard, ClassicGroup group, int remainingMs, CoordinatorCall call)
    {
        var delayMs = Math.Min(shard.Options.InitialRebalanceDelayMs, remainingMs);
        group.NewMemberAdded = false;
        group.InitialRebalanceRemainingMs = remainingMs - delayMs;
        call.SetTimer(GroupTimers.Join(group.GroupId), delayMs);
    }

    private static void Complete(GroupShardState shard, ClassicGroup group, CoordinatorCall call)
    {
        call.CancelTimer(GroupTimers.Join(group.GroupId));
        RemoveMissingDynamicMembers(group, call);
        if (!group.MaybeElectNewJoinedLeader() && group.MemberCount > 0)
        {
            // Only absent static members are left: their sessions will end, or one of them returns.
            group.InitialRebalanceRemainingMs = null;
            call.SetTimer(GroupTimers.Join(group.GroupId), group.RebalanceTimeoutMs);
            return;
        }

        group.InitNextGeneration(call.NowMs);
        if (group.State == ClassicGroupState.Empty)
            StoreEmpty(group, call);
        else
            AnswerAll(group, call);
    }

    private static void RemoveMissingDynamicMembers(ClassicGroup group, CoordinatorCall call)
    {
        var missing = group.Members.Where(member => !member.IsAwaitingJoin && !member.IsStatic).ToList();
        foreach (var member in missing)
        {
            group.Remove(member.MemberId);
            call.CancelTimer(GroupTimers.Session(group.GroupId, member.MemberId));
        }
    }

    // When the append fails, a coordinator elsewhere may briefly see members that left; their sessions end there.
    private static void StoreEmpty(ClassicGroup group, CoordinatorCall call)
    {
        call.Append(GroupRecords.Metadata(group));
        call.KeepEffectsWhenAppendFails();
    }

    private static void AnswerAll(ClassicGroup group, CoordinatorCall call)
    {
        foreach (var member in group.Members)
        {
            group.CompleteJoin(member, ClassicResponses.Joined(group, member, group.IsLeader(member.MemberId)), call);
            MemberSessions.Renew(group, member, call);
            member.IsNew = false;
            group.AddPendingSync(member.MemberId);
        }
        call.SetTimer(GroupTimers.Sync(group.GroupId), group.RebalanceTimeoutMs);
    }
}
