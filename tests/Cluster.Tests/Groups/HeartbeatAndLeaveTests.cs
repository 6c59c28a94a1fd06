using Platform.Protocol;
using Platform.Protocol.Messages;
using static Platform.Cluster.Tests.Groups.GroupRequests;

namespace Platform.Cluster.Tests.Groups;

/// <summary>How members stay, and how they go.</summary>
public sealed class HeartbeatAndLeaveTests
{
    private readonly GroupTester _tester = new();

    [Fact]
    public void Heartbeats_keep_a_member_in_the_group()
    {
        var ids = _tester.StableGroup(1);

        for (var i = 0; i < 10; i++)
        {
            _tester.Advance(SessionMs - 1);
            Assert.Equal(ErrorCode.None, _tester.Call(Heartbeat(ids[0], 1), 4).ErrorCode);
        }

        Assert.Equal("Stable", _tester.Describe().GroupState);
    }

    [Fact]
    public void A_member_without_heartbeats_is_removed_and_the_others_rebalance()
    {
        var ids = _tester.StableGroup(2);

        _tester.Advance(SessionMs - 1);
        _tester.Call(Heartbeat(ids[0], 1), 4);
        _tester.Advance(1);

        Assert.Equal(ErrorCode.RebalanceInProgress, _tester.Call(Heartbeat(ids[0], 1), 4).ErrorCode);
        Assert.Equal(ErrorCode.UnknownMemberId, _tester.Call(Heartbeat(ids[1], 1), 4).ErrorCode);
    }

    [Fact]
    public void Wrong_claims_are_refused()
    {
        var ids = _tester.StableGroup(1);
        var empty = Heartbeat(ids[0], 1);
        empty.GroupId = "";
        var other = Heartbeat(ids[0], 1);
        other.GroupId = "other";

        Assert.Equal(ErrorCode.UnknownMemberId, _tester.Call(Heartbeat("ghost", 1), 4).ErrorCode);
        Assert.Equal(ErrorCode.IllegalGeneration, _tester.Call(Heartbeat(ids[0], 0), 4).ErrorCode);
        Assert.Equal(ErrorCode.InvalidGroupId, _tester.Call(empty, 4).ErrorCode);
        Assert.Equal(ErrorCode.UnknownMemberId, _tester.Call(other, 4).ErrorCode);
    }

    [Fact]
    public void Heartbeats_count_while_the_leader_assigns()
    {
        var id = _tester.NewMemberId();
        _tester.Send(Join(id), JoinVersion);
        _tester.Advance(3_000);

        Assert.Equal(ErrorCode.None, _tester.Call(Heartbeat(id, 1), 4).ErrorCode);
    }

    [Fact]
    public void The_last_member_leaves_an_empty_group_behind_in_the_log()
    {
        var ids = _tester.StableGroup(1);
        var before = _tester.Log.Count;

        var response = _tester.Call(Leave((ids[0], null)), 5);

        Assert.Equal(ErrorCode.None, Assert.Single(response.Members).ErrorCode);
        var value = Assert.IsType<GroupMetadataValue>(Assert.Single(_tester.Log.Skip(before)).Value);
        Assert.Equal((2, null, null), (value.Generation, value.Protocol, value.Leader));
        Assert.Equal("consumer", value.ProtocolType);
        Assert.Equal(_tester.NowMs, value.CurrentStateTimestamp);
        Assert.Empty(value.Members);
        Assert.Equal("Empty", _tester.Describe().GroupState);
    }

    [Fact]
    public void A_leave_is_answered_even_when_the_empty_group_cannot_be_stored()
    {
        var ids = _tester.StableGroup(1);
        _tester.AppendError = ErrorCode.CoordinatorNotAvailable;

        var response = _tester.Call(Leave((ids[0], null)), 5);

        Assert.Equal(ErrorCode.None, Assert.Single(response.Members).ErrorCode);
        Assert.Equal("Empty", _tester.Describe().GroupState);
    }

    [Fact]
    public void A_member_that_leaves_makes_the_others_rebalance()
    {
        var ids = _tester.StableGroup(2);

        _tester.Call(Leave((ids[0], null)), 5);

        Assert.Equal(ErrorCode.RebalanceInProgress, _tester.Call(Heartbeat(ids[1], 1), 4).ErrorCode);
    }

    [Fact]
    public void A_rebalance_that_only_waited_for_the_leaver_completes()
    {
        var ids = _tester.StableGroup(2);
        var join = _tester.Send(Join(ids[0]), JoinVersion);

        _tester.Call(Leave((ids[1], null)), 5);

        Assert.Single(_tester.Answer<JoinGroupResponse>(join).Members);
    }

    [Fact]
    public void Requests_of_a_leaver_that_wait_are_answered()
    {
        var ids = _tester.StableGroup(2);
        var join = _tester.Send(Join(ids[0]), JoinVersion);

        _tester.Call(Leave((ids[0], null)), 5);

        Assert.Equal(ErrorCode.UnknownMemberId, _tester.Answer<JoinGroupResponse>(join).ErrorCode);
    }

    [Fact]
    public void A_member_may_leave_before_it_has_joined()
    {
        var id = _tester.NewMemberId();

        var response = _tester.Call(Leave((id, null)), 5);

        Assert.Equal(ErrorCode.None, Assert.Single(response.Members).ErrorCode);
        Assert.Equal(ErrorCode.UnknownMemberId, _tester.Call(Join(id), JoinVersion).ErrorCode);
    }

    [Fact]
    public void Each_member_of_a_batch_has_its_own_result()
    {
        var ids = _tester.StableGroup(1);

        var response = _tester.Call(Leave((ids[0], null), ("ghost", null)), 5);

        Assert.Equal(ErrorCode.None, response.ErrorCode);
        Assert.Equal(
            [ErrorCode.None, ErrorCode.UnknownMemberId],
            response.Members.Select(member => member.ErrorCode));
    }

    [Fact]
    public void Before_version_3_the_only_member_has_its_result_on_top()
    {
        var ids = _tester.StableGroup(1);
        var leave = new LeaveGroupRequest { GroupId = Group, MemberId = ids[0] };

        Assert.Equal(ErrorCode.None, _tester.Call(leave, 2).ErrorCode);
        Assert.Equal(ErrorCode.UnknownMemberId, _tester.Call(leave, 2).ErrorCode);
    }

    [Fact]
    public void Leaving_a_group_that_does_not_exist_is_an_error()
    {
        Assert.Equal(ErrorCode.UnknownMemberId, _tester.Call(Leave(("ghost", null)), 5).ErrorCode);
        Assert.Equal(ErrorCode.InvalidGroupId, _tester.Call(new LeaveGroupRequest(), 5).ErrorCode);
    }
}
