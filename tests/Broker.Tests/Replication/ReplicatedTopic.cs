using System.Text;
using Platform.Broker.Tests.Hosting;
using Platform.Client;
using Platform.Client.Admin;
using Platform.Client.Consuming;
using Platform.Client.Metadata;
using Platform.Client.Producing;
using Platform.Protocol;
using Platform.Storage;
using Platform.Testing;

namespace Platform.Broker.Tests.Replication;

/// <summary>A topic on all brokers of a cluster, with what tests ask of it.</summary>
internal sealed class ReplicatedTopic(TestCluster cluster, string name)
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    public string Name { get; } = name;

    public static async Task<ReplicatedTopic> CreateAsync(
        TestCluster cluster, string name, int partitions = 1, short replicas = 3,
        Dictionary<string, string?>? configs = null)
    {
        await using var admin = cluster.Admin();
        var created = await admin.CreateTopicsAsync(
            [new NewTopic(name, partitions, replicas) { Configs = configs ?? [] }]);
        Assert.All(created, result => Assert.Equal(ErrorCode.None, result.Error));
        var topic = new ReplicatedTopic(cluster, name);
        await topic.WhenAsync(partition => partition.LeaderId >= 0);
        return topic;
    }

    public async Task<PartitionMetadata> DescribeAsync(int partition = 0)
    {
        await using var admin = cluster.Admin();
        return (await admin.DescribeTopicAsync(Name)).Partition(partition)!;
    }

    /// <summary>Asks again and again until a partition is as wanted; each question waits for its answer.</summary>
    public async Task<PartitionMetadata> WhenAsync(Func<PartitionMetadata, bool> condition, int partition = 0)
    {
        using var limit = new CancellationTokenSource(Patience);
        while (true)
        {
            var now = await TryDescribeAsync(partition);
            if (now is not null && condition(now))
                return now;
            Assert.False(limit.IsCancellationRequested, $"{Name}-{partition} is {now} after {Patience.TotalSeconds} s");
        }
    }

    public Task<PartitionMetadata> WhenAllInSyncAsync(int partition = 0) =>
        WhenAsync(p => p.LeaderId >= 0 && p.InSyncReplicas.Count == p.Replicas.Count, partition);

    // Null while the broker that was asked has not heard of the topic.
    private async Task<PartitionMetadata?> TryDescribeAsync(int partition)
    {
        try
        {
            return await DescribeAsync(partition);
        }
        catch (KafkaException unknown) when (unknown.Code == ErrorCode.UnknownTopicOrPartition)
        {
            return null;
        }
    }

    /// <summary>Sends numbers to a partition, all at once, and returns when all are acknowledged.</summary>
    public Task SendAsync(KafkaProducer producer, int first, int count, int partition = 0) =>
        Task.WhenAll(Enumerable.Range(first, count).Select(number => producer.SendAsync(
            Record(number, partition)).AsTask()));

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
        return await PollAsync(consumer, count);
    }

    /// <summary>Polls until so many records are there.</summary>
    public static async Task<List<(long Offset, int Value)>> PollAsync(KafkaConsumer consumer, int count)
    {
        var read = new List<(long, int)>();
        using var limit = new CancellationTokenSource(Patience);
        while (read.Count < count && !limit.IsCancellationRequested)
            foreach (var record in await consumer.PollAsync(TimeSpan.FromMilliseconds(200)))
                read.Add((record.Offset, int.Parse(Encoding.UTF8.GetString(record.Value!.Value.Span))));
        return read;
    }

    /// <summary>What lies on the disk of a node, whether it runs or not.</summary>
    public IEnumerable<(long, int)> ReadLogOf(int node) =>
        TestBatches.Values(ReadShared(Path.Combine(cluster.DirectoryOf(node), $"{Name}-0", $"{0:D20}.log")))
            .Select(record => (record.Offset, int.Parse(record.Value)));

    /// <summary>Appends to the log of a node that does not run, as if it had done so before anybody could copy it.</summary>
    public void AppendToStoppedLog(int node, int leaderEpoch, params int[] values)
    {
        using var logs = new LogManager(new PosixFileSystem(), new LogManagerOptions
        {
            LogDirectories = [cluster.DirectoryOf(node)],
            NodeId = node,
        });
        logs.LoadLogs(nowMs: 0);
        var log = logs.Get(new TopicPartition(Name, 0))!;
        var batch = TestBatches.Of([.. values.Select(value => $"{value}")]);
        Assert.Equal(ErrorCode.None, log.AppendAsLeader(batch, leaderEpoch, AppendOrigin.Client, nowMs: 1).Error);
        logs.Shutdown();
    }

    private static byte[] ReadShared(string path)
    {
        using var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite);
        var content = new byte[file.Length];
        file.ReadExactly(content);
        return content;
    }
}
