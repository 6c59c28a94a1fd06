using System.Buffers;
using Platform.Api.Hosting;
using Platform.Api.RestProxy.V3.Topics;
using Platform.Api.Serialization;
using Platform.Client.Consuming;
using Platform.Protocol;

namespace Platform.Api.RestProxy.V3.Consume;

/// <summary>Reading without a group: a page of records, or a stream of them.</summary>
internal static class ConsumeEndpoints
{
    public const string EventStream = "text/event-stream";
    public const string NdJson = "application/x-ndjson";

    private static readonly TimeSpan FirstFetch = TimeSpan.FromSeconds(5);

    public static void MapConsume(this RouteGroupBuilder v3)
    {
        var topic = v3.MapGroup("/{clusterId}/topics/{topicName}").WithTags("Records (v3)");
        topic.MapGet("/records", (HttpContext context, ClusterGateway gateway, string clusterId, string topicName,
            [AsParameters] ConsumeParameters query) =>
            ReadAsync(context, gateway, clusterId, (topicName, null), query)).WithName("consumeRecords").Describe()
            .WithSummary("Read records of all partitions of a topic, without a group");
        topic.MapGet("/partitions/{partitionId:int}/records",
            (HttpContext context, ClusterGateway gateway, string clusterId, string topicName, int partitionId,
            [AsParameters] ConsumeParameters query) =>
            ReadAsync(context, gateway, clusterId, (topicName, partitionId), query)).WithName("consumePartitionRecords")
            .Describe().WithSummary("Read records of one partition from an offset or a time, without a group");
    }

    private static RouteHandlerBuilder Describe(this RouteHandlerBuilder endpoint) => endpoint
        .WithMetadata(new OwnMediaTypes(EventStream, NdJson))
        .Produces<KafkaRecordList>(StatusCodes.Status200OK, MediaTypes.Json, EventStream, NdJson)
        .WithDescription("offset is a number, earliest or latest; timestamp is in ms or ISO 8601; the formats are "
            + "AUTO, BINARY, STRING and JSON. metadata.next is the next page. "
            + "Accept: text/event-stream or application/x-ndjson streams, and so does a WebSocket; the id of an event "
            + "is the position after it, so that Last-Event-ID resumes. With group a stream is a member of that "
            + "consumer group, which commits what was delivered.");

    private static async Task ReadAsync(HttpContext context, ClusterGateway gateway, string clusterId,
        (string Topic, int? Partition) place, ConsumeParameters parameters)
    {
        var partitionId = place.Partition;
        var links = await ResourceLinks.ForAsync(context, gateway, clusterId);
        var topic = await TopicEndpoints.RequireAsync(gateway, place.Topic, context.RequestAborted);
        if (partitionId is { } wanted && topic.Partition(wanted) is null)
            throw V3Problems.NotFound();
        var isSocket = context.WebSockets.IsWebSocketRequest;
        var stream = isSocket ? null : StreamType(context.Request.Headers.Accept);
        var query = ConsumeQuery.Read(
            parameters, context.Request.Headers["Last-Event-ID"].ToString(), isSocket || stream is not null);
        TopicPartition[] partitions = [.. topic.Partitions.Where(one => partitionId is null || one.Index == partitionId)
            .Select(one => new TopicPartition(topic.Name, one.Index))];
        using var turn = ReaderTurn.Take();
        await using var reader = query.Group is { } group
            ? RecordReader.Join(gateway, topic.Name, group, query)
            : await RecordReader.OpenAsync(gateway, partitions, query, context.RequestAborted);
        if (isSocket || stream is not null)
            await RecordStreaming.RunAsync(context, reader, query, stream);
        else
            await PageAsync(context, reader, query, partitionId is { } id
                ? links.Url("topics", topic.Name, "partitions", id, "records")
                : links.Url("topics", topic.Name, "records"));
    }

    private static string? StreamType(string? accept) =>
        accept is null || MediaTypes.Accepts(accept, [MediaTypes.Json]) ? null
            : MediaTypes.Accepts(accept, [EventStream]) ? EventStream
            : MediaTypes.Accepts(accept, [NdJson]) ? NdJson : null;

    private static async Task PageAsync(HttpContext context, RecordReader reader, ConsumeQuery query, string self)
    {
        var records = new ArrayBufferWriter<byte>();
        var services = context.RequestServices;
        await FillAsync(records, reader, query, services.GetRequiredService<SchemaSerializer>(),
            services.GetRequiredService<TimeProvider>(), context.RequestAborted);
        var position = reader.Position.ToString();
        var next = $"{self}?position={Uri.EscapeDataString(position)}{Kept(context.Request)}";
        var head = $$"""
            {"kind":"KafkaRecordList","metadata":{"self":"{{self}}","next":"{{next}}"},"position":"{{position}}","data":[
            """;
        context.Response.ContentType = MediaTypes.Json;
        await context.Response.WriteAsync(head.TrimEnd(), context.RequestAborted);
        await context.Response.Body.WriteAsync(records.WrittenMemory, context.RequestAborted);
        await context.Response.WriteAsync("]}", context.RequestAborted);
    }

    private static string Kept(HttpRequest request) => string.Concat(
        ((string[])["max_records", "max_bytes", "wait_ms", "key_format", "value_format"])
            .Where(request.Query.ContainsKey)
            .Select(name => $"&{name}={Uri.EscapeDataString(request.Query[name].ToString())}"));

    // Returns with the first records that are there. What lies before the end is waited for longer than wait_ms, or a
    // first read would come back empty.
    private static async Task FillAsync(ArrayBufferWriter<byte> page, RecordReader reader, ConsumeQuery query,
        SchemaSerializer serializer, TimeProvider time, CancellationToken cancellation)
    {
        using var writer = new RecordWriter(page, serializer, query.Keys, query.Values);
        var wait = TimeSpan.FromMilliseconds(query.WaitMs);
        var started = time.GetTimestamp();
        var count = 0;
        while (count < query.MaxRecords)
        {
            var left = (reader.IsAtEnd || wait > FirstFetch ? wait : FirstFetch) - time.GetElapsedTime(started);
            if (left < TimeSpan.Zero && count == 0)
                return;
            var polled = await reader.PollAsync(
                count > 0 || left < TimeSpan.Zero ? TimeSpan.Zero : left, cancellation);
            foreach (var record in polled)
            {
                // One record larger than the limit is returned alone, or it could never be read.
                if (count == query.MaxRecords || (count > 0 && page.WrittenCount + SizeOf(record) > query.MaxBytes))
                    return;
                if (count++ > 0)
                    page.Write(","u8);
                writer.Write(record);
                reader.Position.Advance(record.TopicPartition.Partition, record.Offset + 1);
            }
            if (polled.Count > 0)
                continue;
            reader.SkipHoles();
            if (count > 0)
                return;
        }
    }

    private static long SizeOf(in ConsumeResult record) => (record.Key?.Length ?? 0) + (record.Value?.Length ?? 0);
}
