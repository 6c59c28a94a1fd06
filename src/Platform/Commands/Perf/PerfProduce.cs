using System.CommandLine;
using System.Diagnostics;
using Platform.Client;
using Platform.Client.Producing;

namespace Platform.Commands.Perf;

/// <summary>`platform perf produce`: how fast a topic takes records, and how long each waits for its acknowledgement.</summary>
internal static class PerfProduce
{
    private static readonly Argument<string> Topic = new("topic") { Description = "Topic to write to." };
    private static readonly Option<long> Records = new("--records", "-n") { DefaultValueFactory = _ => 1_000_000 };
    private static readonly Option<int> RecordSize = new("--record-size", "-s") { DefaultValueFactory = _ => 100 };
    private static readonly Option<long> Throughput = new("--throughput")
    {
        Description = "Most records per second; 0 for as many as possible.",
    };

    private static readonly Option<string> AcksOption = new("--acks") { DefaultValueFactory = _ => "all" };
    private static readonly Option<string> Compression = new("--compression", "-z") { DefaultValueFactory = _ => "none" };
    private static readonly Option<int> BatchSize = new("--batch-size") { DefaultValueFactory = _ => 128 * 1024 };
    private static readonly Option<int> LingerMs = new("--linger-ms") { DefaultValueFactory = _ => 5 };

    /// <summary>The verb.</summary>
    public static Command Create() => ClientCommand.For("produce", "Measure producing.", RunAsync,
        Topic, Records, RecordSize, Throughput, AcksOption, Compression, BatchSize, LingerMs);

    private static async Task RunAsync(
        ClientOptions client, ParseResult parsed, Output output, CancellationToken cancellation)
    {
        var settings = ProducerSettings.From(client, parsed.GetValue(AcksOption)!, parsed.GetValue(Compression)!) with
        {
            BatchSize = parsed.GetValue(BatchSize),
            LingerMs = parsed.GetValue(LingerMs),
            BufferMemory = 64 << 20,
        };
        await using var producer = new KafkaProducer(settings);
        var topic = parsed.GetValue(Topic)!;
        await producer.TopicAsync(topic, cancellation);

        var latencies = new LatencyHistogram();
        using var progress = new PerfProgress(output, latencies);
        var size = parsed.GetValue(RecordSize);
        var deliveries = new Deliveries();
        DeliveryCallback callback = (in RecordMetadata metadata, KafkaException? error, object? state) =>
        {
            deliveries.OnDelivered(metadata, error, state);
            latencies.Record((long)Stopwatch.GetElapsedTime((long)state!).TotalMicroseconds);
            progress.Add(1, size);
        };
        await SendAsync(producer, topic, parsed, callback, cancellation);
        await producer.FlushAsync(cancellation);
        deliveries.ThrowIfAnyFailed();
        progress.Finish("produce");
    }

    private static async Task SendAsync(
        KafkaProducer producer, string topic, ParseResult parsed, DeliveryCallback callback, CancellationToken cancellation)
    {
        var value = new byte[parsed.GetValue(RecordSize)];
        new Random(Seed: 1).NextBytes(value);
        var pace = new Pace(parsed.GetValue(Throughput));
        // One boxed timestamp serves the records of a millisecond: boxing each would be the measurement's own garbage.
        object sentAt = Stopwatch.GetTimestamp();
        var count = parsed.GetValue(Records);
        for (long i = 0; i < count; i++)
        {
            if (i % 64 == 0)
            {
                sentAt = Stopwatch.GetTimestamp();
                await pace.WaitAsync(i, cancellation);
            }
            await producer.PostAsync(new ProducerRecord(topic, value), callback, sentAt, cancellation);
        }
    }
}

/// <summary>Keeps to a number of records per second.</summary>
internal sealed class Pace(long perSecond)
{
    private readonly long _start = Stopwatch.GetTimestamp();

    /// <summary>Waits until it is the turn of record <paramref name="index"/>.</summary>
    public async ValueTask WaitAsync(long index, CancellationToken cancellation)
    {
        if (perSecond <= 0)
            return;
        var early = TimeSpan.FromSeconds((double)index / perSecond) - Stopwatch.GetElapsedTime(_start);
        if (early > TimeSpan.FromMilliseconds(1))
            await Task.Delay(early, cancellation);
    }
}
