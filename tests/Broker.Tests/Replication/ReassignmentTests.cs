using Platform.Broker.Tests.Hosting;
using Platform.Client.Admin;
using Platform.Protocol;

namespace Platform.Broker.Tests.Replication;

/// <summary>A partition moves between real brokers while it is written to.</summary>
public sealed class ReassignmentTests
{
    [Fact]
    public async Task A_partition_moves_to_other_brokers_with_all_its_records()
    {
        await using var cluster = await TestCluster.StartThreeAsync();
        await using var admin = cluster.Admin();
        await admin.CreateTopicsAsync([new NewTopic("orders") { ReplicaAssignments = On(1) }]).ThrowIfAnyFailed();
        var topic = new ReplicatedTopic(cluster, "orders");
        await using var producer = cluster.Producer();
        for (var i = 0; i < 200; i++)
            await producer.SendAsync(topic.Record(i));

        await MoveAsync(admin, "orders", 2, 3);
        for (var i = 200; i < 300; i++)
            await producer.SendAsync(topic.Record(i));

        var moved = await topic.WhenAsync(partition => partition.Replicas.SequenceEqual([2, 3]));
        Assert.Contains(moved.LeaderId, (int[])[2, 3]);
        Assert.Empty(await admin.ListPartitionReassignmentsAsync());
        Assert.Equal(Enumerable.Range(0, 300), (await topic.ReadAsync(300)).Select(record => record.Value));
    }

    private static Dictionary<int, IReadOnlyList<int>> On(params int[] brokers) => new() { [0] = brokers };

    private static Task MoveAsync(AdminClient admin, string topic, params int[] brokers) =>
        admin.AlterPartitionReassignmentsAsync(new Dictionary<TopicPartition, IReadOnlyList<int>?>
        {
            [new TopicPartition(topic, 0)] = brokers,
        }).ThrowIfAnyFailed();
}
