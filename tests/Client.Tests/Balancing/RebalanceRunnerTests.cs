using Platform.Client.Admin;
using Platform.Client.Balancing;
using Platform.Protocol;

namespace Platform.Client.Tests.Balancing;

/// <summary>How a plan is run: gently, resumably, to its end.</summary>
public sealed class RebalanceRunnerTests
{
    private static readonly RebalanceRunSettings Settings = new()
    {
        BytesPerSecond = 1000, LeastBytesPerSecond = 100, MaxConcurrentMoves = 2, Interval = TimeSpan.FromMilliseconds(1),
    };

    private static PlannedMove Move(int partition, bool leaderOnly = false) => new(
        new TopicPartition("t", partition), [1, 2], leaderOnly ? [2, 1] : [1, 3], 10, "because");

    private static RebalancePlan Plan(params PlannedMove[] moves) => new(moves, [], [], [], false);

    [Fact]
    public async Task Few_partitions_are_copied_at_a_time_and_all_in_the_end()
    {
        var cluster = new FakeRebalanceCluster();

        var end = await new RebalanceRunner(cluster, Settings, TimeProvider.System, _ => { })
            .RunAsync(Plan([.. Enumerable.Range(0, 7).Select(number => Move(number))]));

        Assert.Equal((7, 0), (end.Done, end.Waiting));
        Assert.Equal(2, cluster.MostUnderWay);
        Assert.Equal(7, cluster.Elected.Count);
        Assert.False(cluster.IsThrottled);
    }

    [Fact]
    public async Task Moves_that_only_change_the_leader_do_not_wait_for_copies()
    {
        var cluster = new FakeRebalanceCluster { NeverCompletes = true };
        using var stop = new CancellationTokenSource();
        RebalanceProgress? last = null;

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() =>
            new RebalanceRunner(cluster, Settings, TimeProvider.System, progress =>
            {
                last = progress;
                if (progress.Done == 2)
                    stop.Cancel();
            }).RunAsync(Plan(Move(0, leaderOnly: true), Move(1, leaderOnly: true), Move(2)), stop.Token));

        Assert.Equal([new TopicPartition("t", 0), new TopicPartition("t", 1)], cluster.Elected);
        Assert.True(cluster.IsThrottled);
    }

    [Fact]
    public async Task A_run_that_was_stopped_is_resumed_by_waiting_for_what_moves_already()
    {
        var cluster = new FakeRebalanceCluster();
        cluster.Moving.Add(new TopicPartition("other", 0));

        var end = await new RebalanceRunner(cluster, Settings, TimeProvider.System, _ => { }).RunAsync(Plan());

        Assert.Empty(end.UnderWay);
        Assert.False(cluster.IsThrottled);
    }

    [Fact]
    public async Task A_move_that_is_refused_is_told_and_the_others_go_on()
    {
        var cluster = new FakeRebalanceCluster { Refuse = new TopicPartition("t", 1) };

        var end = await new RebalanceRunner(cluster, Settings, TimeProvider.System, _ => { })
            .RunAsync(Plan(Move(0), Move(1), Move(2)));

        Assert.Equal(2, end.Done);
        Assert.Equal("t-1: no such broker", end.Failed.Single());
    }

    [Fact]
    public void No_copy_begins_while_the_cluster_suffers()
    {
        var run = new RebalanceRun(Plan(Move(0), Move(1)), Settings);
        run.Throttle.Observe(new ClusterHealth(0, 5));
        run.Throttle.Observe(new ClusterHealth(3, 5));

        var held = run.Next([]);
        run.Throttle.Observe(new ClusterHealth(0, 5));
        var begun = run.Next([]);

        Assert.Empty(held.Begin);
        Assert.False(held.IsDone);
        Assert.Equal(2, begun.Begin.Count);
    }

    [Theory]
    [InlineData(1, 5, "1 partitions are under-replicated, 0 were before")]
    [InlineData(0, 90, "brokers take 90 ms to answer, 5 ms before")]
    public void The_throttle_is_halved_when_the_cluster_suffers(int underReplicated, double latencyMs, string complaint)
    {
        var throttle = new AdaptiveThrottle(1000, 100);
        throttle.Observe(new ClusterHealth(0, 5));

        var changed = throttle.Observe(new ClusterHealth(underReplicated, latencyMs));

        Assert.True(changed);
        Assert.Equal((500, complaint), (throttle.BytesPerSecond, throttle.Complaint));
    }

    [Fact]
    public void The_throttle_keeps_a_rest_and_grows_back_step_by_step()
    {
        var throttle = new AdaptiveThrottle(1000, 100);
        throttle.Observe(new ClusterHealth(0, 5));
        for (var i = 0; i < 10; i++)
            throttle.Observe(new ClusterHealth(9, 5));
        var least = throttle.BytesPerSecond;

        throttle.Observe(new ClusterHealth(0, 6));

        Assert.Equal((100, 200), (least, throttle.BytesPerSecond));
    }
}
