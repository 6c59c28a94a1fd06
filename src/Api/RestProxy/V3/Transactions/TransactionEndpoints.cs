using System.Text.Json;
using Platform.Api.Hosting;
using Platform.Api.RestProxy.V3.Records;
using Platform.Api.Serialization;
using Platform.Client;
using Platform.Client.Admin;
using Platform.Client.Consuming;
using Platform.Client.Producing;
using Platform.Protocol;

namespace Platform.Api.RestProxy.V3.Transactions;

/// <summary>
/// Transactions over HTTP: one request is one transaction, which is committed before it is answered. So nothing is left
/// open by a client that goes away, and no state binds a client to a proxy. With an Idempotency-Key a request may be
/// repeated without a second transaction.
/// </summary>
internal static class TransactionEndpoints
{
    /// <summary>Records of one transaction, and offsets of one.</summary>
    public const int MaxItems = 1_000;

    public static void MapTransactions(this RouteGroupBuilder v3) =>
        v3.MapPost("/{clusterId}/transactions", RunAsync).WithName("commitTransaction")
            .WithTags("Transactions (v3)").Takes<TransactionRequest>()
            .WithSummary("Write records to any topics and commit offsets of consumer groups, all of it or nothing");

    private static async Task<V3Answer<TransactionResponse>> RunAsync(HttpContext context, ClusterGateway gateway,
        RecordProducer metadata, SchemaSerializer serializer, TransactionalProducers producers, string clusterId)
    {
        var links = await ResourceLinks.ForAsync(context, gateway, clusterId);
        using var body = await ReadAsync(context);
        var records = await RecordsAsync(body.RootElement, metadata, serializer, context.RequestAborted);
        var offsets = Offsets(body.RootElement);
        if (records.Count + offsets.Count == 0)
            throw V3Problems.Invalid("The transaction is empty: give \"records\", \"offsets\", or both.");
        var written = await producers.UseAsync(
            producer => CommitAsync(producer, records, offsets, context.RequestAborted), context.RequestAborted);
        return new(new TransactionResponse(links.ClusterId, [.. written.Select(one => new TransactionRecordResponse(
            one.TopicPartition.Topic, one.TopicPartition.Partition, one.Offset))]));
    }

    private static async Task<List<RecordMetadata>> CommitAsync(KafkaProducer producer, List<ProducerRecord> records,
        Dictionary<string, Dictionary<TopicPartition, OffsetAndMetadata>> offsets, CancellationToken cancellation)
    {
        producer.BeginTransaction();
        try
        {
            var sent = new List<ValueTask<RecordMetadata>>();
            foreach (var record in records)
                sent.Add(producer.SendAsync(record, cancellation));
            var written = new List<RecordMetadata>();
            foreach (var one in sent)
                written.Add(await one);
            foreach (var (group, positions) in offsets)
                await producer.SendOffsetsToTransactionAsync(positions, new ConsumerGroupMetadata(group), cancellation);
            // From here on the client may go away: the transaction is decided, and told to whoever asks again.
            await producer.CommitTransactionAsync(CancellationToken.None);
            return written;
        }
        catch (Exception error) when (!producer.IsFenced)
        {
            await TryAbortAsync(producer);
            if (error is KafkaException { Code: ErrorCode.TransactionAbortable, InnerException: KafkaException cause })
                throw cause;
            throw;
        }
    }

    // What cannot be aborted now is aborted by its coordinator when its time is up.
    private static async Task TryAbortAsync(KafkaProducer producer)
    {
        try
        {
            await producer.AbortTransactionAsync(CancellationToken.None);
        }
        catch (Exception error) when (error is KafkaException or InvalidOperationException)
        {
            return;
        }
    }

    private static async Task<JsonDocument> ReadAsync(HttpContext context)
    {
        try
        {
            var document = JsonDocument.Parse(await JsonBody.ReadAllAsync(context));
            if (document.RootElement.ValueKind == JsonValueKind.Object)
                return document;
            document.Dispose();
            throw V3Problems.Invalid("The body must be a JSON object with \"records\" and \"offsets\".");
        }
        catch (JsonException error)
        {
            throw new ProblemException(StatusCodes.Status400BadRequest, $"The body is no JSON: {error.Message}");
        }
    }

    private static async Task<List<ProducerRecord>> RecordsAsync(
        JsonElement body, RecordProducer metadata, SchemaSerializer serializer, CancellationToken cancellation)
    {
        var records = new List<ProducerRecord>();
        foreach (var item in Items(body, "records"))
        {
            var name = Text(item, "topic_name", $"records[{records.Count}]");
            var topic = await RecordEndpoints.TopicAsync(metadata, name, cancellation);
            var record = ProduceRecordParser.Parse(item, besides: "topic_name");
            if (record.IsPending)
                record = await RecordStream.ResolveAsync(serializer, name, record, cancellation);
            records.Add(RecordStream.ToRecord(topic, record));
        }
        return records;
    }

    private static Dictionary<string, Dictionary<TopicPartition, OffsetAndMetadata>> Offsets(JsonElement body)
    {
        var groups = new Dictionary<string, Dictionary<TopicPartition, OffsetAndMetadata>>(StringComparer.Ordinal);
        var number = 0;
        foreach (var item in Items(body, "offsets"))
        {
            var where = $"offsets[{number++}]";
            var group = Text(item, "consumer_group_id", where);
            var partition = new TopicPartition(
                Text(item, "topic_name", where), (int)Number(item, "partition_id", where, int.MaxValue));
            var metadata = item.TryGetProperty("metadata", out _) ? Text(item, "metadata", where) : "";
            if (!groups.TryGetValue(group, out var positions))
                groups[group] = positions = [];
            if (!positions.TryAdd(partition, new OffsetAndMetadata(Number(item, "offset", where), Metadata: metadata)))
                throw V3Problems.Invalid($"{where}: {partition} of group {group} is given twice.");
        }
        return groups;
    }

    private static IEnumerable<JsonElement> Items(JsonElement body, string name)
    {
        if (!body.TryGetProperty(name, out var items) || items.ValueKind == JsonValueKind.Null)
            return [];
        if (items.ValueKind != JsonValueKind.Array || items.GetArrayLength() > MaxItems)
            throw V3Problems.Invalid($"\"{name}\" must be a list of at most {MaxItems} objects.");
        var all = items.EnumerateArray().ToList();
        return all.TrueForAll(item => item.ValueKind == JsonValueKind.Object) ? all
            : throw V3Problems.Invalid($"\"{name}\" must be a list of objects.");
    }

    private static string Text(JsonElement item, string field, string where) =>
        item.TryGetProperty(field, out var text) && text.ValueKind == JsonValueKind.String
            && text.GetString() is { Length: > 0 } found
            ? found : throw V3Problems.Invalid($"{where}: \"{field}\" is missing.");

    private static long Number(JsonElement item, string field, string where, long max = long.MaxValue) =>
        item.TryGetProperty(field, out var number) && number.ValueKind == JsonValueKind.Number
            && number.TryGetInt64(out var found) && found >= 0 && found <= max
            ? found : throw V3Problems.Invalid($"{where}: \"{field}\" must be a number from 0 to {max}.");
}
