using Platform.Broker.Tests.Hosting;
using Platform.Client;
using Platform.Client.Consuming;
using Platform.Client.Producing;
using Platform.Protocol;

namespace Platform.Broker.Tests.Replication;

/// <summary>Three real nodes on loopback; leaders die, come back and leave in order.</summary>
public sealed class FailoverTests
{
    [Fact]
    public async Task Followers_hold_what_acks_all_acknowledged()
    {
        await using var cluster = await TestCluster.StartThreeAsync();
        var topic = await ReplicatedTopic.CreateAsync(cluster, "orders");
        await using var producer = cluster.Producer();

        await topic.SendAsync(producer, 0, 100);

        Assert.Equal(3, (await topic.DescribeAsync()).InSyncReplicas.Count);
        Assert.Equal(Numbers(100), await topic.ReadAsync(100));
        for (var id = 1; id <= 3; id++)
            Assert.Equal(Numbers(100), topic.ReadLogOf(id));
    }

    [Fact]
    public async Task When_the_leader_is_killed_every_acknowledged_record_is_read_from_the_next_one_once_and_in_order()
    {
        await using var cluster = await TestCluster.StartThreeAsync();
        var topic = await ReplicatedTopic.CreateAsync(cluster, "orders");
        await using var producer = cluster.Producer();
        await topic.SendAsync(producer, 0, 500);
        var leader = (await topic.DescribeAsync()).LeaderId;

        await cluster.KillAsync(leader);
        await topic.SendAsync(producer, 500, 500);

        var after = await topic.WhenAsync(partition => !partition.InSyncReplicas.Contains(leader));
        Assert.NotEqual(leader, after.LeaderId);
        Assert.Equal(Numbers(1000), await topic.ReadAsync(1000));
    }

    [Fact]
    public async Task A_leader_that_comes_back_cuts_the_tail_that_nobody_else_had_and_joins_again()
    {
        await using var cluster = await TestCluster.StartThreeAsync();
        var topic = await ReplicatedTopic.CreateAsync(cluster, "orders");
        await using var producer = cluster.Producer();
        await topic.SendAsync(producer, 0, 10);
        var leader = (await topic.DescribeAsync()).LeaderId;
        await cluster.KillAsync(leader);
        await topic.SendAsync(producer, 10, 10);

        topic.AppendToStoppedLog(leader, leaderEpoch: 0, 900, 901, 902);
        await cluster.StartAsync(leader);

        await topic.WhenAllInSyncAsync();
        await topic.SendAsync(producer, 20, 1);
        Assert.Equal(Numbers(21), topic.ReadLogOf(leader));
    }

    [Fact]
    public async Task Leaders_go_back_to_their_preferred_replicas()
    {
        await using var cluster = await TestCluster.StartThreeAsync(
            new() { ["leader.imbalance.check.interval.seconds"] = "1" });
        var topic = await ReplicatedTopic.CreateAsync(cluster, "orders");
        var preferred = (await topic.WhenAllInSyncAsync()).Replicas[0];
        await cluster.StopAsync(preferred);
        await topic.WhenAsync(partition => partition.LeaderId >= 0 && partition.LeaderId != preferred);

        await cluster.StartAsync(preferred);

        await topic.WhenAsync(partition => partition.LeaderId == preferred);
    }

    [Fact]
    public async Task Brokers_that_stop_in_order_one_after_the_other_do_not_disturb_an_idempotent_producer()
    {
        await using var cluster = await TestCluster.StartThreeAsync();
        var topic = await ReplicatedTopic.CreateAsync(cluster, "orders");
        await using var producer = cluster.Producer();
        var next = 0;
        for (var id = 1; id <= 3; id++)
        {
            await topic.WhenAllInSyncAsync();
            var stopping = cluster.StopAsync(id);
            while (!stopping.IsCompleted)
                await topic.SendAsync(producer, next++, 1);
            await stopping;
            Assert.NotEqual(id, (await topic.DescribeAsync()).LeaderId);
            await cluster.StartAsync(id);
        }

        Assert.Equal(Numbers(next), await topic.ReadAsync(next));
    }

    [Fact]
    public async Task A_consumer_group_goes_on_when_its_coordinator_is_killed()
    {
        await using var cluster = await TestCluster.StartThreeAsync(new()
        {
            ["offsets.topic.num.partitions"] = "1",
            ["offsets.topic.replication.factor"] = "3",
        });
        var topic = await ReplicatedTopic.CreateAsync(cluster, "orders");
        await using var producer = cluster.Producer();
        await topic.SendAsync(producer, 0, 50);
        await using var consumer = new KafkaConsumer(new ConsumerOptions
        {
            BootstrapServers = cluster.BootstrapServers,
            GroupId = "group",
            AutoOffsetReset = AutoOffsetReset.Earliest,
        });
        consumer.Subscribe([topic.Name]);
        var read = await ReplicatedTopic.PollAsync(consumer, 50);
        await consumer.CommitAsync();

        var offsets = new ReplicatedTopic(cluster, "__consumer_offsets");
        var coordinator = (await offsets.WhenAllInSyncAsync()).LeaderId;
        await cluster.KillAsync(coordinator);
        await topic.SendAsync(producer, 50, 50);
        read.AddRange(await ReplicatedTopic.PollAsync(consumer, 50));
        await consumer.CommitAsync();

        Assert.Equal(Numbers(100), read);
        var partition = new TopicPartition(topic.Name, 0);
        Assert.Equal(100, (await consumer.CommittedAsync([partition]))[partition].Offset);
        Assert.NotEqual(coordinator, (await offsets.DescribeAsync()).LeaderId);
    }

    private static IEnumerable<(long, int)> Numbers(int count) => Enumerable.Range(0, count).Select(i => ((long)i, i));
}
