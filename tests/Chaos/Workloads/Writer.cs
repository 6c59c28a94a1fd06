using Platform.Chaos.History;
using Platform.Chaos.Nodes;
using Platform.Client;
using Platform.Client.Producing;
using Platform.Protocol;

namespace Platform.Chaos.Workloads;

/// <summary>How a <see cref="Writer"/> writes.</summary>
/// <param name="Topic">Where to.</param>
/// <param name="Partitions">Number of its partitions.</param>
/// <param name="PerSecond">Records per second.</param>
/// <param name="Guarantee">What it is promised; decides about acks and idempotence.</param>
public sealed record WriterOptions(string Topic, int Partitions, int PerSecond, Guarantee Guarantee);

/// <summary>Sends numbered records, spread over the partitions, without waiting for one before the next.</summary>
public sealed class Writer(string name, ChaosCluster cluster, Recorder recorder, WriterOptions options)
    : Workload(name, cluster, recorder)
{
    private const int TickMs = 20, MaxUnderWay = 1_000;

    /// <inheritdoc/>
    protected override async Task WorkAsync(string incarnation, CancellationToken stop)
    {
        await using var producer = new KafkaProducer(Options());
        using var free = new SemaphoreSlim(MaxUnderWay);
        var sequence = 0L;
        while (!stop.IsCancellationRequested)
        {
            for (var i = 0; i < Math.Max(1, options.PerSecond * TickMs / 1000); i++)
            {
                await free.WaitAsync(CancellationToken.None);
                await PostAsync(producer, incarnation, sequence++, free);
            }
            await Task.Delay(TickMs, CancellationToken.None);
        }
        await producer.FlushAsync(CancellationToken.None);
    }

    private ProducerOptions Options() => new()
    {
        BootstrapServers = Cluster.BootstrapServers,
        ClientId = Name,
        Acks = options.Guarantee == Guarantee.None ? Acks.Leader : Acks.All,
        EnableIdempotence = options.Guarantee == Guarantee.ExactlyOnce,
        DeliveryTimeoutMs = 60_000,
        RequestTimeoutMs = 5_000,
        SocketConnectionSetupTimeoutMs = 3_000,
    };

    private async Task PostAsync(KafkaProducer producer, string incarnation, long sequence, SemaphoreSlim free)
    {
        var partition = new TopicPartition(options.Topic, (int)(sequence % options.Partitions));
        var record = new ProducerRecord(options.Topic, new Mark(incarnation, sequence).ToBytes()) { Partition = partition.Partition };
        var sent = new Written(incarnation, sequence, partition, Outcome.Unknown, -1, options.Guarantee) { BeganUs = Recorder.NowUs };
        try
        {
            await producer.PostAsync(record, (in RecordMetadata metadata, KafkaException? error, object? _) =>
            {
                Recorder.Add(sent with
                {
                    Outcome = error is null ? Outcome.Ok : Outcome.Unknown,
                    Offset = metadata.Offset,
                    EndedUs = Recorder.NowUs,
                    Error = error?.Code.ToString(),
                });
                free.Release();
            });
        }
        catch (KafkaException refused)
        {
            // Not accepted: it was never sent.
            Recorder.Add(sent with { Outcome = Outcome.Failed, EndedUs = Recorder.NowUs, Error = refused.Code.ToString() });
            free.Release();
            throw;
        }
    }
}
