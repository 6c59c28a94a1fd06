using System.Buffers;
using System.Text.Json;
using System.Text.Json.Serialization;
using Platform.Api.Hosting;
using Platform.Api.Serialization;
using Platform.Client.Metadata;
using Platform.Client.Producing;

namespace Platform.Api.RestProxy.V3.Records;

/// <summary>Records to produce, each under an id of the client's.</summary>
internal sealed record ProduceBatchRequest(
    [property: JsonPropertyName("entries")] IReadOnlyList<ProduceBatchEntry> Entries);

/// <summary>A record of a batch; its id has 1 to 80 characters and is unique in the batch.</summary>
internal sealed record ProduceBatchEntry(
    [property: JsonPropertyName("id")] string Id,
    [property: JsonPropertyName("partition_id")] int? PartitionId = null,
    [property: JsonPropertyName("headers")] IReadOnlyList<ProduceHeader>? Headers = null,
    [property: JsonPropertyName("key")] ProduceData? Key = null,
    [property: JsonPropertyName("value")] ProduceData? Value = null,
    [property: JsonPropertyName("timestamp")] DateTimeOffset? Timestamp = null);

/// <summary>What became of the records of a batch.</summary>
internal sealed record ProduceBatchResponse(
    [property: JsonPropertyName("successes")] IReadOnlyList<ProduceResponse> Successes,
    [property: JsonPropertyName("failures")] IReadOnlyList<ProduceBatchFailure> Failures);

/// <summary>A record that was refused.</summary>
internal sealed record ProduceBatchFailure(
    [property: JsonPropertyName("id")] string Id,
    [property: JsonPropertyName("error_code")] int ErrorCode,
    [property: JsonPropertyName("message")] string Message);

/// <summary>Producing a batch: always 207, each record with its own outcome.</summary>
internal static class BatchEndpoints
{
    /// <summary>Entries of one batch.</summary>
    public const int MaxEntries = 50;

    private const int MaxIdChars = 80;
    private const int BatchError = 42208;

    public static void MapBatches(this RouteGroupBuilder v3) =>
        v3.MapPost("/{clusterId}/topics/{topicName}/records:batch", ProduceAsync).WithName("produceRecordsBatch")
            .WithTags("Records (v3)").Takes<ProduceBatchRequest>()
            .Produces<ProduceBatchResponse>(StatusCodes.Status207MultiStatus, MediaTypes.Json)
            .WithSummary("Produce several records at once, each with an id and an outcome");

    private static async Task ProduceAsync(HttpContext context, ClusterGateway gateway, RecordProducer producer,
        SchemaSerializer serializer, string clusterId, string topicName)
    {
        var links = await ResourceLinks.ForAsync(context, gateway, clusterId);
        var topic = await RecordEndpoints.TopicAsync(producer, PathSegment.Decode(topicName), context.RequestAborted);
        var reader = new JsonObjectReader(context.Request.BodyReader);
        try
        {
            using var body = await reader.ReadAsync(context.RequestAborted)
                ?? throw new ProblemException(BatchError, "The body is empty; an object with \"entries\" is expected.");
            var sent = new List<SentEntry>();
            foreach (var entry in Entries(body.RootElement))
                sent.Add(await SendAsync(producer, serializer, topic, entry, context.RequestAborted));
            await AnswerAsync(context, links.ClusterId, topic.Name, sent);
        }
        finally
        {
            reader.Release();
        }
    }

    private static List<(string Id, JsonElement Record)> Entries(JsonElement body)
    {
        if (body.ValueKind != JsonValueKind.Object || !body.TryGetProperty("entries", out var entries)
            || entries.ValueKind != JsonValueKind.Array || entries.GetArrayLength() is 0 or > MaxEntries)
            throw new ProblemException(BatchError, $"\"entries\" must hold 1 to {MaxEntries} records.");
        var found = new List<(string, JsonElement)>();
        var ids = new HashSet<string>(StringComparer.Ordinal);
        foreach (var entry in entries.EnumerateArray())
        {
            if (entry.ValueKind != JsonValueKind.Object || !entry.TryGetProperty("id", out var id)
                || id.ValueKind != JsonValueKind.String || id.GetString() is not { Length: > 0 and <= MaxIdChars } text)
                throw new ProblemException(BatchError, $"Each entry has an \"id\" of 1 to {MaxIdChars} characters.");
            if (!ids.Add(text))
                throw new ProblemException(BatchError, $"The id '{text}' is given twice.");
            found.Add((text, entry));
        }
        return found;
    }

    private static async ValueTask<SentEntry> SendAsync(RecordProducer producer, SchemaSerializer serializer,
        TopicMetadata topic, (string Id, JsonElement Record) entry, CancellationToken cancellation)
    {
        ParsedRecord record = default;
        try
        {
            record = ProduceRecordParser.Parse(entry.Record, besides: "id");
            if (record.IsPending)
                record = await RecordStream.ResolveAsync(serializer, topic.Name, record, cancellation);
            var (key, value) = (PartSummary.Of(record.Key), PartSummary.Of(record.Value));
            var sent = producer.SendAsync(RecordStream.ToRecord(topic, record), out var accepted, cancellation);
            await accepted.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            return new SentEntry(entry.Id, key, value, sent, null);
        }
        catch (ProblemException problem)
        {
            return new SentEntry(entry.Id, null, null, default, problem);
        }
        catch (InvalidOperationException error) when (BrokenText.IsIn(error))
        {
            return new SentEntry(entry.Id, null, null, default,
                BrokenText.Problem(StatusCodes.Status422UnprocessableEntity));
        }
        finally
        {
            record.Release();
        }
    }

    private static async Task AnswerAsync(HttpContext context, string clusterId, string topic, List<SentEntry> sent)
    {
        var successes = new ArrayBufferWriter<byte>();
        var failures = new ArrayBufferWriter<byte>();
        using var writer = new ProduceResultWriter(clusterId, topic);
        foreach (var one in sent)
        {
            try
            {
                if (one.Problem is not null)
                    throw one.Problem;
                var metadata = await one.Sent;
                Separate(successes);
                writer.Write(successes, metadata, one.Key, one.Value, one.Id);
            }
            catch (Exception error) when ((error as ProblemException ?? KafkaProblems.Explain(error)) is { } problem)
            {
                Separate(failures);
                writer.Write(failures, problem, one.Id);
            }
        }
        context.Response.StatusCode = StatusCodes.Status207MultiStatus;
        context.Response.ContentType = MediaTypes.Json;
        var output = context.Response.BodyWriter;
        output.Write("{\"successes\":["u8);
        output.Write(successes.WrittenSpan);
        output.Write("],\"failures\":["u8);
        output.Write(failures.WrittenSpan);
        output.Write("]}"u8);
        await output.FlushAsync(context.RequestAborted);
    }

    private readonly record struct SentEntry(string Id, PartSummary? Key, PartSummary? Value,
        ValueTask<RecordMetadata> Sent, ProblemException? Problem);

    private static void Separate(ArrayBufferWriter<byte> list)
    {
        if (list.WrittenCount > 0)
            list.Write(","u8);
    }
}
