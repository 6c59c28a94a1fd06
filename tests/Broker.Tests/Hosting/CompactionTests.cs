using System.Text;
using Platform.Client.Admin;
using Platform.Client.Consuming;
using Platform.Client.Producing;
using Platform.Protocol;

namespace Platform.Broker.Tests.Hosting;

/// <summary>Compaction as clients of a running broker see it.</summary>
public sealed class CompactionTests
{
    private const int Keys = 5;
    private const int Records = 300;
    private static readonly TopicPartition Partition = new("table", 0);
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    [Fact]
    public async Task A_topic_that_becomes_compacted_shrinks_to_the_newest_record_of_each_key_while_it_is_used()
    {
        await using var cluster = await TestCluster.StartAsync(["broker,controller"], new()
        {
            ["log.cleaner.backoff.ms"] = "20",
            ["log.cleaner.threads"] = "2",
            ["log.cleaner.dedupe.buffer.size"] = "1048576",
        });
        await using var admin = cluster.Admin();
        await admin.CreateTopicsAsync([new NewTopic(Partition.Topic, 1, 1)
        {
            Configs = new Dictionary<string, string?>
            {
                ["segment.bytes"] = "2000", ["min.cleanable.dirty.ratio"] = "0.01",
            },
        }]);
        await using var producer = cluster.Producer();
        await ProduceAsync(producer, from: 0);
        Assert.Equal(Records, (await ReadAsync(cluster, until: Records)).Count);

        // The policy changes while the broker runs.
        await admin.IncrementalAlterConfigsAsync(new Dictionary<ConfigResource, IReadOnlyList<AlterConfig>>
        {
            [ConfigResource.Topic(Partition.Topic)] = [AlterConfig.Set("cleanup.policy", "compact")],
        });
        await ProduceAsync(producer, from: Records);

        var end = 2L * Records;
        var left = await ReadAsync(cluster, end);
        using var patience = new CancellationTokenSource(Patience);
        while (left.Count > Records / 4)
        {
            Assert.False(patience.IsCancellationRequested, $"{left.Count} records are left");
            left = await ReadAsync(cluster, end);
        }
        var newest = left.GroupBy(r => r.Key).ToDictionary(r => r.Key, r => r.Last().Value);
        Assert.Equal(Enumerable.Range(0, Keys).ToDictionary(k => $"k{k}", k => $"{end - Keys + k}"), newest);
    }

    private static async Task ProduceAsync(KafkaProducer producer, int from)
    {
        for (var i = from; i < from + Records; i++)
            await producer.SendAsync(new ProducerRecord(
                Partition.Topic, Encoding.UTF8.GetBytes($"{i}"), Encoding.UTF8.GetBytes($"k{i % Keys}")));
    }

    private static async Task<List<(long Offset, string Key, string Value)>> ReadAsync(TestCluster cluster, long until)
    {
        await using var consumer = new KafkaConsumer(new ConsumerOptions { BootstrapServers = cluster.BootstrapServers });
        consumer.Assign([Partition]);
        consumer.SeekToBeginning([Partition]);
        var found = new List<(long, string, string)>();
        using var patience = new CancellationTokenSource(Patience);
        while (consumer.Position(Partition) is not { } position || position < until)
        {
            foreach (var record in await consumer.PollAsync(TimeSpan.FromMilliseconds(500), patience.Token))
                found.Add((record.Offset, Encoding.UTF8.GetString(record.Key!.Value.Span), Encoding.UTF8.GetString(record.Value!.Value.Span)));
        }
        return found;
    }
}
