using System.Globalization;
using Platform.Api.Hosting;
using Platform.Api.Serialization;
using Platform.Client;
using Platform.Client.Metadata;
using Platform.Client.Producing;
using Platform.Protocol;
using Platform.Protocol.Records;

namespace Platform.Api.RestProxy.V2.Records;

/// <summary>Producing records; the Content-Type says how they are embedded.</summary>
internal static class ProduceEndpoints
{
    /// <summary>Records of one request.</summary>
    public const int MaxRecords = 100_000;

    public static void MapProduce(this RouteGroupBuilder v2)
    {
        var topics = v2.MapGroup("/topics/{topic}").WithTags("Records (v2)");
        topics.MapPost("", ToTopicAsync).WithName("produceToTopicV2").TakesRecords()
            .WithSummary("Produce records, which may each name a partition");
        topics.MapPost("/partitions/{partition:int}", ToPartitionAsync).WithName("produceToPartitionV2").TakesRecords()
            .WithSummary("Produce records to one partition");
    }

    // Plain JSON is more than the reference product takes; it means the json format.
    private static RouteHandlerBuilder TakesRecords(this RouteHandlerBuilder endpoint) =>
        endpoint.Accepts<ProduceRecordsRequest>(MediaTypes.KafkaV2Json, MediaTypes.KafkaV2Binary,
            MediaTypes.KafkaV2Avro, MediaTypes.KafkaV2JsonSchema, MediaTypes.KafkaV2Protobuf, MediaTypes.Json);

    private static Task<V2Answer<ProduceRecordsResponse>> ToTopicAsync(
        HttpContext context, RecordProducer producer, SchemaSerializer serializer, string topic) =>
        ProduceAsync(context, producer, serializer, topic, null);

    private static Task<V2Answer<ProduceRecordsResponse>> ToPartitionAsync(
        HttpContext context, RecordProducer producer, SchemaSerializer serializer, string topic, int partition) =>
        ProduceAsync(context, producer, serializer, topic, partition);

    private static async Task<V2Answer<ProduceRecordsResponse>> ProduceAsync(HttpContext context,
        RecordProducer producer, SchemaSerializer serializer, string topicName, int? partition)
    {
        var format = FormatOf(context.Request.ContentType);
        var request = await JsonBody.ReadAsync(context, V2Json.TypeInfo<ProduceRecordsRequest>(), emptyBodyCode: 42206);
        Check(format, request, partition);
        var topic = await TopicAsync(producer, PathSegment.Decode(topicName), context.RequestAborted);
        if (partition is { } wanted && topic.Partition(wanted) is null)
            throw V2Problems.PartitionNotFound();
        // Everything is decoded before anything is sent, so that a bad record does not leave half a request behind.
        var schemas = await RecordSchemas.ForAsync(format, serializer, topic.Name, request, context.RequestAborted);
        var records = request.Records!.Select((item, i) => ToRecord(topic, schemas, item!, i, partition)).ToArray();
        var sent = Array.ConvertAll(records, record => producer.SendAsync(record, context.RequestAborted).AsTask());
        var offsets = new List<ProducedOffset>(sent.Length);
        foreach (var record in sent)
            offsets.Add(await AnswerAsync(record));
        SetStatus(context, offsets);
        return new(new ProduceRecordsResponse(offsets, schemas.Key?.Id, schemas.Value?.Id));
    }

    // The router lets every type that ends in +json pass for JSON.
    private static EmbeddedFormat FormatOf(string? contentType) => EmbeddedFormats.Of(contentType)
        ?? (MediaTypes.Essence(contentType) is MediaTypes.Json ? EmbeddedFormat.Json
            : throw new ProblemException(StatusCodes.Status415UnsupportedMediaType, "HTTP 415 Unsupported Media Type"));

    private static void Check(EmbeddedFormat format, ProduceRecordsRequest request, int? partition)
    {
        if (request.Records is not { Count: > 0 and <= MaxRecords } records)
            throw V2Problems.Invalid($"\"records\" must hold 1 to {MaxRecords} records.");
        if (records.Any(item => item is null))
            throw V2Problems.Invalid("\"records\" must not hold null.");
        if (records.Any(item => item!.Partition < 0) || partition < 0)
            throw V2Problems.Invalid("\"partition\" must be 0 or more.");
        RecordSchemas.Check(format, request);
    }

    private static ProducerRecord ToRecord(
        TopicMetadata topic, RecordSchemas schemas, ProduceRecordItem item, int index, int? partition)
    {
        var where = string.Create(CultureInfo.InvariantCulture, $"records[{index}]");
        if (partition is not null && item.Partition is not null)
            throw V2Problems.Invalid($"{where}.partition: the path names the partition already.");
        if (item.Partition is { } own && topic.Partition(own) is null)
            throw V2Problems.PartitionNotFound();
        return new ProducerRecord(
            topic.Name, schemas.DecodeValue(item.Value, where + ".value"), schemas.DecodeKey(item.Key, where + ".key"))
        {
            Partition = partition ?? item.Partition,
            Timestamp = item.Timestamp,
            Headers = (item.Headers ?? []).Select(header => new RecordHeader(header.Key, header.Value)).ToArray(),
        };
    }

    private static async Task<ProducedOffset> AnswerAsync(Task<RecordMetadata> sent)
    {
        try
        {
            var metadata = await sent;
            return new ProducedOffset(metadata.TopicPartition.Partition, metadata.Offset, null, null);
        }
        catch (KafkaException error)
        {
            return new ProducedOffset(null, null, CodeOf(error), error.Message);
        }
    }

    // Per record there are four codes only: not authenticated, not allowed, try again, and the rest.
    private static int CodeOf(KafkaException error) => KafkaProblems.CodeOf(error.Code) switch
    {
        40101 => 40101,
        40301 => 40301,
        _ => error.IsRetriable ? 50003 : 50002,
    };

    private static void SetStatus(HttpContext context, List<ProducedOffset> offsets)
    {
        if (offsets.Find(one => one.ErrorCode is 40101 or 40301) is { ErrorCode: { } code })
            context.Response.StatusCode = ProblemException.StatusOf(code);
    }

    private static async ValueTask<TopicMetadata> TopicAsync(
        RecordProducer producer, string topic, CancellationToken cancellation)
    {
        try
        {
            return await producer.TopicAsync(topic, cancellation);
        }
        catch (KafkaException error) when (error.Code == ErrorCode.UnknownTopicOrPartition)
        {
            throw V2Problems.TopicNotFound();
        }
    }
}
