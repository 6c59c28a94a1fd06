using System.Text;
using Platform.Broker.Tests.Hosting;
using Platform.Client;
using Platform.Client.Admin;
using Platform.Client.Consuming;
using Platform.Client.Producing;
using Platform.Protocol;

namespace Platform.Broker.Tests.Transactions;

/// <summary>Transactions of the own client against running nodes. New clusters have transaction.version 2, so that
/// partitions join by being written to and every transaction has an epoch of its own.</summary>
public sealed class ClientTransactionTests
{
    private const string Topic = "ledger";

    [Fact]
    public async Task What_is_committed_is_seen_and_what_is_aborted_is_not()
    {
        await using var cluster = await TestCluster.StartAsync(["broker,controller"]);
        await CreateAsync(cluster, replicas: 1);
        await using var producer = Transactional(cluster);
        await producer.InitTransactionsAsync();

        for (var round = 0; round < 6; round++)
        {
            producer.BeginTransaction();
            await SendAsync(producer, round);
            await producer.FlushAsync();
            if (round % 2 == 0)
                await producer.CommitTransactionAsync();
            else
                await producer.AbortTransactionAsync();
        }

        Assert.Equal(["0", "0", "0", "2", "2", "2", "4", "4", "4"], await ReadCommittedAsync(cluster));
        await using var admin = cluster.Admin();
        var described = await admin.DescribeTransactionAsync("t");
        Assert.Equal(("CompleteAbort", 6), (described.State, described.ProducerEpoch));
    }

    [Fact]
    public async Task Offsets_count_once_the_transaction_is_committed()
    {
        await using var cluster = await TestCluster.StartAsync(["broker,controller"]);
        await CreateAsync(cluster, replicas: 1);
        await using var producer = Transactional(cluster);
        await using var admin = cluster.Admin();
        await producer.InitTransactionsAsync();
        var partition = new TopicPartition(Topic, 0);
        var group = new ConsumerGroupMetadata("g");

        producer.BeginTransaction();
        await producer.SendOffsetsToTransactionAsync(new Dictionary<TopicPartition, OffsetAndMetadata> { [partition] = new(7) }, group);
        await producer.AbortTransactionAsync();
        var aborted = await admin.ListGroupOffsetsAsync("g");
        producer.BeginTransaction();
        await producer.SendOffsetsToTransactionAsync(new Dictionary<TopicPartition, OffsetAndMetadata> { [partition] = new(9) }, group);
        await producer.CommitTransactionAsync();
        var committed = await admin.ListGroupOffsetsAsync("g");

        Assert.False(aborted.ContainsKey(partition));
        Assert.Equal(9, committed[partition].Offset);
    }

    [Fact]
    public async Task A_producer_that_was_taken_over_is_fenced()
    {
        await using var cluster = await TestCluster.StartAsync(["broker,controller"]);
        await CreateAsync(cluster, replicas: 1);
        await using var zombie = Transactional(cluster);
        await zombie.InitTransactionsAsync();
        zombie.BeginTransaction();
        await SendAsync(zombie, 1);
        await zombie.FlushAsync();

        await using var current = Transactional(cluster);
        await current.InitTransactionsAsync();
        current.BeginTransaction();
        await SendAsync(current, 2);
        await current.CommitTransactionAsync();

        await Assert.ThrowsAsync<KafkaException>(() => zombie.CommitTransactionAsync());
        Assert.True(zombie.IsFenced);
        Assert.Equal(["2", "2", "2"], await ReadCommittedAsync(cluster));
    }

    [Fact]
    public async Task Nothing_is_sent_outside_of_a_transaction()
    {
        await using var cluster = await TestCluster.StartAsync(["broker,controller"]);
        await using var producer = Transactional(cluster);

        Assert.Throws<InvalidOperationException>(producer.BeginTransaction);
        await Assert.ThrowsAsync<InvalidOperationException>(
            async () => await producer.SendAsync(new ProducerRecord(Topic, "x"u8.ToArray())));
    }

    [Fact]
    public async Task Coordinator_and_partitions_may_be_led_by_different_brokers_and_move()
    {
        await using var cluster = await TestCluster.StartThreeAsync();
        await CreateAsync(cluster, replicas: 3);
        await using var producer = Transactional(cluster);
        await producer.InitTransactionsAsync();
        for (var round = 0; round < 3; round++)
            await CommitAsync(producer, round);
        await using var admin = cluster.Admin();
        var coordinator = (await admin.DescribeTransactionAsync("t")).CoordinatorId;

        await cluster.KillAsync(coordinator);
        await using var next = Transactional(cluster);
        await next.InitTransactionsAsync();
        await CommitAsync(next, 3);

        Assert.Equal(["0", "0", "0", "1", "1", "1", "2", "2", "2", "3", "3", "3"], await ReadCommittedAsync(cluster));
    }

    private static async Task CommitAsync(KafkaProducer producer, int round)
    {
        producer.BeginTransaction();
        await SendAsync(producer, round);
        await producer.CommitTransactionAsync();
    }

    private static async Task CreateAsync(TestCluster cluster, short replicas)
    {
        await using var admin = cluster.Admin();
        await admin.CreateTopicsAsync([new NewTopic(Topic, 3, replicas)]).ThrowIfAnyFailed();
    }

    private static KafkaProducer Transactional(TestCluster cluster) =>
        new(new ProducerOptions { BootstrapServers = cluster.BootstrapServers, TransactionalId = "t" });

    private static async Task SendAsync(KafkaProducer producer, int round)
    {
        for (var partition = 0; partition < 3; partition++)
            await producer.PostAsync(
                new ProducerRecord(Topic, Encoding.UTF8.GetBytes($"{round}")) { Partition = partition }, callback: null);
    }

    /// <summary>What a consumer sees up to the end of what is committed, sorted.</summary>
    private static async Task<List<string>> ReadCommittedAsync(TestCluster cluster)
    {
        await using var admin = cluster.Admin();
        // A commit is final when it is answered; its markers may still be on their way to other brokers.
        while ((await admin.DescribeTransactionAsync("t")).State.StartsWith("Prepare", StringComparison.Ordinal))
            await Task.Yield();
        var partitions = Enumerable.Range(0, 3).Select(partition => new TopicPartition(Topic, partition)).ToList();
        var ends = await admin.ListOffsetsAsync(
            partitions.ToDictionary(partition => partition, _ => OffsetSpec.Latest), readCommitted: true);
        await using var consumer = new KafkaConsumer(new ConsumerOptions
        {
            BootstrapServers = cluster.BootstrapServers,
            IsolationLevel = IsolationLevel.ReadCommitted,
        });
        consumer.Assign(partitions);
        consumer.SeekToBeginning(partitions);
        var values = new List<string>();
        while (partitions.Exists(partition => (consumer.Position(partition) ?? 0) < ends[partition].Offset))
            foreach (var record in await consumer.PollAsync(TimeSpan.FromMilliseconds(200)))
                values.Add(Encoding.UTF8.GetString(record.Value!.Value.Span));
        values.Sort(StringComparer.Ordinal);
        return values;
    }
}
