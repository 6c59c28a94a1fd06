using Platform.Cluster.Groups;
using Platform.Protocol;
using Platform.Protocol.Messages;
using static Platform.Cluster.Tests.Groups.GroupRequests;

namespace Platform.Cluster.Tests.Groups;

public sealed class JoinGroupTests
{
    [Fact]
    public void A_new_dynamic_member_is_given_an_id_to_come_back_with()
    {
        var tester = new GroupTester();

        var response = tester.Call(Join(), JoinVersion, clientId: "app");

        Assert.Equal(ErrorCode.MemberIdRequired, response.ErrorCode);
        Assert.Equal("app-00000000-0000-0000-0000-000000000001", response.MemberId);
    }

    [Fact]
    public void A_new_group_is_written_to_the_log()
    {
        var tester = new GroupTester();

        tester.NewMemberId();

        var record = Assert.Single(tester.Log);
        var value = Assert.IsType<GroupMetadataValue>(record.Value);
        Assert.Equal(Group, Assert.IsType<GroupMetadataKey>(record.Key).Group);
        Assert.Equal(3, record.ValueVersion);
        Assert.Equal((0, "", null, null), (value.Generation, value.ProtocolType, value.Protocol, value.Leader));
    }

    [Fact]
    public void A_member_before_version_4_joins_in_one_step()
    {
        var tester = new GroupTester();

        var join = tester.Send(Join(), version: 3);
        tester.Advance(3_000);

        Assert.Equal(ErrorCode.None, tester.Answer<JoinGroupResponse>(join).ErrorCode);
    }

    [Fact]
    public void Version_0_waits_for_others_as_long_as_a_session()
    {
        var tester = new GroupTester();

        tester.Send(Join(), version: 0);

        Assert.Equal(SessionMs, Assert.Single(tester.Shard.State.Find(Group)!.Members).RebalanceTimeoutMs);
    }

    [Fact]
    public void The_first_member_leads_and_alone_sees_the_others()
    {
        var tester = new GroupTester();
        var first = tester.NewMemberId();
        var second = tester.NewMemberId();

        var firstJoin = tester.Send(Join(first), JoinVersion);
        var secondJoin = tester.Send(Join(second), JoinVersion);
        tester.Advance(6_000);

        var leader = tester.Answer<JoinGroupResponse>(firstJoin);
        var follower = tester.Answer<JoinGroupResponse>(secondJoin);
        Assert.Equal((1, first, "range"), (leader.GenerationId, leader.Leader, leader.ProtocolName));
        Assert.Equal([first, second], leader.Members.Select(member => member.MemberId));
        Assert.Equal((1, first), (follower.GenerationId, follower.Leader));
        Assert.Empty(follower.Members);
    }

    [Fact]
    public void The_first_rebalance_waits_for_the_initial_delay()
    {
        var tester = new GroupTester();
        var join = tester.Send(Join(), version: 3);

        tester.Advance(2_999);
        Assert.True(tester.IsWaiting(join));
        tester.Advance(1);

        Assert.False(tester.IsWaiting(join));
    }

    [Fact]
    public void Each_newcomer_extends_the_initial_delay()
    {
        var tester = new GroupTester();
        var join = tester.Send(Join(), version: 3);

        tester.Advance(2_000);
        tester.Send(Join(), version: 3);
        tester.Advance(3_999);

        Assert.True(tester.IsWaiting(join));
        tester.Advance(1);
        Assert.Equal(2, tester.Answer<JoinGroupResponse>(join).Members.Count);
    }

    [Fact]
    public void The_initial_delay_never_exceeds_the_rebalance_timeout()
    {
        var tester = new GroupTester();
        var request = Join();
        request.RebalanceTimeoutMs = 5_000;
        var join = tester.Send(request, version: 3);

        for (var i = 0; i < 5; i++)
        {
            var another = Join();
            another.RebalanceTimeoutMs = 5_000;
            tester.Send(another, version: 3);
            tester.Advance(1_000);
        }

        Assert.Equal(6, tester.Answer<JoinGroupResponse>(join).Members.Count);
    }

    [Fact]
    public void Without_initial_delay_the_first_member_is_answered_at_once()
    {
        var tester = new GroupTester(new GroupCoordinatorOptions { InitialRebalanceDelayMs = 0 });

        var response = tester.Call(Join(), version: 3);

        Assert.Equal((ErrorCode.None, 1), (response.ErrorCode, response.GenerationId));
    }

    [Fact]
    public void An_empty_group_id_is_invalid()
    {
        var request = Join();
        request.GroupId = "";

        Assert.Equal(ErrorCode.InvalidGroupId, new GroupTester().Call(request, JoinVersion).ErrorCode);
    }

    [Theory]
    [InlineData(5_999)]
    [InlineData(1_800_001)]
    public void A_session_timeout_out_of_bounds_is_refused(int sessionMs)
    {
        var request = Join();
        request.SessionTimeoutMs = sessionMs;

        Assert.Equal(ErrorCode.InvalidSessionTimeout, new GroupTester().Call(request, JoinVersion).ErrorCode);
    }

    [Fact]
    public void An_unknown_member_id_is_refused_whether_the_group_exists_or_not()
    {
        var tester = new GroupTester();

        Assert.Equal(ErrorCode.UnknownMemberId, tester.Call(Join("ghost"), JoinVersion).ErrorCode);
        tester.StableGroup(1);
        Assert.Equal(ErrorCode.UnknownMemberId, tester.Call(Join("ghost"), JoinVersion).ErrorCode);
    }

    [Fact]
    public void A_member_without_a_common_protocol_is_refused()
    {
        var tester = new GroupTester();
        tester.StableGroup(1);
        var otherType = Join();
        otherType.ProtocolType = "connect";

        Assert.Equal(ErrorCode.InconsistentGroupProtocol, tester.Call(otherType, JoinVersion).ErrorCode);
        Assert.Equal(
            ErrorCode.InconsistentGroupProtocol,
            tester.Call(Join(protocols: "sticky"), JoinVersion).ErrorCode);
    }

    [Fact]
    public void A_first_member_without_protocols_is_refused_and_leaves_no_group()
    {
        var tester = new GroupTester();
        var request = Join();
        request.Protocols = [];

        Assert.Equal(ErrorCode.InconsistentGroupProtocol, tester.Call(request, JoinVersion).ErrorCode);
        Assert.Empty(tester.Log);
    }

    [Fact]
    public void The_protocol_with_the_most_votes_among_the_common_ones_wins()
    {
        var tester = new GroupTester();

        var join = tester.Send(Join(protocols: ["a", "b", "c"]), version: 3);
        tester.Send(Join(protocols: ["b", "c"]), version: 3);
        tester.Send(Join(protocols: ["d", "c", "b"]), version: 3);
        tester.Advance(6_000);

        Assert.Equal("b", tester.Answer<JoinGroupResponse>(join).ProtocolName);
    }

    [Fact]
    public void A_full_group_takes_no_more_members()
    {
        var tester = new GroupTester(new GroupCoordinatorOptions { MaxSize = 2 });
        tester.StableGroup(2);

        Assert.Equal(ErrorCode.GroupMaxSizeReached, tester.Call(Join(), JoinVersion).ErrorCode);
    }

    [Fact]
    public void Pending_members_that_find_the_group_full_are_forgotten()
    {
        var tester = new GroupTester(new GroupCoordinatorOptions { MaxSize = 1 });
        var first = tester.NewMemberId();
        var second = tester.NewMemberId();

        tester.Send(Join(first), JoinVersion);
        var refused = tester.Call(Join(second), JoinVersion);
        tester.Advance(3_000);

        Assert.Equal(ErrorCode.GroupMaxSizeReached, refused.ErrorCode);
        Assert.False(tester.Shard.State.Find(Group)!.HasPendingMembers);
    }

    [Fact]
    public void A_rebalance_waits_for_members_that_were_given_an_id_until_their_session_ends()
    {
        var tester = new GroupTester();
        var ids = tester.StableGroup(1);
        tester.NewMemberId();

        var rejoin = tester.Send(Join(ids[0], metadata: Subscription("other")), JoinVersion);
        tester.Advance(SessionMs - 1);
        Assert.True(tester.IsWaiting(rejoin));
        tester.Advance(1);

        Assert.Equal(2, tester.Answer<JoinGroupResponse>(rejoin).GenerationId);
    }

    [Fact]
    public void A_follower_that_asks_again_in_a_stable_group_gets_the_current_generation()
    {
        var tester = new GroupTester();
        var ids = tester.StableGroup(2);

        var response = tester.Call(Join(ids[1]), JoinVersion);

        Assert.Equal((ErrorCode.None, 1), (response.ErrorCode, response.GenerationId));
        Assert.Equal("Stable", tester.Describe().GroupState);
    }

    [Fact]
    public void A_leader_that_joins_again_always_starts_a_rebalance()
    {
        var tester = new GroupTester();
        var ids = tester.StableGroup(2);

        var join = tester.Send(Join(ids[0]), JoinVersion);

        Assert.True(tester.IsWaiting(join));
        Assert.Equal("PreparingRebalance", tester.Describe().GroupState);
    }

    [Fact]
    public void A_follower_with_new_wishes_starts_a_rebalance()
    {
        var tester = new GroupTester();
        var ids = tester.StableGroup(2);

        tester.Send(Join(ids[1], metadata: Subscription("other")), JoinVersion);

        Assert.Equal("PreparingRebalance", tester.Describe().GroupState);
    }

    [Fact]
    public void A_rebalance_completes_as_soon_as_all_have_rejoined()
    {
        var tester = new GroupTester();
        var ids = tester.StableGroup(2);

        var first = tester.Send(Join(ids[0]), JoinVersion);
        var second = tester.Send(Join(ids[1]), JoinVersion);

        Assert.Equal(2, tester.Answer<JoinGroupResponse>(first).GenerationId);
        Assert.Equal(2, tester.Answer<JoinGroupResponse>(second).GenerationId);
    }

    [Fact]
    public void A_member_that_lost_its_answer_gets_it_again_before_the_assignment_comes()
    {
        var tester = new GroupTester();
        var first = tester.NewMemberId();
        tester.Send(Join(first), JoinVersion);
        tester.Advance(3_000);

        var again = tester.Call(Join(first), JoinVersion);

        Assert.Equal((ErrorCode.None, 1), (again.ErrorCode, again.GenerationId));
        Assert.Single(again.Members);
    }

    [Fact]
    public void Dynamic_members_that_do_not_rejoin_in_time_are_removed_and_another_leads()
    {
        var tester = new GroupTester();
        var ids = tester.StableGroup(2);

        var join = tester.Send(Join(ids[1], metadata: Subscription("other")), JoinVersion);
        tester.Send(Heartbeat(ids[0], 1), 4);
        for (var i = 0; i < RebalanceMs / 5_000; i++)
        {
            tester.Send(Heartbeat(ids[0], 1), 4);
            tester.Advance(5_000);
        }

        var response = tester.Answer<JoinGroupResponse>(join);
        Assert.Equal((2, ids[1]), (response.GenerationId, response.Leader));
        Assert.Single(response.Members);
    }

    [Fact]
    public void A_new_member_that_waits_too_long_is_sent_away()
    {
        var tester = new GroupTester();
        var request = Join();
        request.RebalanceTimeoutMs = 3_600_000;
        var ids = tester.StableGroup(1);
        var old = Join(ids[0], metadata: Subscription("slow"));
        old.RebalanceTimeoutMs = 3_600_000;
        tester.NewMemberId();
        tester.Send(old, JoinVersion);
        tester.Advance(SessionMs);
        tester.SyncAll(2, ids[0]);

        var join = tester.Send(request, version: 3);
        for (var i = 0; i < 60; i++)
        {
            tester.Send(Heartbeat(ids[0], 2), 4);
            tester.Advance(5_000);
        }

        var response = tester.Answer<JoinGroupResponse>(join);
        Assert.Equal((ErrorCode.UnknownMemberId, ""), (response.ErrorCode, response.MemberId));
    }

    [Fact]
    public void When_a_new_group_cannot_be_stored_the_member_is_told_and_the_group_is_gone()
    {
        var tester = new GroupTester { AppendError = ErrorCode.NotCoordinator };

        var join = tester.Send(Join(), JoinVersion);

        Assert.Equal(ErrorCode.NotCoordinator, tester.Failure(join));
        Assert.Null(tester.Shard.State.Find(Group));
    }

    [Fact]
    public void A_second_join_of_the_same_member_sends_the_first_one_away()
    {
        var tester = new GroupTester();
        var ids = tester.StableGroup(2);

        var lost = tester.Send(Join(ids[0]), JoinVersion);
        var retry = tester.Send(Join(ids[0]), JoinVersion);

        Assert.Equal(ErrorCode.RebalanceInProgress, tester.Answer<JoinGroupResponse>(lost).ErrorCode);
        Assert.True(tester.IsWaiting(retry));
    }
}
