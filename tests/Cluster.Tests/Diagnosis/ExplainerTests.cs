using Platform.Cluster.Controller;
using Platform.Cluster.Diagnosis;
using Platform.Cluster.Metadata;
using Platform.Cluster.Raft;
using Platform.Cluster.Replication;
using Platform.Cluster.Tests.Controller;
using Platform.Cluster.Tests.Replication;
using Platform.Protocol;
using Platform.Protocol.Messages;

namespace Platform.Cluster.Tests.Diagnosis;

/// <summary>What changes of the metadata are called, with the records that the controller really writes.</summary>
public sealed class ExplainerTests
{
    private const long NowMs = 5_000;
    private readonly TestController _controller = new(brokers: 3);

    [Fact]
    public void A_fenced_broker_is_the_cause_of_what_follows()
    {
        _controller.CreateTopic("orders", [1, 2, 3]);
        _controller.Heartbeats.Activate(_controller.Image.Cluster, _controller.NowMs);
        foreach (var alive in new[] { 2, 3 })
            Touch(alive, _controller.NowMs + TestController.SessionTimeoutMs);
        _controller.NowMs += TestController.SessionTimeoutMs + 1;

        var told = Texts(() => _controller.Run(FenceBroker.Expired));

        Assert.Equal(
        [
            "broker 1 was fenced: the active controller heard no heartbeat of it for broker.session.timeout.ms",
            "the leadership of orders-0 moved from broker 1 to broker 2: broker 1 is fenced, since the controller heard nothing of it",
            "broker 1 left the ISR of orders-0 [2 3]: broker 1 is fenced, since the controller heard nothing of it",
        ], told);
    }

    [Fact]
    public void A_broker_that_hands_over_is_told_from_one_that_died()
    {
        _controller.CreateTopic("orders", [1, 2]);

        var told = Texts(() => _controller.Run(c => BrokerHeartbeat.Handle(c, _controller.Heartbeat(1, wantShutDown: true))));

        Assert.Contains("broker 1 was asked to end, and hands over what it leads", told);
        Assert.Contains("the leadership of orders-0 moved from broker 1 to broker 2: broker 1 shuts down", told);
    }

    [Fact]
    public void A_partition_without_leader_names_who_was_in_sync()
    {
        _controller.CreateTopic("orders", [1]);

        var told = Texts(() => _controller.Run(c => BrokerHeartbeat.Handle(c, _controller.Heartbeat(1, wantShutDown: true))));

        Assert.Contains("orders-0 has no leader: broker 1 shuts down, and no other of the ISR [1] can lead", told);
    }

    [Fact]
    public void An_unclean_election_says_that_records_are_lost()
    {
        _controller.CreateTopic("orders", [1, 2]);
        _controller.Replay([Change(leader: 1, isr: [1])]);

        var told = Texts(() => _controller.Replay(
            [Change(leader: 2, isr: [2], recovery: LeaderRecoveryState.Recovering)]));

        Assert.Contains("Records that only they had are lost", told[0]);
        Assert.Contains("nobody of the ISR [1] was left", told[0]);
    }

    [Fact]
    public void A_move_is_told_when_it_begins_and_when_it_ends()
    {
        _controller.CreateTopic("orders", [1, 2]);

        var began = Texts(() => _controller.Replay([new PartitionChangeRecord
        {
            TopicId = Topic(), PartitionId = 0, Replicas = [1, 2, 3], AddingReplicas = [3], RemovingReplicas = [1],
        }]));
        var ended = Texts(() => _controller.Replay([new PartitionChangeRecord
        {
            TopicId = Topic(), PartitionId = 0, Replicas = [2, 3], AddingReplicas = [], RemovingReplicas = [], Isr = [2, 3], Leader = 2,
        }]));

        Assert.Equal(["orders-0 moves from [1 2] to [2 3]: broker 3 copies it, then broker 1 will drop it"], began);
        Assert.Contains("orders-0 has moved to [2 3]: all of its new replicas are in sync", ended);
        Assert.Contains("the leadership of orders-0 moved from broker 1 to broker 2: the reassignment takes the partition away from broker 1", ended);
    }

    [Fact]
    public void Many_of_a_kind_are_counted()
    {
        _controller.CreateTopic("orders", [.. Enumerable.Repeat(new[] { 1, 2 }, 100)]);

        var told = Texts(() => _controller.Run(c => BrokerHeartbeat.Handle(c, _controller.Heartbeat(1, wantShutDown: true))));

        Assert.Equal(1 + (2 * (MetadataExplainer.MaxAlike + 1)), told.Count);
        Assert.Contains(told, text => text.StartsWith("and the same for 80 more partitions", StringComparison.Ordinal));
    }

    [Fact]
    public void A_leader_tells_how_slow_the_follower_was()
    {
        var lag = new FollowerLag(2, CaughtUpAgoMs: 31_000, RecordsBehind: 70_000, FetchedPerSecond: 4_000, AppendedPerSecond: 11_000, HasNeverFetched: false);

        var told = LagExplainer.Explain("orders-3", [lag], [1, 3], partitionEpoch: 9, bytesPerRecord: 1_000, NowMs);

        Assert.Equal("broker 2 left the ISR of orders-3 [1 3]: it last caught up 31 s ago and is 70,000 records behind, "
            + "fetching at 4 MB/s against 11 MB/s written", told.Text);
        Assert.True(told.IsFirstHand);
    }

    [Fact]
    public void The_rates_are_those_between_two_looks()
    {
        var brokers = new Brokers();
        var leader = new LeaderReplica(1, leaderEpoch: 1, new ReplicaSet([1, 2], [1, 2], 1, PartitionEpoch: 0),
            logEndOffset: 0, highWatermark: 0, brokers.Rules, nowMs: 0);
        var maxLagMs = brokers.Rules.MaxLagMs;
        leader.OnLocalAppend(1_000, nowMs: 0);
        leader.OnFollowerFetch(new FollowerFetch(2, Brokers.EpochOf(2), 100), nowMs: 0);
        Assert.Null(leader.ProposeShrink(maxLagMs));

        leader.OnLocalAppend(12_000, nowMs: maxLagMs + 500);
        leader.OnFollowerFetch(new FollowerFetch(2, Brokers.EpochOf(2), 4_100), nowMs: maxLagMs + 500);
        var change = leader.ProposeShrink(maxLagMs + 1_000)!;

        var lag = Assert.Single(change.Lags);
        Assert.Equal((4_000, 11_000), (lag.FetchedPerSecond, lag.AppendedPerSecond));
        Assert.Equal(7_900, lag.RecordsBehind);
    }

    [Theory]
    [InlineData(1, 4, 2, 5, "node 2 is the active controller since epoch 5: a majority elected it after node 1 (epoch 4)")]
    [InlineData(1, 4, -1, 4, "node 3 lost touch with the active controller, node 1: no answer for controller.quorum.fetch.timeout.ms. "
        + "It asks the other voters whether they hear it")]
    [InlineData(-1, 4, 1, 5, "node 1 is the active controller since epoch 5: a majority of voters elected it")]
    public void Elections_of_the_quorum_are_told(int leader, int epoch, int nextLeader, int nextEpoch, string expected)
    {
        var told = QuorumExplainer.Explain(3, At(leader, epoch), At(nextLeader, nextEpoch), NowMs);

        Assert.Equal(expected, told!.Text);
    }

    private static LeaderAndEpoch At(int leader, int epoch) => new(leader < 0 ? null : leader, epoch);

    private void Touch(int broker, long nowMs)
    {
        var before = _controller.NowMs;
        _controller.NowMs = nowMs;
        _controller.Run(c => BrokerHeartbeat.Handle(c, _controller.Heartbeat(broker)));
        _controller.NowMs = before;
    }

    private Uuid Topic() => _controller.Image.Topics.Find("orders")!.Id;

    private PartitionChangeRecord Change(int leader, int[]? isr = null, LeaderRecoveryState? recovery = null)
    {
        var record = new PartitionChangeRecord { TopicId = Topic(), PartitionId = 0, Leader = leader, Isr = isr?.ToList() };
        if (recovery is { } state)
            record.LeaderRecoveryState = (sbyte)state;
        return record;
    }

    // What the difference between before and after is called.
    private List<string> Texts(Action act)
    {
        var before = _controller.Image;
        act();
        var delta = MetadataDelta.Between(before, _controller.Image);
        return [.. MetadataExplainer.Explain(delta, _controller.Image, NowMs).Select(told => told.Text)];
    }
}
