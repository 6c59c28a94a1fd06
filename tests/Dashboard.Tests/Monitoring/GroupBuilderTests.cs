using Platform.Dashboard.Monitoring;

namespace Platform.Dashboard.Tests.Monitoring;

public sealed class GroupBuilderTests
{
    private readonly FakeCluster _cluster = new FakeCluster().WithBrokers(1).WithTopic("orders", partitions: 2);
    private SampleState _state = SampleState.Empty;

    private GroupState After(long nowMs) =>
        (_state = SnapshotBuilder.Next(_state, _cluster.Facts, nowMs)).Snapshot!.Group("billing")!;

    [Fact]
    public void Lag_is_the_distance_from_the_commit_to_the_end()
    {
        _cluster.At("orders", 0, 0, 100).At("orders", 1, 0, 50).WithGroup("billing", "Stable", 1, "orders", 90, 50);

        var group = After(1_000);

        Assert.Equal([10, 0], group.Partitions.Select(partition => partition.Lag!.Value));
        Assert.Equal(10, group.TotalLag);
    }

    [Fact]
    public void A_commit_that_is_newer_than_the_end_means_no_lag()
    {
        _cluster.At("orders", 0, 0, 100).WithGroup("billing", "Stable", 1, "orders", 104);

        Assert.Equal(0, After(1_000).TotalLag);
    }

    [Fact]
    public void Each_partition_names_its_member_and_host()
    {
        _cluster.WithGroup("billing", "Stable", 2, "orders", 0, 0);

        var group = After(1_000);

        Assert.Equal(["/10.0.0.1", "/10.0.0.2"], group.Partitions.Select(partition => partition.Owner!.Host));
    }

    [Fact]
    public void A_group_that_is_listed_as_empty_has_no_members_even_if_it_was_described_earlier()
    {
        _cluster.WithGroup("billing", "Stable", 2, "orders", 0, 0);
        After(1_000);
        _cluster.WithGroup("billing", "Empty", 2, "orders", 0, 0);

        Assert.Empty(After(2_000).Members);
    }

    [Fact]
    public void Consumption_settles_at_the_speed_of_the_commits()
    {
        for (var second = 1; second <= 60; second++)
        {
            _cluster.WithGroup("billing", "Stable", 1, "orders", second * 40);
            After(second * 1_000);
        }

        Assert.InRange(_state.Snapshot!.Totals.ConsumedPerSecond, 39.9, 40.1);
    }

    [Fact]
    public void Lag_history_has_a_bound()
    {
        _cluster.WithGroup("billing", "Stable", 1, "orders", 0);

        for (var second = 1; second <= 1_000; second++)
            After(second * 1_000);

        Assert.Equal(LagTrend.MaxPoints, After(1_001_000).LagHistory.Length);
    }

    [Fact]
    public void Lag_that_only_grows_between_two_commits_is_not_falling_behind()
    {
        for (var second = 1; second <= 300; second++)
        {
            _cluster.At("orders", 0, 0, second * 100)
                .WithGroup("billing", "Stable", 1, "orders", (second - second % 5) * 100);
            After(second * 1_000);
        }

        var group = _state.Snapshot!.Group("billing")!;
        Assert.False(group.IsFallingBehind);
        Assert.Equal(100, group.ConsumedPerSecond, precision: 3);
    }

    [Fact]
    public void A_group_that_reads_more_slowly_than_is_written_is_falling_behind()
    {
        for (var second = 1; second <= 300; second++)
        {
            _cluster.At("orders", 0, 0, second * 100)
                .WithGroup("billing", "Stable", 1, "orders", (second - second % 5) * 50);
            After(second * 1_000);
        }

        Assert.True(_state.Snapshot!.Group("billing")!.IsFallingBehind);
    }

    [Fact]
    public void A_lag_that_grows_steadily_has_its_growth_as_slope()
    {
        for (var second = 1; second <= 100; second++)
        {
            _cluster.At("orders", 0, 0, second * 25).WithGroup("billing", "Stable", 1, "orders", 0);
            After(second * 1_000);
        }

        Assert.Equal(25, _state.Snapshot!.Group("billing")!.LagSlope!.Value, precision: 3);
    }
}
