using Platform.Cluster.Coordination;
using Platform.Protocol;
using Platform.Protocol.Messages;

namespace Platform.Cluster.Groups.Classic;

/// <summary>
/// A static member restarts (KIP-345): it takes the place of its former self, which is fenced. In a stable group that
/// goes without a rebalance unless it wants something else than before.
/// </summary>
internal static class StaticRejoin
{
    private const short SkipAssignmentVersion = 9;

    public static void Handle(JoinAttempt join, string oldMemberId, string newMemberId)
    {
        var (shard, group, _, call) = join;
        var old = group.Member(oldMemberId)!;
        var oldLeader = group.LeaderId;
        Fence(group, old, call);
        var member = group.ReplaceStaticMember(old, newMemberId);
        call.CancelTimer(GroupTimers.Session(group.GroupId, oldMemberId));
        join.Update(member);
        MemberSessions.Renew(group, member, call);

        if (group.State == ClassicGroupState.Stable && IsUnchanged(group, old, member))
        {
            call.Respond(Answer(group, member, oldLeader, call.Context.ApiVersion));
            Store(group, old, member, call);
            return;
        }

        group.AwaitJoin(member, call);
        // While the leader computes, its assignment will name the old id: nothing but a rebalance helps.
        JoinPhase.PrepareOrComplete(shard, group, call);
    }

    private static void Fence(ClassicGroup group, ClassicGroupMember old, CoordinatorCall call)
    {
        group.CompleteJoin(old, ClassicResponses.JoinError(old.MemberId, ErrorCode.FencedInstanceId), call);
        ClassicGroup.CompleteSync(old, ClassicResponses.SyncError(ErrorCode.FencedInstanceId), call);
    }

    private static bool IsUnchanged(ClassicGroup group, ClassicGroupMember old, ClassicGroupMember member) =>
        group.SelectProtocol() == group.ProtocolName
        && (!group.UsesConsumerProtocol || WantsTheSameTopics(group, old, member));

    // Owned partitions and user data differ after every restart; only the topics count.
    private static bool WantsTheSameTopics(ClassicGroup group, ClassicGroupMember old, ClassicGroupMember member)
    {
        var before = ConsumerSubscriptions.TopicsOf(old.MetadataFor(group.ProtocolName));
        var after = ConsumerSubscriptions.TopicsOf(member.MetadataFor(group.ProtocolName));
        return before is null || after is null || before.ToHashSet().SetEquals(after);
    }

    // Before version 9 a returning leader is told that somebody else leads, so that it does not compute an assignment
    // that nobody asked for; since then it learns of the members, to watch over their topics, and skips the rest.
    private static JoinGroupResponse Answer(
        ClassicGroup group, ClassicGroupMember member, string? oldLeader, short version)
    {
        var leads = group.IsLeader(member.MemberId);
        var canSkip = version >= SkipAssignmentVersion;
        var response = ClassicResponses.Joined(group, member, withMembers: canSkip && leads);
        response.SkipAssignment = canSkip && leads;
        if (!canSkip)
            response.Leader = oldLeader ?? "";
        return response;
    }

    private static void Store(
        ClassicGroup group, ClassicGroupMember old, ClassicGroupMember member, CoordinatorCall call)
    {
        call.Append(GroupRecords.Metadata(group));
        call.OnAppendFailed = (error, failure) =>
        {
            var restored = group.ReplaceStaticMember(member, old.MemberId);
            restored.Protocols = old.Protocols;
            restored.RebalanceTimeoutMs = old.RebalanceTimeoutMs;
            restored.SessionTimeoutMs = old.SessionTimeoutMs;
            failure.CancelTimer(GroupTimers.Session(group.GroupId, member.MemberId));
            MemberSessions.Renew(group, restored, failure);
            failure.Fail(failure.Context.RequestId, error);
        };
    }
}
