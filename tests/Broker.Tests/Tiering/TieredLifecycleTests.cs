using Platform.Broker.Tests.Hosting;
using Platform.Client.Admin;
using Platform.Client.Consuming;
using Platform.Client.Producing;
using Platform.Protocol;
using System.Text;

namespace Platform.Broker.Tests.Tiering;

/// <summary>Retention, deletion, transactions and moves of leaders on tiered topics.</summary>
public sealed class TieredLifecycleTests
{
    private const int Count = 300;

    [Fact]
    public async Task Retention_by_size_counts_remote_and_local_segments_together()
    {
        var storage = new TestRemoteStorage();
        await using var cluster = await TieredTopic.StartClusterAsync(storage);
        var topic = await TieredTopic.CreateAsync(cluster);
        await topic.SendAsync(0, Count);
        await topic.WhenTieredAsync();
        var before = storage.Segments.Sum(s => s.SegmentSizeInBytes);

        await SetAsync(cluster, topic, ("retention.bytes", "6000"));
        await TieredTopic.WhenAsync(
            () => Task.FromResult(storage.Segments.Sum(s => s.SegmentSizeInBytes) <= 6000), "the oldest copies are gone");

        Assert.True(before > 10_000);
        var start = (int)(await topic.OffsetAsync(OffsetSpec.Earliest)).Offset;
        Assert.Equal(storage.Segments[0].StartOffset, start);
        Assert.Equal(Enumerable.Range(start, Count - start), await topic.ReadAsync(Count - start, start));
    }

    [Fact]
    public async Task Retention_by_time_deletes_remote_segments_and_moves_the_begin()
    {
        var storage = new TestRemoteStorage();
        await using var cluster = await TieredTopic.StartClusterAsync(storage);
        var topic = await TieredTopic.CreateAsync(cluster);
        await topic.SendAsync(0, Count);
        await topic.WhenTieredAsync();

        // Records are an hour old. What is still local is closed, copied and deleted, too.
        await SetAsync(cluster, topic, ("retention.ms", "1000"));

        await TieredTopic.WhenAsync(async () => (await topic.OffsetAsync(OffsetSpec.Earliest)).Offset == Count
            && storage.Segments.Count == 0, "everything is gone");
    }

    [Fact]
    public async Task DeleteRecords_deletes_what_is_remote()
    {
        var storage = new TestRemoteStorage();
        await using var cluster = await TieredTopic.StartClusterAsync(storage);
        var topic = await TieredTopic.CreateAsync(cluster);
        await topic.SendAsync(0, Count);
        await topic.WhenTieredAsync();
        var border = storage.Segments[2].StartOffset + 1;

        await using (var admin = cluster.Admin())
            await admin.DeleteRecordsAsync(new Dictionary<TopicPartition, long> { [topic.Partition] = border });
        await TieredTopic.WhenAsync(
            () => Task.FromResult(storage.Segments.All(s => s.EndOffset >= border)), "two copies are gone");

        Assert.Equal(border, (await topic.OffsetAsync(OffsetSpec.Earliest)).Offset);
        Assert.Equal(Enumerable.Range((int)border, Count - (int)border), await topic.ReadAsync(Count - (int)border, border));
    }

    [Fact]
    public async Task Deleting_the_topic_deletes_its_copies()
    {
        var storage = new TestRemoteStorage();
        await using var cluster = await TieredTopic.StartClusterAsync(storage);
        var topic = await TieredTopic.CreateAsync(cluster);
        await topic.SendAsync(0, Count);
        await topic.WhenTieredAsync();

        await using (var admin = cluster.Admin())
            await admin.DeleteTopicsAsync([topic.Partition.Topic]);

        await TieredTopic.WhenAsync(() => Task.FromResult(storage.Segments.Count == 0), "all copies are gone");
    }

    [Fact]
    public async Task A_broker_that_ends_while_a_deleted_topic_is_removed_goes_on_after_its_start()
    {
        var storage = new TestRemoteStorage();
        await using var cluster = await TieredTopic.StartClusterAsync(storage);
        var topic = await TieredTopic.CreateAsync(cluster);
        await topic.SendAsync(0, Count);
        await topic.WhenTieredAsync();
        var tried = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        storage.BeforeDelete = _ =>
        {
            tried.TrySetResult();
            throw new IOException("remote storage is away");
        };

        await using (var admin = cluster.Admin())
            await admin.DeleteTopicsAsync([topic.Partition.Topic]);
        await tried.Task.WaitAsync(TimeSpan.FromSeconds(60));
        await cluster.KillAsync(1);
        storage.BeforeDelete = static _ => Task.CompletedTask;
        Assert.NotEmpty(storage.Segments);
        await cluster.StartAsync(1);

        await TieredTopic.WhenAsync(() => Task.FromResult(storage.Segments.Count == 0), "all copies are gone");
    }

    [Fact]
    public async Task Turning_tiering_off_needs_a_word_about_the_copies_and_then_deletes_them()
    {
        var storage = new TestRemoteStorage();
        await using var cluster = await TieredTopic.StartClusterAsync(storage);
        var topic = await TieredTopic.CreateAsync(cluster);
        await topic.SendAsync(0, Count);
        await topic.WhenTieredAsync();
        var local = (int)(await topic.OffsetAsync(OffsetSpec.EarliestLocal)).Offset;

        var refused = await TrySetAsync(cluster, topic, ("remote.storage.enable", "false"));
        await SetAsync(cluster, topic, ("remote.storage.enable", "false"), ("remote.log.delete.on.disable", "true"));
        await TieredTopic.WhenAsync(() => Task.FromResult(storage.Segments.Count == 0), "all copies are gone");

        Assert.Equal(ErrorCode.InvalidConfig, refused);
        Assert.Equal(local, (await topic.OffsetAsync(OffsetSpec.Earliest)).Offset);
        Assert.Equal(Enumerable.Range(local, Count - local), await topic.ReadAsync(Count - local, local));
    }

    [Fact]
    public async Task Without_copying_what_is_remote_is_still_read()
    {
        var storage = new TestRemoteStorage();
        await using var cluster = await TieredTopic.StartClusterAsync(storage);
        var topic = await TieredTopic.CreateAsync(cluster);
        await topic.SendAsync(0, Count);
        await topic.WhenTieredAsync();
        await SetAsync(cluster, topic, ("remote.log.copy.disable", "true"), ("local.retention.bytes", "-2"));
        var copies = storage.Copies;

        await topic.SendAsync(Count, Count);

        Assert.Equal(Enumerable.Range(0, 2 * Count), await topic.ReadAsync(2 * Count));
        Assert.Equal(copies, storage.Copies);
    }

    [Fact]
    public async Task Readers_of_committed_records_see_no_aborted_ones_across_the_border()
    {
        var storage = new TestRemoteStorage();
        await using var cluster = await TieredTopic.StartClusterAsync(storage, settings: new()
        {
            ["transaction.state.log.num.partitions"] = "1",
            ["transaction.state.log.min.isr"] = "1",
        });
        var topic = await TieredTopic.CreateAsync(cluster);
        var committed = await SendTransactionsAsync(cluster, topic, transactions: 12, records: 20);
        await topic.WhenTieredAsync();
        await topic.SendAsync(10_000, 1);
        committed.Add(10_000);

        var read = await topic.ReadAsync(committed.Count, isolation: IsolationLevel.ReadCommitted);

        Assert.Equal(committed, read);
        Assert.Contains(storage.Segments, segment => !segment.TxnIndexEmpty);
    }

    // Every second transaction is aborted.
    private static async Task<List<int>> SendTransactionsAsync(
        TestCluster cluster, TieredTopic topic, int transactions, int records)
    {
        await using var producer = new KafkaProducer(new ProducerOptions
            { BootstrapServers = cluster.BootstrapServers, TransactionalId = "tiered", LingerMs = 0 });
        await producer.InitTransactionsAsync();
        var committed = new List<int>();
        for (var transaction = 0; transaction < transactions; transaction++)
        {
            producer.BeginTransaction();
            for (var i = 0; i < records; i++)
                await producer.SendAsync(new ProducerRecord(topic.Partition.Topic,
                    Encoding.UTF8.GetBytes($"{transaction * records + i}")) { Partition = 0 });
            if (transaction % 2 == 0)
                await producer.CommitTransactionAsync();
            else
                await producer.AbortTransactionAsync();
            if (transaction % 2 == 0)
                committed.AddRange(Enumerable.Range(transaction * records, records));
        }
        return committed;
    }

    private static async Task SetAsync(TestCluster cluster, TieredTopic topic, params (string, string)[] settings) =>
        Assert.Equal(ErrorCode.None, await TrySetAsync(cluster, topic, settings));

    private static async Task<ErrorCode> TrySetAsync(
        TestCluster cluster, TieredTopic topic, params (string Name, string Value)[] settings)
    {
        await using var admin = cluster.Admin();
        var results = await admin.IncrementalAlterConfigsAsync(new Dictionary<ConfigResource, IReadOnlyList<AlterConfig>>
        {
            [ConfigResource.Topic(topic.Partition.Topic)] = [.. settings.Select(s => AlterConfig.Set(s.Name, s.Value))],
        });
        return results[0].Error;
    }
}
