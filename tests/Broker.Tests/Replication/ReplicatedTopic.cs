using System.Text;
using Platform.Broker.Tests.Hosting;
using Platform.Client.Admin;
using Platform.Client.Consuming;
using Platform.Client.Metadata;
using Platform.Client.Producing;
using Platform.Protocol;

namespace Platform.Broker.Tests.Replication;

/// <summary>A topic on all brokers of a cluster, with what tests ask of it.</summary>
internal sealed class ReplicatedTopic(TestCluster cluster, string name)
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    public string Name { get; } = name;

    public static async Task<ReplicatedTopic> CreateAsync(
        TestCluster cluster, string name, int partitions = 1, Dictionary<string, string?>? configs = null)
    {
        await using var admin = cluster.Admin();
        var created = await admin.CreateTopicsAsync(
            [new NewTopic(name, partitions, (short)cluster.Running.Count) { Configs = configs ?? [] }]);
        Assert.All(created, result => Assert.Equal(ErrorCode.None, result.Error));
        return new ReplicatedTopic(cluster, name);
    }

    public async Task<PartitionMetadata> DescribeAsync(int partition = 0)
    {
        await using var admin = cluster.Admin();
        return (await admin.DescribeTopicAsync(Name)).Partition(partition)!;
    }

    /// <summary>Waits until a partition is as wanted, for all who ask.</summary>
    public async Task<PartitionMetadata> WhenAsync(Func<PartitionMetadata, bool> condition, int partition = 0)
    {
        using var limit = new CancellationTokenSource(Patience);
        while (true)
        {
            var now = await DescribeAsync(partition);
            if (condition(now))
                return now;
            Assert.False(limit.IsCancellationRequested, $"{Name}-{partition} is {now} after {Patience.TotalSeconds} s");
            await Task.Delay(20);
        }
    }

    public Task<PartitionMetadata> WhenAllInSyncAsync(int partition = 0) =>
        WhenAsync(p => p.LeaderId >= 0 && p.InSyncReplicas.Count == p.Replicas.Count, partition);

    public ProducerRecord Record(int number, int partition = 0) =>
        new(Name, Encoding.UTF8.GetBytes($"{number}")) { Partition = partition };

    /// <summary>Reads a partition from its begin until so many records are there.</summary>
    public async Task<List<(long Offset, int Value)>> ReadAsync(int count, int partition = 0)
    {
        await using var consumer = new KafkaConsumer(new ConsumerOptions
        {
            BootstrapServers = cluster.BootstrapServers,
            AutoOffsetReset = AutoOffsetReset.Earliest,
        });
        var from = new TopicPartition(Name, partition);
        consumer.Assign([from]);
        consumer.SeekToBeginning([from]);
        var read = new List<(long, int)>();
        using var limit = new CancellationTokenSource(Patience);
        while (read.Count < count && !limit.IsCancellationRequested)
            foreach (var record in await consumer.PollAsync(TimeSpan.FromMilliseconds(200)))
                read.Add((record.Offset, int.Parse(Encoding.UTF8.GetString(record.Value!.Value.Span))));
        return read;
    }
}
