using Platform.Cluster.Groups;
using Platform.Protocol;
using Platform.Protocol.Messages;
using static Platform.Cluster.Tests.Groups.GroupRequests;

namespace Platform.Cluster.Tests.Groups;

/// <summary>KIP-345: members with a name that outlives their process.</summary>
public sealed class StaticMembershipTests
{
    private readonly GroupTester _tester = new();

    [Fact]
    public void A_static_member_joins_in_one_step_under_its_own_name()
    {
        var join = _tester.Send(Join(instanceId: "a"), JoinVersion);
        _tester.Advance(3_000);

        Assert.StartsWith("a-", _tester.Answer<JoinGroupResponse>(join).MemberId, StringComparison.Ordinal);
    }

    [Fact]
    public void A_restarted_follower_takes_its_old_place_without_a_rebalance()
    {
        var ids = StableStaticGroup("a", "b");

        var response = _tester.Call(Join(instanceId: "b"), JoinVersion);

        Assert.Equal((ErrorCode.None, 1, false), (response.ErrorCode, response.GenerationId, response.SkipAssignment));
        Assert.NotEqual(ids[1], response.MemberId);
        Assert.Empty(response.Members);
        Assert.Equal("Stable", _tester.Describe().GroupState);
        Assert.Equal([1], SyncedShare(response.MemberId, "b"));
    }

    [Fact]
    public void A_restarted_leader_sees_the_members_and_skips_the_assignment()
    {
        StableStaticGroup("a", "b");

        var response = _tester.Call(Join(instanceId: "a"), JoinVersion);

        Assert.True(response.SkipAssignment);
        Assert.Equal(response.MemberId, response.Leader);
        Assert.Equal(2, response.Members.Count);
    }

    [Fact]
    public void A_restarted_leader_before_version_9_is_told_that_its_former_self_leads()
    {
        var ids = StableStaticGroup("a", "b");

        var response = _tester.Call(Join(instanceId: "a"), version: 8);

        Assert.Equal(ids[0], response.Leader);
        Assert.Empty(response.Members);
    }

    [Fact]
    public void The_new_id_is_written_to_the_log_with_the_old_assignment()
    {
        StableStaticGroup("a");
        var before = _tester.Log.Count;

        var response = _tester.Call(Join(instanceId: "a"), JoinVersion);

        var value = Assert.IsType<GroupMetadataValue>(Assert.Single(_tester.Log.Skip(before)).Value);
        var member = Assert.Single(value.Members);
        Assert.Equal((response.MemberId, "a"), (member.MemberId, member.GroupInstanceId));
        Assert.Equal([0], member.Assignment);
    }

    [Fact]
    public void When_the_new_id_cannot_be_stored_the_old_one_stays()
    {
        var ids = StableStaticGroup("a");
        _tester.AppendError = ErrorCode.CoordinatorNotAvailable;

        var join = _tester.Send(Join(instanceId: "a"), JoinVersion);

        Assert.Equal(ErrorCode.CoordinatorNotAvailable, _tester.Failure(join));
        Assert.Equal(ErrorCode.None, _tester.Call(Heartbeat(ids[0], 1, "a"), 4).ErrorCode);
    }

    [Fact]
    public void The_former_self_is_fenced_everywhere()
    {
        var ids = StableStaticGroup("a", "b");
        _tester.Call(Join(instanceId: "b"), JoinVersion);
        var commit = Commit(1, ids[1], 1);
        commit.GroupInstanceId = "b";

        Assert.Equal(ErrorCode.FencedInstanceId, _tester.Call(Join(ids[1], "b"), JoinVersion).ErrorCode);
        Assert.Equal(ErrorCode.FencedInstanceId, _tester.Call(Sync(ids[1], 1, "b"), SyncVersion).ErrorCode);
        Assert.Equal(ErrorCode.FencedInstanceId, _tester.Call(Heartbeat(ids[1], 1, "b"), 4).ErrorCode);
        Assert.Equal(ErrorCode.FencedInstanceId, _tester.CommitError(commit));
        Assert.Equal(
            ErrorCode.FencedInstanceId,
            Assert.Single(_tester.Call(Leave((ids[1], "b")), 5).Members).ErrorCode);
    }

    [Fact]
    public void Requests_of_the_former_self_that_wait_are_fenced()
    {
        var ids = StableStaticGroup("a", "b");
        var join = _tester.Send(Join(ids[0], "a"), JoinVersion);

        _tester.Send(Join(instanceId: "a"), JoinVersion);

        Assert.Equal(ErrorCode.FencedInstanceId, _tester.Answer<JoinGroupResponse>(join).ErrorCode);
    }

    [Fact]
    public void A_restarted_member_that_wants_other_topics_starts_a_rebalance()
    {
        StableStaticGroup("a", "b");

        var join = _tester.Send(Join(instanceId: "b", metadata: Subscription("other")), JoinVersion);

        Assert.True(_tester.IsWaiting(join));
        Assert.Equal("PreparingRebalance", _tester.Describe().GroupState);
    }

    [Fact]
    public void A_restart_that_changes_the_protocol_starts_a_rebalance()
    {
        StableStaticGroup("a");

        _tester.Send(Join(instanceId: "a", protocols: ["sticky", "range"]), JoinVersion);

        Assert.NotEqual("Stable", _tester.Describe().GroupState);
    }

    [Fact]
    public void A_restart_while_the_leader_assigns_starts_a_rebalance()
    {
        var joins = JoinStatic("a", "b");
        var leader = _tester.Answer<JoinGroupResponse>(joins[0]);
        var follower = _tester.Answer<JoinGroupResponse>(joins[1]);
        var sync = _tester.Send(Sync(follower.MemberId, 1, "b"), SyncVersion);

        _tester.Send(Join(instanceId: "b"), JoinVersion);

        Assert.Equal(ErrorCode.FencedInstanceId, _tester.Answer<SyncGroupResponse>(sync).ErrorCode);
        Assert.Equal(
            ErrorCode.RebalanceInProgress,
            _tester.Call(Heartbeat(leader.MemberId, 1, "a"), 4).ErrorCode);
    }

    [Fact]
    public void A_static_member_that_is_away_keeps_its_place_in_a_rebalance()
    {
        var ids = StableStaticGroup("a", "b");
        var request = Join(ids[0], "a");
        request.RebalanceTimeoutMs = SessionMs - 1;
        _tester.Shard.State.Find(Group)!.Member(ids[1])!.RebalanceTimeoutMs = SessionMs - 1;
        var join = _tester.Send(request, JoinVersion);

        _tester.Advance(SessionMs - 1);

        Assert.Equal(["a", "b"], _tester.Answer<JoinGroupResponse>(join).Members.Select(m => m.GroupInstanceId));
    }

    [Fact]
    public void A_static_member_is_removed_when_its_session_ends()
    {
        StableStaticGroup("a", "b");

        _tester.Advance(SessionMs);

        Assert.Equal("Empty", _tester.Describe().GroupState);
    }

    [Fact]
    public void An_unknown_instance_is_an_unknown_member()
    {
        var ids = StableStaticGroup("a");

        Assert.Equal(ErrorCode.UnknownMemberId, _tester.Call(Heartbeat(ids[0], 1, "other"), 4).ErrorCode);
    }

    [Fact]
    public void An_operator_removes_static_members_by_their_names()
    {
        StableStaticGroup("a", "b");

        var response = _tester.Call(Leave(("", "a"), ("", "nobody")), 5);

        Assert.Equal(
            [("a", ErrorCode.None), ("nobody", ErrorCode.UnknownMemberId)],
            response.Members.Select(member => (member.GroupInstanceId, member.ErrorCode)));
        Assert.Equal("b", Assert.Single(_tester.Describe().Members).GroupInstanceId);
    }

    private long[] JoinStatic(params string[] instances)
    {
        var joins = instances.Select(name => _tester.Send(Join(instanceId: name), JoinVersion)).ToArray();
        _tester.Advance(6_000);
        return joins;
    }

    private string[] StableStaticGroup(params string[] instances)
    {
        var joins = JoinStatic(instances);
        var ids = joins.Select(join => _tester.Answer<JoinGroupResponse>(join).MemberId).ToArray();
        _tester.SyncAll(1, ids);
        return ids;
    }

    private byte[] SyncedShare(string memberId, string instanceId) =>
        _tester.Call(Sync(memberId, 1, instanceId), SyncVersion).Assignment;
}
