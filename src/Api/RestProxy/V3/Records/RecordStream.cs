using System.IO.Pipelines;
using System.Text.Json;
using System.Threading.Channels;
using Platform.Api.Hosting;
using Platform.Api.Serialization;
using Platform.Client.Metadata;
using Platform.Client.Producing;

namespace Platform.Api.RestProxy.V3.Records;

/// <summary>
/// Serves one produce request. Records are sent in the order in which they arrive, and answered in that order as they
/// are acknowledged; the answer begins with the first acknowledgement, while the body may still be under way.
/// </summary>
internal sealed class RecordStream(
    HttpContext context, RecordProducer producer, SchemaSerializer serializer, TopicMetadata topic, string clusterId,
    StreamLimits limits) : IDisposable
{
    /// <summary>
    /// Records of one stream that were sent and not yet answered; beyond that the body is not read on.
    /// </summary>
    public const int MaxUnanswered = 1_000;

    /// <summary>Bytes of their keys and values; a record beyond it waits until it is the only one.</summary>
    public const int MaxUnansweredBytes = 4 * 1024 * 1024;

    private readonly JsonObjectReader _reader = new(context.Request.BodyReader);
    private readonly ProduceResultWriter _writer = new(clusterId, topic.Name);
    private readonly UnansweredBytes _underWay = new(MaxUnansweredBytes);
    private readonly StreamLifetime _lifetime = new(limits);

    private CancellationToken Aborted => context.RequestAborted;

    private PipeWriter Output => context.Response.BodyWriter;

    public async Task RunAsync()
    {
        // What is wrong before the first record was sent becomes the status of the whole answer.
        using var first = await _reader.ReadAsync(Aborted)
            ?? throw V3Problems.Invalid("Payload error. The request body is empty; a JSON object is expected.");
        context.Response.ContentType = MediaTypes.Json;
        var sent = await SendAsync(first);
        if (_reader.IsAtEnd)
        {
            await AnswerAsync(sent);
            await Output.FlushAsync(Aborted);
            return;
        }
        var unanswered = Channel.CreateBounded<Unanswered>(new BoundedChannelOptions(MaxUnanswered)
        {
            SingleReader = true,
            SingleWriter = true,
        });
        await Task.WhenAll(SendAllAsync(sent, unanswered.Writer), AnswerAllAsync(unanswered.Reader));
    }

    public void Dispose()
    {
        _reader.Release();
        _writer.Dispose();
        _lifetime.Dispose();
    }

    private async Task SendAllAsync(Unanswered first, ChannelWriter<Unanswered> unanswered)
    {
        try
        {
            await unanswered.WriteAsync(first, Aborted);
            while (await ReadAsync() is { } json)
            {
                using (json)
                    await unanswered.WriteAsync(await SendAsync(json), Aborted);
            }
        }
        catch (ProblemException problem)
        {
            // Malformed JSON: where the next record begins is not known, so the stream ends with this answer.
            await unanswered.WriteAsync(Unanswered.Refused(problem), Aborted);
        }
        finally
        {
            unanswered.Complete();
        }
    }

    // Null at the end of the body, and when the stream has been open for too long.
    private async ValueTask<JsonDocument?> ReadAsync()
    {
        if (!_lifetime.Closing.CanBeCanceled)
            return await _reader.ReadAsync(Aborted);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(Aborted, _lifetime.Closing);
        try
        {
            either.Token.ThrowIfCancellationRequested();
            return await _reader.ReadAsync(either.Token);
        }
        catch (OperationCanceledException) when (!Aborted.IsCancellationRequested)
        {
            return null;
        }
    }

    private async Task AnswerAllAsync(ChannelReader<Unanswered> unanswered)
    {
        while (await unanswered.WaitToReadAsync(Aborted))
        {
            while (unanswered.TryRead(out var next))
            {
                // A client that sends one record and waits must get its answer: flush before waiting for Kafka.
                if (!next.Sent.IsCompleted)
                    await Output.FlushAsync(Aborted);
                await AnswerAsync(next);
                _underWay.Release(next.Bytes);
            }
            await Output.FlushAsync(Aborted);
        }
    }

    // Only a record with a schema has to wait, and those behind it with it: the order of a stream is kept.
    private async ValueTask<Unanswered> SendAsync(JsonDocument json)
    {
        if (_lifetime.Refusal() is { } refusal)
            return Unanswered.Refused(refusal);
        ParsedRecord record = default;
        try
        {
            record = ProduceRecordParser.Parse(json.RootElement);
            if (record.IsPending)
                record = await ResolveAsync(serializer, topic.Name, record, Aborted);
            var whole = ToRecord(topic, record);
            var (key, value) = (PartSummary.Of(record.Key), PartSummary.Of(record.Value));
            // Nothing behind this line refuses the record, so that what is taken here is given back with its answer.
            await _underWay.TakeAsync(Unanswered.BytesOf(key, value), Aborted);
            var sent = producer.SendAsync(whole, out var accepted, Aborted);
            await accepted.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            return new Unanswered(sent, key, value, null);
        }
        catch (ProblemException problem)
        {
            return Unanswered.Refused(problem);
        }
        catch (InvalidOperationException error) when (BrokenText.IsIn(error))
        {
            return Unanswered.Refused(BrokenText.Problem(StatusCodes.Status422UnprocessableEntity));
        }
        finally
        {
            record.Release();
        }
    }

    /// <summary>The record with its key and value as they are written.</summary>
    internal static async ValueTask<ParsedRecord> ResolveAsync(
        SchemaSerializer serializer, string topic, ParsedRecord record, CancellationToken cancellation)
    {
        if (record.Key?.Pending is { } key)
            record = record with { Key = await key.SerializeAsync(serializer, topic, "key", cancellation) };
        if (record.Value?.Pending is { } value)
            record = record with { Value = await value.SerializeAsync(serializer, topic, "value", cancellation) };
        return record;
    }

    /// <summary>A record for its topic. Throws 40402 when it names a partition that is not there.</summary>
    internal static ProducerRecord ToRecord(TopicMetadata topic, in ParsedRecord record)
    {
        if (record.Partition is { } partition && topic.Partition(partition) is null)
            throw new ProblemException(40402, $"Partition {partition} of topic {topic.Name} not found.");
        return new ProducerRecord(topic.Name, record.Value?.Bytes, record.Key?.Bytes)
        {
            Partition = record.Partition,
            Timestamp = record.TimestampMs,
            Headers = record.Headers,
        };
    }

    private async ValueTask AnswerAsync(Unanswered one)
    {
        if (one.Problem is not null)
        {
            _writer.Write(Output, one.Problem);
            return;
        }
        try
        {
            var metadata = await one.Sent;
            _writer.Write(Output, metadata, one.Key, one.Value);
        }
        catch (Exception error) when (KafkaProblems.Explain(error) is { } problem)
        {
            _writer.Write(Output, problem);
        }
    }

    // The bytes of the record are in the producer's batch by now. Holding them here too would keep them until the answer.
    private readonly record struct Unanswered(ValueTask<RecordMetadata> Sent, PartSummary? Key, PartSummary? Value,
        ProblemException? Problem)
    {
        public int Bytes => BytesOf(Key, Value);

        public static Unanswered Refused(ProblemException problem) => new(default, null, null, problem);

        public static int BytesOf(PartSummary? key, PartSummary? value) => (key?.Size ?? 0) + (value?.Size ?? 0);
    }
}
