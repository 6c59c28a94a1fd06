using Platform.Broker.Tests.Hosting;
using Platform.Client;
using Platform.Client.Producing;
using Platform.Protocol;

namespace Platform.Broker.Tests.Replication;

/// <summary>Three real nodes on loopback; leaders die, come back and leave in order.</summary>
public sealed class FailoverTests
{
    [Fact]
    public async Task Followers_join_the_isr_and_acks_all_is_answered()
    {
        await using var cluster = await TestCluster.StartThreeAsync();
        var topic = await ReplicatedTopic.CreateAsync(cluster, "orders");
        await using var producer = cluster.Producer();

        for (var i = 0; i < 100; i++)
            await producer.SendAsync(topic.Record(i));

        Assert.Equal(3, (await topic.DescribeAsync()).InSyncReplicas.Count);
        Assert.Equal(Numbers(100), await topic.ReadAsync(100));
    }

    [Fact]
    public async Task When_the_leader_is_killed_every_acknowledged_record_is_read_from_the_next_one_once_and_in_order()
    {
        await using var cluster = await TestCluster.StartThreeAsync();
        var topic = await ReplicatedTopic.CreateAsync(cluster, "orders");
        await using var producer = cluster.Producer();
        var sent = new List<Task<RecordMetadata>>();
        for (var i = 0; i < 500; i++)
            sent.Add(producer.SendAsync(topic.Record(i)).AsTask());
        await Task.WhenAll(sent);
        var leader = (await topic.DescribeAsync()).LeaderId;

        await cluster.KillAsync(leader);
        for (var i = 500; i < 1000; i++)
            sent.Add(producer.SendAsync(topic.Record(i)).AsTask());
        await Task.WhenAll(sent);

        var after = await topic.DescribeAsync();
        Assert.NotEqual(leader, after.LeaderId);
        Assert.DoesNotContain(leader, after.InSyncReplicas);
        Assert.Equal(Numbers(1000), await topic.ReadAsync(1000));
    }

    private static IEnumerable<(long, int)> Numbers(int count) => Enumerable.Range(0, count).Select(i => ((long)i, i));
}
