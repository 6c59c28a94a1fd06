using System.Buffers.Binary;
using System.CommandLine;
using System.Diagnostics;
using Platform.Client;
using Platform.Client.Consuming;
using Platform.Client.Producing;
using Platform.Protocol;

namespace Platform.Commands.Perf;

/// <summary>`platform perf end-to-end`: how long a record takes from the producer's call to the consumer's hands, one
/// record at a time.</summary>
internal static class PerfEndToEnd
{
    private static readonly Argument<string> Topic = new("topic") { Description = "Topic to use." };
    private static readonly Option<long> Records = new("--records", "-n") { DefaultValueFactory = _ => 10_000 };
    private static readonly Option<int> RecordSize = new("--record-size", "-s") { DefaultValueFactory = _ => 100 };
    private static readonly Option<string> AcksOption = new("--acks") { DefaultValueFactory = _ => "all" };

    /// <summary>The verb.</summary>
    public static Command Create() => ClientCommand.For(
        "end-to-end", "Measure the way of single records.", RunAsync, Topic, Records, RecordSize, AcksOption);

    private static async Task RunAsync(
        ClientOptions client, ParseResult parsed, Output output, CancellationToken cancellation)
    {
        var settings = ProducerSettings.From(client, parsed.GetValue(AcksOption)!, "none") with { LingerMs = 0 };
        await using var producer = new KafkaProducer(settings);
        await using var consumer = new KafkaConsumer(new ConsumerOptions { BootstrapServers = client.BootstrapServers });
        var topic = await producer.TopicAsync(parsed.GetValue(Topic)!, cancellation);
        consumer.Assign(topic.Partitions.Select(p => new TopicPartition(topic.Name, p.Index)));
        consumer.SeekToEnd(consumer.Assignment);
        await consumer.PollAsync(TimeSpan.FromMilliseconds(500), cancellation);

        var latencies = new LatencyHistogram();
        using var progress = new PerfProgress(output, latencies);
        var value = new byte[Math.Max(sizeof(long), parsed.GetValue(RecordSize))];
        for (long i = 0; i < parsed.GetValue(Records); i++)
        {
            var sentAt = Stopwatch.GetTimestamp();
            BinaryPrimitives.WriteInt64LittleEndian(value, sentAt);
            await producer.SendAsync(new ProducerRecord(topic.Name, value), cancellation);
            await UntilArrivedAsync(consumer, sentAt, cancellation);
            latencies.Record((long)Stopwatch.GetElapsedTime(sentAt).TotalMicroseconds);
            progress.Add(1, value.Length);
        }
        progress.Finish("end-to-end");
    }

    private static async Task UntilArrivedAsync(KafkaConsumer consumer, long sentAt, CancellationToken cancellation)
    {
        while (true)
            foreach (var result in await consumer.PollAsync(TimeSpan.FromSeconds(1), cancellation))
                if (result.Value is { } value && BinaryPrimitives.ReadInt64LittleEndian(value.Span) == sentAt)
                    return;
    }
}
