using Platform.Broker.Tests.Hosting;
using Platform.Client;
using Platform.Client.Consuming;
using Platform.Client.Network;
using Platform.Cluster.Replication;
using Platform.Protocol;
using Platform.Protocol.Messages;

namespace Platform.Broker.Tests.Replication;

/// <summary>Three real nodes in racks of their own, and consumers that say where they are (KIP-392).</summary>
public sealed class ReadFromFollowerTests
{
    private static readonly Dictionary<string, string> Racks = new()
    {
        ["broker.rack"] = "rack-{id}",
        ["replica.selector.class"] = RackAwareReplicaSelector.ClassName,
    };

    [Fact]
    public async Task A_consumer_reads_from_the_follower_in_its_rack_and_from_others_once_that_has_died()
    {
        await using var cluster = await TestCluster.StartThreeAsync(Racks);
        var topic = await ReplicatedTopic.CreateAsync(cluster, "orders");
        await using var producer = cluster.Producer();
        await topic.SendAsync(producer, 0, 100);
        var partition = await topic.WhenAllInSyncAsync();
        var near = partition.Replicas.First(replica => replica != partition.LeaderId);
        await using var consumer = Consumer(cluster, $"rack-{near}");
        consumer.Assign([new TopicPartition(topic.Name, 0)]);

        var before = await ReplicatedTopic.PollAsync(consumer, 100);
        Assert.Equal(near, await RecommendedAsync(cluster, topic, $"rack-{near}"));
        await cluster.KillAsync(near);
        await topic.SendAsync(producer, 100, 100);
        var after = await ReplicatedTopic.PollAsync(consumer, 100);

        Assert.Equal(Enumerable.Range(0, 200), before.Concat(after).Select(record => record.Value));
    }

    private static KafkaConsumer Consumer(TestCluster cluster, string rack) => new(new ConsumerOptions
    {
        BootstrapServers = cluster.BootstrapServers,
        AutoOffsetReset = AutoOffsetReset.Earliest,
        ClientRack = rack,
    });

    // What the leader says to a consumer in that rack.
    private static async Task<int> RecommendedAsync(TestCluster cluster, ReplicatedTopic topic, string rack)
    {
        await using var client = new KafkaCluster(new ClientOptions { BootstrapServers = cluster.BootstrapServers });
        var metadata = await client.GetMetadataAsync([topic.Name]);
        var request = new FetchRequest
        {
            MaxBytes = 1 << 20,
            RackId = rack,
            Topics =
            [
                new()
                {
                    Topic = topic.Name,
                    TopicId = metadata.TopicId(topic.Name),
                    Partitions = [new() { Partition = 0, PartitionMaxBytes = 1 << 20 }],
                },
            ],
        };
        var leader = metadata.LeaderOf(new TopicPartition(topic.Name, 0))!.Id;
        var response = await client.SendAsync(request, Destination.Node(leader));
        return response.Responses[0].Partitions[0].PreferredReadReplica;
    }
}
