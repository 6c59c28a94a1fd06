using Platform.Client;
using Platform.Client.Admin;
using Platform.Client.Producing;
using Platform.Protocol;

namespace Platform.Broker.Tests.Hosting;

/// <summary>Nodes that find each other over sockets: quorum, forwarding, observers, roles.</summary>
public sealed class SeveralNodesTests
{
    [Fact]
    public async Task Every_broker_creates_topics_and_sees_them_at_once_whoever_the_controller_is()
    {
        await using var cluster = await TestCluster.StartThreeAsync();

        foreach (var (id, node) in cluster.Running)
        {
            await using var admin = new AdminClient(new ClientOptions { BootstrapServers = node.BootstrapServers });

            var created = await admin.CreateTopicsAsync([new NewTopic($"by-{id}", 3, 1)]);
            var described = await admin.DescribeTopicAsync($"by-{id}");

            Assert.All(created, result => Assert.Equal(ErrorCode.None, result.Error));
            Assert.Equal(3, described.Partitions.Count);
        }
    }

    [Fact]
    public async Task Leaders_are_spread_over_the_brokers_and_records_go_to_each()
    {
        await using var cluster = await TestCluster.StartThreeAsync();
        await using var admin = cluster.Admin();
        await admin.CreateTopicsAsync([new NewTopic("orders", 3, 1)]);
        await using var producer = cluster.Producer();

        for (var partition = 0; partition < 3; partition++)
        {
            var sent = await producer.SendAsync(new ProducerRecord("orders", "hello"u8.ToArray()) { Partition = partition });

            Assert.Equal(0, sent.Offset);
        }

        var topic = await admin.DescribeTopicAsync("orders");
        Assert.Equal(3, topic.Partitions.Select(partition => partition.LeaderId).Distinct().Count());
    }

    [Fact]
    public async Task A_controller_apart_serves_brokers_that_only_follow_the_metadata()
    {
        await using var cluster = await TestCluster.StartAsync(["controller", "broker", "broker"]);
        await using var admin = cluster.Admin();

        await admin.CreateTopicsAsync([new NewTopic("orders", 2, 1)]);

        var topic = await admin.DescribeTopicAsync("orders");
        Assert.Equal([2, 3], topic.Partitions.Select(partition => partition.LeaderId).Order());
    }

    [Fact]
    public async Task When_the_active_controller_is_killed_the_others_go_on_creating_topics()
    {
        await using var cluster = await TestCluster.StartThreeAsync();
        await using var before = cluster.Admin();
        await before.CreateTopicsAsync([new NewTopic("before", 1, 1)]);

        await cluster.KillAsync((await before.DescribeQuorumAsync()).LeaderId);

        await using var after = cluster.Admin();
        var created = await after.CreateTopicsAsync([new NewTopic("after", 1, 1)]);
        Assert.All(created, result => Assert.Equal(ErrorCode.None, result.Error));
        Assert.NotNull(await after.DescribeTopicAsync("before"));
    }

    [Fact]
    public async Task A_node_that_was_away_catches_up_when_it_is_back()
    {
        await using var cluster = await TestCluster.StartThreeAsync();
        await cluster.StopAsync(3);
        await using (var admin = cluster.Admin())
            await admin.CreateTopicsAsync([new NewTopic("meanwhile", 1, 1)]);

        await cluster.StartAsync(3);

        await using var returned = new AdminClient(new ClientOptions { BootstrapServers = cluster.Running[3].BootstrapServers });
        Assert.NotNull(await returned.DescribeTopicAsync("meanwhile"));
    }
}
