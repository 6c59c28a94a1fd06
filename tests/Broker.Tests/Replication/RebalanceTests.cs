using Platform.Broker.Tests.Hosting;
using Platform.Client.Admin;
using Platform.Client.Balancing;
using Platform.Client.Producing;
using Platform.Protocol;

namespace Platform.Broker.Tests.Replication;

/// <summary>Plans that run on real brokers: draining one, and the throttle that moves keep to.</summary>
public sealed class RebalanceTests
{
    private static readonly TopicPartition Orders = new("orders", 0);

    [Fact]
    public async Task A_drained_broker_holds_nothing_takes_nothing_and_gets_its_share_when_it_comes_back()
    {
        await using var cluster = await TestCluster.StartThreeAsync();
        await using var admin = cluster.Admin();
        await admin.CreateTopicsAsync([new NewTopic("orders", 6, 2)]).ThrowIfAnyFailed();
        var target = new AdminRebalanceCluster(admin, TimeProvider.System);

        await target.CordonAsync(2, isCordoned: true, default);
        await RunAsync(target, new RebalanceSettings { DrainOnly = true }, drained: 2);
        await UntilAsync(async () => await TryCreateAsync(admin, 3) == ErrorCode.InvalidReplicationFactor);
        var drained = await target.ReadAsync([], default);

        Assert.True(drained.Brokers.Single(broker => broker.Id == 2).IsDrained);
        Assert.DoesNotContain(drained.Partitions, partition => partition.Replicas.Contains(2));

        await target.CordonAsync(2, isCordoned: false, default);
        var end = await RunAsync(target, new RebalanceSettings());
        var even = RebalancePlanner.Plan(await target.ReadAsync([], default));

        Assert.Empty(end.Failed);
        Assert.All(even.Before, load => Assert.Equal((4, 2), (load.Replicas, load.Leaders)));
        await UntilAsync(async () => (await admin.DescribeTopicAsync("orders"))
            .Partitions.All(partition => partition.LeaderId == partition.Replicas[0]));
    }

    [Fact]
    public async Task A_move_keeps_to_its_throttle_until_that_is_lifted()
    {
        await using var cluster = await TestCluster.StartThreeAsync(new() { ["replica.fetch.max.bytes"] = "4096" });
        await using var admin = cluster.Admin();
        await admin.CreateTopicsAsync([new NewTopic("orders")
        {
            ReplicaAssignments = new Dictionary<int, IReadOnlyList<int>> { [0] = [1] },
        }]).ThrowIfAnyFailed();
        await using (var producer = cluster.Producer())
        {
            for (var i = 0; i < 20; i++)
                await producer.SendAsync(new ProducerRecord("orders", new byte[4000]));
        }
        var target = new AdminRebalanceCluster(admin, TimeProvider.System);
        var move = new PlannedMove(Orders, [1], [2], 80_000, "test");

        // A byte per second: after the first batch there is debt for an hour.
        await target.ThrottleAsync([move], 1, default);
        await target.BeginAsync([move], default).ThrowIfAnyFailed();
        await UntilAsync(async () => await SizeAsync(admin, 2) > 0);
        var held = await SizeAsync(admin, 2);
        var moving = await target.MovesAsync(default);
        await target.UnthrottleAsync(default);
        await UntilAsync(async () => (await admin.ListPartitionReassignmentsAsync()).Count == 0);

        Assert.InRange(held, 1, 40_000);
        Assert.Equal([2], moving.Single().Adding);
        Assert.Equal([1], moving.Single().Removing);
        Assert.Equal([2], (await admin.DescribeTopicAsync("orders")).Partitions[0].Replicas);
        Assert.True(await SizeAsync(admin, 2) > 80_000);
    }

    private static async Task<RebalanceProgress> RunAsync(
        AdminRebalanceCluster target, RebalanceSettings settings, params int[] drained)
    {
        var plan = RebalancePlanner.Plan(await target.ReadAsync(drained, default), settings);
        return await new RebalanceRunner(target,
            new RebalanceRunSettings { Interval = TimeSpan.FromMilliseconds(20) }, TimeProvider.System, _ => { })
            .RunAsync(plan);
    }

    private static async Task<ErrorCode> TryCreateAsync(AdminClient admin, short replicas) =>
        (await admin.CreateTopicsAsync([new NewTopic("probe", 1, replicas)], validateOnly: true)).Single().Error;

    private static async Task<long> SizeAsync(AdminClient admin, int broker) =>
        (await admin.DescribeLogDirsAsync(broker)).SelectMany(directory => directory.Replicas)
            .Where(replica => replica.Partition == Orders).Sum(replica => replica.SizeInBytes);

    // Each question waits for its answer.
    private static async Task UntilAsync(Func<Task<bool>> condition)
    {
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(60));
        while (!await condition())
            limit.Token.ThrowIfCancellationRequested();
    }
}
