using Platform.Chaos.History;
using Platform.Chaos.Nodes;
using Platform.Client;
using Platform.Client.Admin;
using Platform.Client.Consuming;
using Platform.Client.Producing;

namespace Platform.Chaos.Workloads;

/// <summary>Copies one topic to another, exactly once: records and offsets go into the same transaction.</summary>
public sealed class Copier(string name, ChaosCluster cluster, Recorder recorder, string from, string to)
    : Workload(name, cluster, recorder)
{
    /// <inheritdoc/>
    protected override async Task WorkAsync(string incarnation, CancellationToken stop)
    {
        await using var consumer = new KafkaConsumer(new ConsumerOptions
        {
            BootstrapServers = Cluster.BootstrapServers,
            ClientId = Name,
            GroupId = Name,
            AutoOffsetReset = AutoOffsetReset.Earliest,
            IsolationLevel = IsolationLevel.ReadCommitted,
            SessionTimeoutMs = 6_000,
            HeartbeatIntervalMs = 1_000,
            RequestTimeoutMs = 5_000,
            DefaultApiTimeoutMs = 20_000,
            SocketConnectionSetupTimeoutMs = 3_000,
        });
        await using var producer = new KafkaProducer(new ProducerOptions
        {
            BootstrapServers = Cluster.BootstrapServers,
            ClientId = Name,
            TransactionalId = Name,
            TransactionTimeoutMs = 20_000,
            DeliveryTimeoutMs = 20_000,
            RequestTimeoutMs = 5_000,
            DefaultApiTimeoutMs = 20_000,
            SocketConnectionSetupTimeoutMs = 3_000,
        });
        await producer.InitTransactionsAsync(CancellationToken.None);
        consumer.Subscribe([from]);
        while (!stop.IsCancellationRequested)
            if (await consumer.PollAsync(TimeSpan.FromMilliseconds(200)) is { Count: > 0 } records)
                await CopyAsync(consumer, producer, records);
    }

    // When anything fails both clients are closed, and the next incarnation begins at what the group has committed.
    private async Task CopyAsync(KafkaConsumer consumer, KafkaProducer producer, IReadOnlyList<ConsumeResult> records)
    {
        producer.BeginTransaction();
        var sends = records.Select(record => producer.SendAsync(new ProducerRecord(to, record.Value)
        {
            Partition = record.TopicPartition.Partition,
        }).AsTask()).ToList();
        await Task.WhenAll(sends);
        var offsets = records.GroupBy(record => record.TopicPartition)
            .ToDictionary(group => group.Key, group => new OffsetAndMetadata(group.Max(record => record.Offset) + 1));
        var began = Recorder.NowUs;
        await producer.SendOffsetsToTransactionAsync(offsets, consumer.GroupMetadata);
        await producer.CommitTransactionAsync();
        foreach (var (partition, offset) in offsets)
            Recorder.Add(new OffsetCommitted(Name, partition, offset.Offset, Outcome.Ok, InTransaction: true)
            {
                BeganUs = began,
                EndedUs = Recorder.NowUs,
            });
    }
}
