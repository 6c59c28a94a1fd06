using System.Text;
using Platform.Client.Consuming;
using Platform.Client.Producing;
using Platform.Client.Tests.Fakes;
using Platform.Protocol;
using Platform.Protocol.Messages;
using Platform.Protocol.Records;

namespace Platform.Client.Tests.Consuming;

/// <summary>The consumer against scripted brokers.</summary>
public sealed class KafkaConsumerTests
{
    private static readonly TopicPartition Orders = new("orders", 0);
    private static readonly TimeSpan LongEnough = TimeSpan.FromSeconds(30);

    private static ConsumerOptions Options(FakeCluster cluster) => new()
    {
        BootstrapServers = cluster.BootstrapServers,
        AutoOffsetReset = AutoOffsetReset.Earliest,
        RetryBackoffMs = 1,
        RetryBackoffMaxMs = 20,
        HeartbeatIntervalMs = 10,
    };

    private static async Task ProduceAsync(
        FakeCluster cluster, int from, int count, CompressionType codec = CompressionType.None)
    {
        await using var producer = new KafkaProducer(new ProducerOptions
        {
            BootstrapServers = cluster.BootstrapServers, CompressionType = codec,
        });
        for (var i = from; i < from + count; i++)
            await producer.PostAsync(new ProducerRecord("orders", Encoding.UTF8.GetBytes($"{i}")), null);
        await producer.FlushAsync();
    }

    private static async Task<List<string>> ReadAsync(KafkaConsumer consumer, int count)
    {
        var values = new List<string>();
        while (values.Count < count)
        {
            var results = await consumer.PollAsync(LongEnough);
            Assert.NotEmpty(results);
            values.AddRange(results.Select(result => Encoding.UTF8.GetString(result.Value!.Value.Span)));
        }
        return values;
    }

    private static List<string> Numbers(int from, int count) => [.. Enumerable.Range(from, count).Select(i => $"{i}")];

    [Theory]
    [InlineData(CompressionType.None)]
    [InlineData(CompressionType.Gzip)]
    [InlineData(CompressionType.Snappy)]
    [InlineData(CompressionType.Lz4)]
    [InlineData(CompressionType.Zstd)]
    public async Task Assigned_partitions_are_read_in_order(CompressionType codec)
    {
        await using var cluster = new FakeCluster().WithTopic("orders");
        await ProduceAsync(cluster, 0, 1200, codec);
        await using var consumer = new KafkaConsumer(Options(cluster));
        consumer.Assign([Orders]);

        var values = await ReadAsync(consumer, 1200);

        Assert.Equal(Numbers(0, 1200), values);
        Assert.Equal(1200, consumer.Position(Orders));
    }

    [Fact]
    public async Task A_seek_drops_what_was_read_ahead()
    {
        await using var cluster = new FakeCluster().WithTopic("orders");
        await ProduceAsync(cluster, 0, 100);
        await using var consumer = new KafkaConsumer(Options(cluster) with { MaxPollRecords = 10 });
        consumer.Assign([Orders]);
        await ReadAsync(consumer, 10);

        consumer.Seek(Orders, 95);
        var values = await ReadAsync(consumer, 5);

        Assert.Equal(Numbers(95, 5), values);
    }

    [Fact]
    public async Task Polling_without_records_ends_when_time_is_up()
    {
        await using var cluster = new FakeCluster().WithTopic("orders");
        await using var consumer = new KafkaConsumer(Options(cluster));
        consumer.Assign([Orders]);

        var results = await consumer.PollAsync(TimeSpan.FromMilliseconds(50));

        Assert.Empty(results);
    }

    [Fact]
    public async Task A_moved_leader_is_followed()
    {
        await using var cluster = new FakeCluster(brokers: 2).WithTopic("orders");
        await ProduceAsync(cluster, 0, 10);
        await using var consumer = new KafkaConsumer(Options(cluster));
        consumer.Assign([Orders]);
        await ReadAsync(consumer, 10);
        (cluster["orders"].LeaderId, cluster["orders"].LeaderEpoch) = (2, 1);
        await ProduceAsync(cluster, 10, 10);

        var values = await ReadAsync(consumer, 10);

        Assert.Equal(Numbers(10, 10), values);
    }

    [Fact]
    public async Task A_connection_that_breaks_in_the_middle_of_an_answer_costs_nothing()
    {
        await using var cluster = new FakeCluster().WithTopic("orders");
        await ProduceAsync(cluster, 0, 100);
        cluster.Interfere<FetchRequest>(2, exchange =>
            new Reaction.DisconnectMidFrame(FakeData.Fetch(cluster, exchange, (FetchRequest)exchange.Request)));
        await using var consumer = new KafkaConsumer(Options(cluster));
        consumer.Assign([Orders]);

        var values = await ReadAsync(consumer, 100);

        Assert.Equal(Numbers(0, 100), values);
    }

    [Fact]
    public async Task Without_an_offset_and_without_a_reset_policy_polling_says_so()
    {
        await using var cluster = new FakeCluster().WithTopic("orders");
        await using var consumer = new KafkaConsumer(Options(cluster) with { AutoOffsetReset = AutoOffsetReset.None });
        consumer.Assign([Orders]);

        var failure = await Assert.ThrowsAsync<KafkaException>(() => consumer.PollAsync(LongEnough).AsTask());

        Assert.Contains("auto.offset.reset is none", failure.Message);
    }

    [Fact]
    public async Task A_corrupt_batch_is_reported_with_its_place()
    {
        await using var cluster = new FakeCluster().WithTopic("orders");
        await ProduceAsync(cluster, 0, 1);
        cluster["orders"].Batches[0][^1] ^= 1;
        await using var consumer = new KafkaConsumer(Options(cluster));
        consumer.Assign([Orders]);

        var failure = await Assert.ThrowsAsync<KafkaException>(() => consumer.PollAsync(LongEnough).AsTask());

        Assert.Equal(ErrorCode.CorruptMessage, failure.Code);
        Assert.Contains("orders-0", failure.Message);
    }

    [Fact]
    public async Task A_group_member_gets_its_partitions_and_goes_on_where_it_committed()
    {
        await using var cluster = new FakeCluster().WithTopic("orders");
        await ProduceAsync(cluster, 0, 20);
        await using (var first = new KafkaConsumer(Options(cluster) with { GroupId = "g", MaxPollRecords = 10 }))
        {
            first.Subscribe(["orders"]);
            await ReadAsync(first, 10);
            await first.CommitAsync();
        }

        await using var second = new KafkaConsumer(Options(cluster) with { GroupId = "g" });
        second.Subscribe(["orders"]);
        var values = await ReadAsync(second, 10);

        Assert.Equal(Numbers(10, 10), values);
        Assert.Equal(10, cluster.Group.Committed[Orders]);
        Assert.Single(cluster.Received<LeaveGroupRequest>());
    }

    [Fact]
    public async Task A_static_member_does_not_leave_when_it_closes()
    {
        await using var cluster = new FakeCluster().WithTopic("orders");
        await ProduceAsync(cluster, 0, 1);
        await using (var consumer = new KafkaConsumer(Options(cluster) with { GroupId = "g", GroupInstanceId = "one" }))
        {
            consumer.Subscribe(["orders"]);
            await ReadAsync(consumer, 1);
        }

        Assert.Empty(cluster.Received<LeaveGroupRequest>());
    }

    [Theory]
    [InlineData(ErrorCode.RebalanceInProgress, "assigned 0, revoked 0, assigned 0")]
    [InlineData(ErrorCode.UnknownMemberId, "assigned 0, lost 0, assigned 0")]
    public async Task A_heartbeat_that_asks_to_rejoin_gives_partitions_up_first(ErrorCode heartbeat, string expected)
    {
        await using var cluster = new FakeCluster().WithTopic("orders");
        await ProduceAsync(cluster, 0, 1);
        var listener = new RecordingListener();
        await using var consumer = new KafkaConsumer(Options(cluster) with { GroupId = "g" });
        consumer.Subscribe(["orders"], listener);
        await ReadAsync(consumer, 1);

        cluster.Group.HeartbeatError = heartbeat;
        while (listener.Events.Count < 3)
            await consumer.PollAsync(TimeSpan.FromMilliseconds(20));

        Assert.Equal(expected, string.Join(", ", listener.Events));
    }

    [Fact]
    public async Task A_listener_may_commit_while_partitions_are_revoked()
    {
        await using var cluster = new FakeCluster().WithTopic("orders");
        await ProduceAsync(cluster, 0, 5);
        KafkaConsumer? consumer = null;
        var listener = new RecordingListener { OnRevoked = () => consumer!.CommitAsync() };
        await using (consumer = new KafkaConsumer(Options(cluster) with { GroupId = "g" }))
        {
            consumer.Subscribe(["orders"], listener);
            await ReadAsync(consumer, 5);
        }

        Assert.Equal(5, cluster.Group.Committed[Orders]);
    }

    [Fact]
    public async Task Two_callers_at_once_are_refused()
    {
        await using var cluster = new FakeCluster().WithTopic("orders");
        await using var consumer = new KafkaConsumer(Options(cluster));
        consumer.Assign([Orders]);
        using var stop = new CancellationTokenSource();
        var polling = consumer.PollAsync(LongEnough, stop.Token).AsTask();

        Assert.Throws<InvalidOperationException>(() => consumer.Seek(Orders, 0));

        await stop.CancelAsync();
        await Assert.ThrowsAsync<OperationCanceledException>(() => polling);
    }

    private sealed class RecordingListener : IRebalanceListener
    {
        public List<string> Events { get; } = [];
        public Func<ValueTask> OnRevoked { get; init; } = () => ValueTask.CompletedTask;

        public ValueTask OnPartitionsRevokedAsync(IReadOnlyCollection<TopicPartition> partitions,
            CancellationToken cancellation)
        {
            Note("revoked", partitions);
            return OnRevoked();
        }

        public ValueTask OnPartitionsAssignedAsync(IReadOnlyCollection<TopicPartition> partitions,
            CancellationToken cancellation) =>
            Note("assigned", partitions);

        public ValueTask OnPartitionsLostAsync(IReadOnlyCollection<TopicPartition> partitions,
            CancellationToken cancellation) =>
            Note("lost", partitions);

        private ValueTask Note(string what, IReadOnlyCollection<TopicPartition> partitions)
        {
            Events.Add($"{what} {string.Join(' ', partitions.Select(partition => partition.Partition))}");
            return ValueTask.CompletedTask;
        }
    }
}
