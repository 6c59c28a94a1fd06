using Platform.Cluster.Coordination;
using Platform.Cluster.Groups;
using Platform.Protocol.Messages;
using static Platform.Cluster.Tests.Groups.GroupRequests;

namespace Platform.Cluster.Tests.Groups;

/// <summary>KIP-211: how long offsets live.</summary>
public sealed class OffsetExpirationTests
{
    private const long RetentionMs = 1_000_000;
    private const long CheckMs = 10_000;
    private readonly GroupTester _tester = new(new GroupCoordinatorOptions
    {
        OffsetsRetentionMs = RetentionMs,
        OffsetsRetentionCheckIntervalMs = CheckMs,
        ExpiredOffsetsPerPass = 3,
    });

    [Fact]
    public void Offsets_of_a_simple_group_live_from_their_commit()
    {
        _tester.CommitError(Commit(5));

        _tester.Advance(RetentionMs - CheckMs);
        _tester.CommitError(Commit(6, partition: 1));
        Assert.Equal(5, _tester.Committed());
        _tester.Advance(CheckMs);

        Assert.Equal((-1, 6), (_tester.Committed(), _tester.Committed(partition: 1)));
    }

    [Fact]
    public void Offsets_of_an_empty_group_live_from_the_time_it_became_empty()
    {
        var ids = _tester.StableGroup(1);
        _tester.CommitError(Commit(5, ids[0], 1));
        KeepAlive(ids, RetentionMs);
        _tester.Call(Leave((ids[0], null)), 5);

        _tester.Advance(RetentionMs - CheckMs);
        Assert.Equal(5, _tester.Committed());
        _tester.Advance(2 * CheckMs);

        Assert.Equal(-1, _tester.Committed());
    }

    [Fact]
    public void With_members_only_offsets_of_topics_that_nobody_reads_expire()
    {
        var ids = _tester.StableGroup(1);
        _tester.CommitError(Commit(5, ids[0], 1));
        _tester.CommitError(Commit(6, ids[0], 1, topic: "old"));

        KeepAlive(ids, RetentionMs + CheckMs);

        Assert.Equal((5, -1), (_tester.Committed("t"), _tester.Committed("old")));
    }

    [Fact]
    public void A_retention_of_its_own_ends_an_offset_earlier()
    {
        var request = Commit(5);
        request.RetentionTimeMs = CheckMs;
        _tester.CommitError(request, version: 4);

        _tester.Advance(CheckMs);

        Assert.Equal(-1, _tester.Committed());
    }

    [Fact]
    public void A_group_goes_with_its_last_offset()
    {
        _tester.CommitError(Commit(5));

        _tester.Advance(RetentionMs + CheckMs);

        Assert.Equal("Dead", _tester.Describe().GroupState);
        Assert.IsType<GroupMetadataKey>(_tester.Log[^1].Key);
        Assert.Null(_tester.Log[^1].Value);
    }

    [Fact]
    public void A_group_that_someone_is_about_to_join_stays()
    {
        var tester = new GroupTester(new GroupCoordinatorOptions { OffsetsRetentionCheckIntervalMs = 1_000 });
        var id = tester.NewMemberId();

        tester.Advance(1_000);
        var join = tester.Send(Join(id), JoinVersion);

        Assert.True(tester.IsWaiting(join));
    }

    [Fact]
    public void A_large_cleanup_comes_in_passes()
    {
        for (var partition = 0; partition < 10; partition++)
            _tester.CommitError(Commit(partition, partition: partition));

        var key = new CoordinatorTimerKey("offset-expiration");
        var first = _tester.Shard.OnTimer(key, _tester.NowMs + RetentionMs);
        _tester.Advance(RetentionMs + CheckMs);

        Assert.Equal(3, first.Records.Count);
        Assert.False(first.IsAtomic);
        Assert.Equal("Dead", _tester.Describe().GroupState);
    }

    private void KeepAlive(string[] ids, long milliseconds)
    {
        for (var elapsed = 0L; elapsed < milliseconds; elapsed += 5_000)
        {
            foreach (var id in ids)
                _tester.Call(Heartbeat(id, 1), 4);
            _tester.Advance(5_000);
        }
    }
}
