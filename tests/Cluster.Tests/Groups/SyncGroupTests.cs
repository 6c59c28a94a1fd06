using Platform.Protocol;
using Platform.Protocol.Messages;
using static Platform.Cluster.Tests.Groups.GroupRequests;

namespace Platform.Cluster.Tests.Groups;

public sealed class SyncGroupTests
{
    private readonly GroupTester _tester = new();

    [Fact]
    public void Followers_wait_until_the_leader_has_assigned()
    {
        var ids = JoinedGroup(2);
        var follower = _tester.Send(Sync(ids[1], 1), SyncVersion);
        Assert.True(_tester.IsWaiting(follower));

        var leader = _tester.Call(Sync(ids[0], 1, null, (ids[0], [7]), (ids[1], [8])), SyncVersion);

        Assert.Equal([7], leader.Assignment);
        var answer = _tester.Answer<SyncGroupResponse>(follower);
        Assert.Equal([8], answer.Assignment);
        Assert.Equal(("consumer", "range"), (answer.ProtocolType, answer.ProtocolName));
    }

    [Fact]
    public void The_assignment_is_written_to_the_log()
    {
        var ids = JoinedGroup(1);
        var before = _tester.Log.Count;

        _tester.Send(Sync(ids[0], 1, null, (ids[0], [7])), SyncVersion);

        var record = Assert.Single(_tester.Log.Skip(before));
        var value = Assert.IsType<GroupMetadataValue>(record.Value);
        var member = Assert.Single(value.Members);
        Assert.Equal(3, record.ValueVersion);
        Assert.Equal(
            ("consumer", 1, "range", ids[0]),
            (value.ProtocolType, value.Generation, value.Protocol, value.Leader));
        Assert.Equal(("client", "/127.0.0.1"), (member.ClientId, member.ClientHost));
        Assert.Equal((SessionMs, RebalanceMs), (member.SessionTimeout, member.RebalanceTimeout));
        Assert.Equal(Subscription("t"), member.Subscription);
        Assert.Equal([7], member.Assignment);
    }

    [Fact]
    public void A_member_that_the_leader_forgot_gets_nothing()
    {
        var ids = JoinedGroup(2);
        var follower = _tester.Send(Sync(ids[1], 1), SyncVersion);

        _tester.Send(Sync(ids[0], 1, null, (ids[0], [7])), SyncVersion);

        Assert.Empty(_tester.Answer<SyncGroupResponse>(follower).Assignment);
    }

    [Fact]
    public void In_a_stable_group_the_assignment_is_there_to_be_fetched_again()
    {
        var ids = _tester.StableGroup(2);

        Assert.Equal([1], _tester.Call(Sync(ids[1], 1), SyncVersion).Assignment);
    }

    [Fact]
    public void When_the_assignment_cannot_be_stored_all_are_told_and_join_again()
    {
        var ids = JoinedGroup(2);
        var follower = _tester.Send(Sync(ids[1], 1), SyncVersion);
        _tester.AppendError = ErrorCode.NotCoordinator;

        var leader = _tester.Call(Sync(ids[0], 1, null, (ids[0], [7])), SyncVersion);

        Assert.Equal(ErrorCode.NotCoordinator, leader.ErrorCode);
        Assert.Equal(ErrorCode.NotCoordinator, _tester.Answer<SyncGroupResponse>(follower).ErrorCode);
        Assert.Equal("PreparingRebalance", _tester.Describe().GroupState);
    }

    [Fact]
    public void A_rebalance_answers_those_who_wait_for_an_assignment()
    {
        var ids = JoinedGroup(2);
        var follower = _tester.Send(Sync(ids[1], 1), SyncVersion);

        _tester.Send(Join(ids[0], metadata: Subscription("other")), JoinVersion);

        Assert.Equal(ErrorCode.RebalanceInProgress, _tester.Answer<SyncGroupResponse>(follower).ErrorCode);
    }

    [Fact]
    public void Members_that_never_sync_are_removed_after_the_rebalance_timeout()
    {
        var ids = JoinedGroup(2);
        _tester.Send(Sync(ids[0], 1, null, (ids[0], [7])), SyncVersion);

        for (var elapsed = 0; elapsed < RebalanceMs; elapsed += 5_000)
        {
            foreach (var id in ids)
                _tester.Send(Heartbeat(id, 1), 4);
            _tester.Advance(5_000);
        }

        Assert.Equal(ErrorCode.UnknownMemberId, _tester.Call(Heartbeat(ids[1], 1), 4).ErrorCode);
        Assert.Equal(ErrorCode.RebalanceInProgress, _tester.Call(Heartbeat(ids[0], 1), 4).ErrorCode);
    }

    [Fact]
    public void A_second_sync_of_the_same_member_sends_the_first_one_away()
    {
        var ids = JoinedGroup(2);

        var lost = _tester.Send(Sync(ids[1], 1), SyncVersion);
        var retry = _tester.Send(Sync(ids[1], 1), SyncVersion);

        Assert.Equal(ErrorCode.RebalanceInProgress, _tester.Answer<SyncGroupResponse>(lost).ErrorCode);
        Assert.True(_tester.IsWaiting(retry));
    }

    [Fact]
    public void Wrong_claims_are_refused()
    {
        var ids = _tester.StableGroup(1);
        var otherType = Sync(ids[0], 1);
        otherType.ProtocolType = "connect";
        var otherName = Sync(ids[0], 1);
        otherName.ProtocolName = "sticky";
        var noName = Sync(ids[0], 1);
        noName.ProtocolName = null;
        var noGroup = Sync(ids[0], 1);
        noGroup.GroupId = "other";
        var empty = Sync(ids[0], 1);
        empty.GroupId = "";

        Assert.Equal(ErrorCode.UnknownMemberId, Error(Sync("ghost", 1)));
        Assert.Equal(ErrorCode.IllegalGeneration, Error(Sync(ids[0], 2)));
        Assert.Equal(ErrorCode.InconsistentGroupProtocol, Error(otherType));
        Assert.Equal(ErrorCode.InconsistentGroupProtocol, Error(otherName));
        Assert.Equal(ErrorCode.InconsistentGroupProtocol, Error(noName));
        Assert.Equal(ErrorCode.None, _tester.Call(noName, version: 4).ErrorCode);
        Assert.Equal(ErrorCode.UnknownMemberId, Error(noGroup));
        Assert.Equal(ErrorCode.InvalidGroupId, Error(empty));
    }

    [Fact]
    public void While_members_rejoin_there_is_nothing_to_sync()
    {
        var ids = _tester.StableGroup(2);
        _tester.Send(Join(ids[0]), JoinVersion);

        Assert.Equal(ErrorCode.RebalanceInProgress, Error(Sync(ids[1], 1)));
    }

    private ErrorCode Error(SyncGroupRequest request) => _tester.Call(request, SyncVersion).ErrorCode;

    private string[] JoinedGroup(int members)
    {
        var ids = Enumerable.Range(0, members).Select(_ => _tester.NewMemberId()).ToArray();
        foreach (var id in ids)
            _tester.Send(Join(id), JoinVersion);
        _tester.Advance(6_000);
        return ids;
    }
}
