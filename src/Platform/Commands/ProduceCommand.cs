using System.CommandLine;
using System.Text;
using Platform.Client;
using Platform.Client.Producing;

namespace Platform.Commands;

/// <summary>`platform produce`: a record for every line of standard input.</summary>
internal static class ProduceCommand
{
    private static readonly Argument<string> Topic = new("topic") { Description = "Name of the topic." };
    private static readonly Option<string?> KeySeparator = new("--key-separator", "-K")
    {
        Description = "What stands between key and value; without it lines have no key.",
    };

    private static readonly Option<string> Compression = new("--compression", "-z")
    {
        Description = "none, gzip, snappy, lz4 or zstd.",
        DefaultValueFactory = _ => "none",
    };

    private static readonly Option<string> AcksOption = new("--acks")
    {
        Description = "all, 1 or 0.",
        DefaultValueFactory = _ => "all",
    };

    /// <summary>The verb.</summary>
    public static Command Create() => ClientCommand.For(
        "produce", "Send the lines of standard input to a topic.", RunAsync, Topic, KeySeparator, Compression, AcksOption);

    private static async Task RunAsync(
        ClientOptions client, ParseResult parsed, Output output, CancellationToken cancellation)
    {
        var topic = parsed.GetValue(Topic)!;
        var separator = parsed.GetValue(KeySeparator);
        await using var producer = new KafkaProducer(ProducerSettings.From(
            client, parsed.GetValue(AcksOption)!, parsed.GetValue(Compression)!));
        var deliveries = new Deliveries();
        while (await Console.In.ReadLineAsync(cancellation) is { } line)
            await producer.PostAsync(Record(topic, line, separator), deliveries.OnDelivered, null, cancellation);
        await producer.FlushAsync(cancellation);
        deliveries.ThrowIfAnyFailed();
        output.Done($"sent {deliveries.Count} records to {topic}", new { Topic = topic, Records = deliveries.Count });
    }

    private static ProducerRecord Record(string topic, string line, string? separator)
    {
        var at = string.IsNullOrEmpty(separator) ? -1 : line.IndexOf(separator, StringComparison.Ordinal);
        return at < 0
            ? new ProducerRecord(topic, Encoding.UTF8.GetBytes(line))
            : new ProducerRecord(
                topic, Encoding.UTF8.GetBytes(line[(at + separator!.Length)..]), Encoding.UTF8.GetBytes(line[..at]));
    }
}

/// <summary>Counts what was delivered and keeps the first error.</summary>
internal sealed class Deliveries
{
    private long _count;
    private KafkaException? _error;

    /// <summary>Records that brokers acknowledged.</summary>
    public long Count => Interlocked.Read(ref _count);

    /// <summary>To be handed to the producer.</summary>
    public void OnDelivered(in RecordMetadata metadata, KafkaException? error, object? state)
    {
        if (error is null)
            Interlocked.Increment(ref _count);
        else
            Interlocked.CompareExchange(ref _error, error, null);
    }

    /// <summary>Throws the first error.</summary>
    public void ThrowIfAnyFailed()
    {
        if (_error is not null)
            throw _error;
    }
}
