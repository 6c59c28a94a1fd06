using Platform.Cluster.Coordination;
using Platform.Cluster.Groups;
using Platform.Protocol;
using Platform.Protocol.Messages;
using static Platform.Cluster.Tests.Groups.GroupRequests;

namespace Platform.Cluster.Tests.Groups;

/// <summary>A new coordinator knows what the log knows.</summary>
public sealed class GroupReplayTests
{
    private readonly GroupTester _tester = new();

    [Fact]
    public void A_stable_group_goes_on_under_a_new_coordinator()
    {
        var ids = _tester.StableGroup(2);

        var next = _tester.Failover();

        Assert.Equal(ErrorCode.None, next.Call(Heartbeat(ids[0], 1), 4).ErrorCode);
        Assert.Equal([1], next.Call(Sync(ids[1], 1), SyncVersion).Assignment);
        Assert.Equal(ErrorCode.None, next.CommitError(Commit(5, ids[1], 1)));
        Assert.Equal("Stable", next.Describe().GroupState);
    }

    [Fact]
    public void Members_that_do_not_find_the_new_coordinator_are_removed()
    {
        _tester.StableGroup(2);
        var next = _tester.Failover();

        next.Advance(SessionMs);

        Assert.Equal("Empty", next.Describe().GroupState);
    }

    [Fact]
    public void A_rebalance_under_way_is_forgotten()
    {
        var ids = _tester.StableGroup(2);
        _tester.Send(Join(ids[0]), JoinVersion);

        var next = _tester.Failover();

        Assert.Equal("Stable", next.Describe().GroupState);
    }

    [Fact]
    public void Offsets_are_replayed_wherever_their_group_is()
    {
        _tester.CommitError(Commit(5));
        _tester.CommitError(Commit(6));
        var reversed = new GroupTester(log: [.. Enumerable.Reverse(_tester.Log)]);

        Assert.Equal(6, _tester.Failover().Committed());
        Assert.Equal(5, reversed.Committed());
    }

    [Fact]
    public void Offsets_before_their_group_keep_its_members()
    {
        var ids = _tester.StableGroup(1);
        _tester.CommitError(Commit(5, ids[0], 1));
        var compacted = new[] { _tester.Log[^1], _tester.Log[^2] };

        var next = new GroupTester(log: compacted);

        Assert.Equal(5, next.Committed());
        Assert.Equal(ErrorCode.None, next.Call(Heartbeat(ids[0], 1), 4).ErrorCode);
    }

    [Fact]
    public void Tombstones_of_things_never_seen_are_passed_over()
    {
        var next = new GroupTester(log:
        [
            CoordinatorRecord.Tombstone(new GroupMetadataKey { Group = Group }),
            CoordinatorRecord.Tombstone(new OffsetCommitKey { Group = Group, Topic = "t" }),
        ]);

        Assert.Equal("Dead", next.Describe().GroupState);
    }

    [Fact]
    public void Records_of_old_versions_are_understood()
    {
        var legacy = new CoordinatorRecord(
            new LegacyOffsetCommitKey { Group = Group, Topic = "t", Partition = 0 },
            new LegacyOffsetCommitValue { Offset = 9, Metadata = "old" },
            0);
        var member = new GroupMetadataValue.MemberMetadata { MemberId = "m", SessionTimeout = SessionMs };
        var group = new CoordinatorRecord(
            new GroupMetadataKey { Group = Group },
            new GroupMetadataValue { ProtocolType = "consumer", Protocol = "range", Leader = "m", Members = [member] },
            0);

        var next = new GroupTester(log: [legacy, group]);

        Assert.Equal(9, next.Committed());
        Assert.Equal(SessionMs, Assert.Single(next.Shard.State.Find(Group)!.Members).RebalanceTimeoutMs);
        Assert.Null(next.Shard.State.Find(Group)!.StateTimestampMs);
    }

    [Fact]
    public void A_loaded_group_that_is_larger_than_allowed_begins_anew()
    {
        _tester.StableGroup(3);

        var next = new GroupTester(new GroupCoordinatorOptions { MaxSize = 2 }, _tester.Log);

        Assert.Equal("PreparingRebalance", next.Describe().GroupState);
    }

    [Fact]
    public void A_static_member_keeps_its_name_over_a_failover()
    {
        var join = _tester.Send(Join(instanceId: "a"), JoinVersion);
        _tester.Advance(3_000);
        _tester.SyncAll(1, _tester.Answer<JoinGroupResponse>(join).MemberId);

        var response = _tester.Failover().Call(Join(instanceId: "a"), JoinVersion);

        Assert.Equal((ErrorCode.None, 1, true), (response.ErrorCode, response.GenerationId, response.SkipAssignment));
    }

    [Fact]
    public void Records_survive_their_bytes()
    {
        var ids = _tester.StableGroup(2);
        _tester.CommitError(Commit(5, ids[0], 1));
        var decoded = _tester.Log.ConvertAll(record => GroupRecordTypes.Codec.Decode(
            CoordinatorRecordCodec.EncodeKey(record),
            CoordinatorRecordCodec.EncodeValue(record))!);

        var next = new GroupTester(log: decoded);

        Assert.Equal(5, next.Committed());
        Assert.Equal([1], next.Call(Sync(ids[1], 1), SyncVersion).Assignment);
    }
}
