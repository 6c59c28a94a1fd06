using Platform.Dashboard.Monitoring;
using Platform.Protocol;

namespace Platform.Dashboard.Tests.Monitoring;

public sealed class SnapshotBuilderTests
{
    private readonly FakeCluster _cluster = new FakeCluster().WithBrokers(1, 2);
    private SampleState _state = SampleState.Empty;

    private ClusterSnapshot After(long nowMs) =>
        (_state = SnapshotBuilder.Next(_state, _cluster.Facts, nowMs)).Snapshot!;

    [Fact]
    public void The_rate_of_a_topic_is_the_growth_of_its_ends_over_time()
    {
        _cluster.WithTopic("orders", partitions: 2);
        After(1_000);

        _cluster.At("orders", 0, 0, 300).At("orders", 1, 0, 100);
        var snapshot = After(3_000);

        Assert.Equal(200, snapshot.Topic("orders")!.MessagesPerSecond);
        Assert.Equal(200, snapshot.Totals.MessagesInPerSecond);
    }

    [Fact]
    public void The_first_snapshot_has_no_rates()
    {
        _cluster.WithTopic("orders").At("orders", 0, 0, 5_000);

        Assert.Equal(0, After(1_000).Totals.MessagesInPerSecond);
    }

    [Fact]
    public void All_that_a_new_topic_holds_was_written_just_now()
    {
        After(1_000);

        _cluster.WithTopic("orders").At("orders", 0, 0, 200);

        Assert.Equal(200, After(2_000).Totals.MessagesInPerSecond);
    }

    [Fact]
    public void A_partition_whose_leader_does_not_answer_keeps_its_end()
    {
        _cluster.WithTopic("orders").At("orders", 0, 0, 500);
        After(1_000);

        _state = SnapshotBuilder.Next(_state,
            _cluster.Facts with { EndOffsets = new Dictionary<TopicPartition, long>() }, 2_000);

        Assert.Equal(500, _state.Snapshot!.Topic("orders")!.Partitions[0].EndOffset);
        Assert.Equal(0, After(3_000).Topic("orders")!.MessagesPerSecond);
    }

    [Fact]
    public void A_topic_that_was_made_anew_has_no_negative_rate()
    {
        _cluster.WithTopic("orders").At("orders", 0, 0, 500);
        After(1_000);

        _cluster.At("orders", 0, 0, 10);

        Assert.Equal(0, After(2_000).Topic("orders")!.MessagesPerSecond);
    }

    [Fact]
    public void Internal_topics_are_counted_as_partitions_but_not_as_throughput()
    {
        _cluster.WithTopic("__consumer_offsets", isInternal: true);
        After(1_000);

        _cluster.At("__consumer_offsets", 0, 0, 900);
        var totals = After(2_000).Totals;

        Assert.Equal(0, totals.MessagesInPerSecond);
        Assert.Equal(1, totals.Partitions);
    }

    [Fact]
    public void What_was_not_asked_this_round_keeps_its_last_value()
    {
        _cluster.WithTopic("orders").At("orders", 0, 20, 500);
        After(1_000);

        _state = SnapshotBuilder.Next(_state,
            _cluster.Facts with { EndOffsets = null, StartOffsets = null, LogSizes = null }, 2_000);

        var partition = _state.Snapshot!.Topic("orders")!.Partitions[0];
        Assert.Equal((20, 500), (partition.StartOffset, partition.EndOffset));
        Assert.Equal(100_000, partition.SizeBytes);
    }

    [Fact]
    public void A_broker_that_is_only_named_as_replica_is_not_alive()
    {
        _cluster.WithTopic("orders", replicas: [1, 7], isr: [1]);

        var broker = After(1_000).Broker(7)!;

        Assert.False(broker.IsAlive);
        Assert.Equal((0, 1, 1), (broker.Leaders, broker.Replicas, broker.OutOfSync));
    }

    [Fact]
    public void Bytes_and_requests_are_unknown_without_counters()
    {
        After(1_000);

        var totals = After(2_000).Totals;

        Assert.Null(totals.BytesInPerSecond);
        Assert.Null(totals.RequestsPerSecond);
    }

    [Fact]
    public void Bytes_and_requests_are_the_growth_of_the_counters()
    {
        _cluster.Counters = new BrokerCounters(1_000, 2_000, 10);
        After(1_000);

        _cluster.Counters = new BrokerCounters(3_000, 8_000, 30);
        var totals = After(3_000).Totals;

        Assert.Equal((1_000, 3_000, 10), (totals.BytesInPerSecond, totals.BytesOutPerSecond, totals.RequestsPerSecond));
    }
}
