using Platform.Cluster.Replication;
using Platform.Protocol;

namespace Platform.Cluster.Tests.Replication;

/// <summary>Who joins and leaves the in-sync replicas of a partition led by broker 1, with its log at 5 to 10: the leader
/// took office at 5.</summary>
public sealed class IsrTests
{
    private readonly Brokers _brokers = new();

    [Theory]
    [InlineData(10, true)]
    [InlineData(7, true)]
    [InlineData(6, false)]
    public void A_follower_joins_when_it_holds_everything_that_is_committed(long fetchOffset, bool joins)
    {
        var leader = Leader(isr: [1, 2]);
        Fetch(leader, 2, 7);

        Fetch(leader, 3, fetchOffset, nowMs: Brokers.MaxLagMs * 2);

        Assert.Equal(joins, leader.ProposeExpansion(3) is not null);
    }

    [Fact]
    public void A_follower_joins_only_from_the_start_of_the_leaders_epoch_on()
    {
        var leader = Leader(isr: [1, 2]);

        Fetch(leader, 3, 4);
        var early = leader.ProposeExpansion(3);
        Fetch(leader, 3, 5);

        Assert.Null(early);
        Assert.NotNull(leader.ProposeExpansion(3));
    }

    [Fact]
    public void A_fenced_follower_does_not_join()
    {
        var leader = Leader(isr: [1, 2]);
        Fetch(leader, 3, 10);
        _brokers.Fence(3);

        Assert.Null(leader.ProposeExpansion(3));
    }

    [Fact]
    public void A_follower_that_registered_anew_since_it_fetched_does_not_join()
    {
        var leader = Leader(isr: [1, 2]);
        Fetch(leader, 3, 10);
        _brokers.RegisterAnew(3);

        Assert.Null(leader.ProposeExpansion(3));
    }

    [Fact]
    public void A_proposal_names_every_member_with_the_epoch_in_which_it_was_seen()
    {
        var leader = Leader(isr: [1, 2], partitionEpoch: 4);
        Fetch(leader, 2, 10);
        Fetch(leader, 3, 10);

        var change = leader.ProposeExpansion(3)!;

        Assert.Equal([new IsrMember(1, 10), new IsrMember(2, 20), new IsrMember(3, 30)], change.NewIsr);
        Assert.Equal((7, 4), (change.LeaderEpoch, change.PartitionEpoch));
    }

    [Fact]
    public void A_joining_follower_holds_the_watermark_back_before_the_controller_has_answered()
    {
        var leader = Leader(isr: [1, 2]);
        Fetch(leader, 2, 10);
        Fetch(leader, 3, 10);
        leader.ProposeExpansion(3);

        leader.OnLocalAppend(20, Brokers.MaxLagMs * 5);
        Fetch(leader, 2, 20, Brokers.MaxLagMs * 5);

        Assert.Equal(10, leader.HighWatermark);
        Assert.Equal([1, 2], leader.Isr);
    }

    [Fact]
    public void A_leaving_follower_holds_the_watermark_back_until_the_controller_has_answered()
    {
        var leader = Leader(isr: [1, 2]);
        Fetch(leader, 2, 7);
        var change = leader.ProposeShrink(Brokers.MaxLagMs * 3)!;
        var before = leader.HighWatermark;

        var outcome = leader.OnIsrAnswer(change, new IsrAnswer(ErrorCode.None, 7, 1, [1]), Brokers.MaxLagMs * 3);

        Assert.Equal(7, before);
        Assert.Equal(IsrOutcome.Committed, outcome);
        Assert.Equal(10, leader.HighWatermark);
        Assert.Equal([1], leader.Isr);
    }

    [Fact]
    public void There_is_one_change_at_a_time()
    {
        var leader = Leader(isr: [1, 2]);
        Fetch(leader, 3, 10);

        var first = leader.ProposeExpansion(3);

        Assert.NotNull(first);
        Assert.Null(leader.ProposeExpansion(3));
        Assert.Null(leader.ProposeShrink(Brokers.MaxLagMs * 9));
    }

    [Fact]
    public void A_follower_that_is_silent_for_the_lag_time_leaves()
    {
        var leader = Leader(isr: [1, 2, 3]);
        Fetch(leader, 2, 9, nowMs: 0);
        Fetch(leader, 3, 10, nowMs: 0);

        var early = leader.ProposeShrink(Brokers.MaxLagMs);
        var late = leader.ProposeShrink(Brokers.MaxLagMs + 1)!;

        Assert.Null(early);
        Assert.Equal([1, 3], late.NewIsr.Select(member => member.BrokerId));
    }

    [Fact]
    public void A_follower_that_keeps_pace_one_fetch_behind_stays()
    {
        var leader = Leader(isr: [1, 2]);
        var end = 10L;
        for (var now = 0L; now < Brokers.MaxLagMs * 4; now += 100)
        {
            Fetch(leader, 2, end - 1, now);
            leader.OnLocalAppend(++end, now);
        }

        Assert.Null(leader.ProposeShrink(Brokers.MaxLagMs * 4));
    }

    [Theory]
    [InlineData(ErrorCode.IneligibleReplica, IsrOutcome.Refused)]
    [InlineData(ErrorCode.OperationNotAttempted, IsrOutcome.Refused)]
    [InlineData(ErrorCode.InvalidUpdateVersion, IsrOutcome.Unsettled)]
    [InlineData(ErrorCode.FencedLeaderEpoch, IsrOutcome.Unsettled)]
    [InlineData(ErrorCode.NotController, IsrOutcome.Retry)]
    [InlineData(ErrorCode.RequestTimedOut, IsrOutcome.Retry)]
    public void What_a_refusal_means(ErrorCode error, IsrOutcome expected)
    {
        var leader = Leader(isr: [1, 2]);
        Fetch(leader, 3, 10);
        var change = leader.ProposeExpansion(3)!;

        var outcome = leader.OnIsrAnswer(change, IsrAnswer.Failed(error), nowMs: 0);

        Assert.Equal(expected, outcome);
        Assert.Equal(expected != IsrOutcome.Refused, leader.IsrState.IsInFlight);
        Assert.Equal([1, 2], leader.Isr);
    }

    [Fact]
    public void Metadata_that_comes_before_the_answer_settles_the_change()
    {
        var leader = Leader(isr: [1, 2]);
        Fetch(leader, 3, 10);
        var change = leader.ProposeExpansion(3)!;
        leader.OnReplicasChanged(new ReplicaSet([1, 2, 3], [1, 2, 3], 1, PartitionEpoch: 1), nowMs: 0);

        var outcome = leader.OnIsrAnswer(change, new IsrAnswer(ErrorCode.None, 7, 1, [1, 2, 3]), nowMs: 0);

        Assert.Equal(IsrOutcome.Obsolete, outcome);
        Assert.Equal([1, 2, 3], leader.Isr);
        Assert.False(leader.IsrState.IsInFlight);
    }

    private LeaderReplica Leader(int[] isr, int partitionEpoch = 0)
    {
        var leader = new LeaderReplica(1, leaderEpoch: 7, new ReplicaSet([1, 2, 3], isr, 1, partitionEpoch),
            logEndOffset: 5, highWatermark: 0, _brokers.Rules, nowMs: 0);
        leader.OnLocalAppend(10, nowMs: 0);
        return leader;
    }

    private static bool Fetch(LeaderReplica leader, int broker, long offset, long nowMs = 0) =>
        leader.OnFollowerFetch(new FollowerFetch(broker, Brokers.EpochOf(broker), offset), nowMs);
}
