using Platform.Cluster.Replication;
using Platform.Protocol;

namespace Platform.Cluster.Tests.Replication;

public sealed class FollowerReplicaTests
{
    // The follower's log: epoch 1 from 0 to 10, epoch 3 from 10 to 20.
    private static readonly (int Epoch, long EndOffset)[] Epochs = [(1, 10), (3, 20)];

    [Theory]
    [InlineData(3, 15, 15, "the epoch is known to both and ends earlier at the leader")]
    [InlineData(3, 30, 20, "the epoch goes on at the leader: nothing here is wrong")]
    [InlineData(2, 14, 10, "the leader's epoch 2 is unknown here: back to the end of epoch 1")]
    [InlineData(1, 8, 8, "the common epoch ended before ours did")]
    [InlineData(1, 12, 10, "the common epoch went on elsewhere")]
    [InlineData(0, 5, 5, "the leader's epoch is older than all here")]
    public void A_log_is_cut_where_it_stops_being_the_leaders(int epoch, long endOffset, long expected, string why)
    {
        var point = FollowerReplica.TruncationPoint(epoch, endOffset, logEndOffset: 20, EndOf);

        Assert.True(expected == point, $"{why}: {point}");
    }

    [Theory]
    [InlineData(0, 15, 15, false)]
    [InlineData(0, 40, 20, false)]
    [InlineData(20, 40, 20, false)]
    [InlineData(25, 40, 25, true)]
    public void Out_of_range_goes_on_within_the_leaders_log(
        long leaderStart, long leaderEnd, long expectedOffset, bool startsOver)
    {
        var step = FollowerReplica.OnOutOfRange(leaderStart, leaderEnd, logEndOffset: 20);

        Assert.Equal(new OutOfRangeStep(expectedOffset, startsOver), step);
    }

    [Theory]
    [InlineData(15, 15)]
    [InlineData(25, 20)]
    public void High_watermark_of_a_follower_is_the_leaders_as_far_as_records_are_here(long leaders, long expected) =>
        Assert.Equal(expected, FollowerReplica.HighWatermark(leaders, logEndOffset: 20));

    [Fact]
    public void An_error_makes_the_partition_wait_and_data_end_the_wait()
    {
        var follower = new FollowerReplica(leaderId: 1, leaderEpoch: 0);

        follower.OnError(ErrorCode.CorruptMessage, nowMs: 100, backoffMs: 50);

        Assert.False(follower.IsDue(149));
        Assert.True(follower.IsDue(150));
    }

    [Fact]
    public void A_leader_that_does_not_know_yet_is_asked_again_soon_and_then_less_and_less_often()
    {
        var follower = new FollowerReplica(leaderId: 1, leaderEpoch: 0);
        var pauses = new List<long>();

        for (var i = 0; i < 4; i++)
        {
            follower.OnError(ErrorCode.UnknownLeaderEpoch, nowMs: 0, backoffMs: 100);
            pauses.Add(follower.RetryAtMs);
        }

        Assert.Equal([20, 40, 80, 100], pauses);
    }

    [Fact]
    public void A_fenced_epoch_is_not_asked_for_again()
    {
        var follower = new FollowerReplica(leaderId: 1, leaderEpoch: 0);

        follower.OnError(ErrorCode.FencedLeaderEpoch, nowMs: 100, backoffMs: 50);

        Assert.False(follower.IsDue(long.MaxValue));
    }

    [Fact]
    public void Lag_is_what_is_committed_at_the_leader_and_not_here()
    {
        var follower = new FollowerReplica(leaderId: 1, leaderEpoch: 0);

        follower.OnFetched(leaderHighWatermark: 30, logEndOffset: 20);

        Assert.Equal(10, follower.Lag);
    }

    private static (int Epoch, long EndOffset) EndOf(int epoch) =>
        Epochs.LastOrDefault(entry => entry.Epoch <= epoch, (-1, -1));
}
