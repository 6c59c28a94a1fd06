using Platform.Chaos.History;
using Platform.Chaos.Nodes;
using Platform.Client;
using Platform.Client.Producing;
using Platform.Protocol;

namespace Platform.Chaos.Workloads;

/// <summary>Writes transactions over several partitions; one of five is aborted on purpose.</summary>
public sealed class TransactionalWriter(
    string name, ChaosCluster cluster, Recorder recorder, string topic, int partitions, Random random)
    : Workload(name, cluster, recorder)
{
    private const int MaxRecords = 8, PauseMs = 40, AbortOneOf = 5;

    /// <inheritdoc/>
    protected override async Task WorkAsync(string incarnation, CancellationToken stop)
    {
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
        var sequence = 0L;
        for (var number = 0; !stop.IsCancellationRequested; number++)
        {
            sequence = await TransactAsync(producer, incarnation, number, sequence);
            await Task.Delay(PauseMs, CancellationToken.None);
        }
    }

    private async Task<long> TransactAsync(KafkaProducer producer, string incarnation, int number, long sequence)
    {
        var began = Recorder.NowUs;
        var wanted = random.Next(AbortOneOf) == 0 ? Outcome.Failed : Outcome.Ok;
        var outcome = Outcome.Failed;
        try
        {
            producer.BeginTransaction();
            var sends = Enumerable.Range(0, 1 + random.Next(MaxRecords))
                .Select(i => SendAsync(producer, incarnation, sequence + i, number)).ToList();
            sequence += sends.Count;
            await Task.WhenAll(sends);
            if (wanted == Outcome.Ok)
                outcome = Outcome.Unknown;
            await (wanted == Outcome.Ok ? producer.CommitTransactionAsync() : producer.AbortTransactionAsync());
            outcome = wanted;
        }
        catch (KafkaException error)
        {
            Recorder.Count($"{Name}: {error.Code}");
            // Without an answer to a commit only the coordinator can say that it did not happen; a transaction whose commit
            // was never asked for cannot become committed, whether this succeeds or not.
            await producer.AbortTransactionAsync();
            outcome = Outcome.Failed;
        }
        finally
        {
            Recorder.Add(new TransactionEnded(incarnation, number, outcome) { BeganUs = began, EndedUs = Recorder.NowUs });
        }
        return sequence;
    }

    private async Task SendAsync(KafkaProducer producer, string incarnation, long sequence, int number)
    {
        var partition = new TopicPartition(topic, random.Next(partitions));
        var sent = new Written(incarnation, sequence, partition, Outcome.Unknown, -1, Guarantee.ExactlyOnce, number)
        {
            BeganUs = Recorder.NowUs,
        };
        try
        {
            var record = new ProducerRecord(topic, new Mark(incarnation, sequence).ToBytes()) { Partition = partition.Partition };
            var metadata = await producer.SendAsync(record);
            Recorder.Add(sent with { Outcome = Outcome.Ok, Offset = metadata.Offset, EndedUs = Recorder.NowUs });
        }
        catch (KafkaException error)
        {
            Recorder.Add(sent with { EndedUs = Recorder.NowUs, Error = error.Code.ToString() });
            throw;
        }
    }
}
