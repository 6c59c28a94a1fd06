using Platform.Api.Hosting;
using Platform.Api.RestProxy.V2.Consumers;
using Platform.Api.RestProxy.V3.Consume;
using Platform.Api.Serialization;
using Platform.Protocol;
using ConsumeEndpoints = Platform.Api.RestProxy.V2.Consumers.ConsumeEndpoints;

namespace Platform.Api.RestProxy.V2.Records;

/// <summary>
/// Reading a partition without a consumer instance, as Redpanda's proxy has it: the client keeps the offset.
/// </summary>
internal static class ReadEndpoints
{
    /// <summary>In the order in which a general Accept chooses.</summary>
    private static readonly EmbeddedFormat[] Formats =
    [
        EmbeddedFormat.Binary, EmbeddedFormat.Json, EmbeddedFormat.Avro, EmbeddedFormat.JsonSchema, EmbeddedFormat.Protobuf,
    ];

    public static void MapRead(this RouteGroupBuilder v2) =>
        v2.MapGet("/topics/{topic}/partitions/{partition:int}/records", ReadAsync).WithName("readPartitionV2")
            .WithTags("Records (v2)")
            .Produces<IReadOnlyList<ConsumedRecord>>(
                StatusCodes.Status200OK, MediaTypes.KafkaV2Binary, MediaTypes.KafkaV2Json, MediaTypes.KafkaV2Avro,
                MediaTypes.KafkaV2JsonSchema, MediaTypes.KafkaV2Protobuf)
            .WithSummary("Read records of a partition from an offset on, without a group");

    private static async Task ReadAsync(HttpContext context, ClusterGateway gateway, SchemaSerializer serializer,
        string topic, int partition, long offset, int? timeout, long? max_bytes, string? fields)
    {
        if (offset < 0)
            throw V2Problems.Invalid($"offset is {offset}, but must be 0 or more.");
        var name = PathSegment.Decode(topic);
        await Metadata.MetadataEndpoints.RequireAsync(gateway, name, partition, context.RequestAborted);
        var accept = context.Request.Headers.Accept;
        var format = Formats.FirstOrDefault(
            one => MediaTypes.Accepts(accept, [one.MediaType(), MediaTypes.KafkaV2, MediaTypes.Json]));
        using var page = new RecordPage(format, serializer, MoreFieldNames.Of(fields, accept));
        using var turn = ReaderTurn.Take();
        await using var reader = await RecordReader.OpenAsync(
            gateway, [new TopicPartition(name, partition)], Query(offset, timeout), context.RequestAborted);
        await FillAsync(page, reader, TimeSpan.FromMilliseconds(ConsumeEndpoints.TimeoutOf(timeout, null)),
            Math.Clamp(max_bytes ?? ConsumeEndpoints.MaxBytes, 0, ConsumeEndpoints.MaxBytes), context);
        await page.WriteAsync(context);
    }

    private static ConsumeQuery Query(long offset, int? timeout) => new(Position: null, Start: null, offset,
        ConsumeQuery.MostRecords, ConsumeQuery.MostBytes, ConsumeEndpoints.TimeoutOf(timeout, null), RecordFormat.Auto,
        RecordFormat.Auto, Group: null);

    private static async Task FillAsync(
        RecordPage page, RecordReader reader, TimeSpan wait, long maxBytes, HttpContext context)
    {
        var time = context.RequestServices.GetRequiredService<TimeProvider>();
        var started = time.GetTimestamp();
        while (page.Count < ConsumeQuery.MostRecords)
        {
            var left = page.Count > 0 ? TimeSpan.Zero : wait - time.GetElapsedTime(started);
            var polled = await reader.PollAsync(left > TimeSpan.Zero ? left : TimeSpan.Zero, context.RequestAborted);
            foreach (var record in polled)
            {
                // One record larger than the limit is returned alone, or it could never be read.
                if (page.Count > 0 && page.Bytes + RecordPage.SizeOf(record) > maxBytes)
                    return;
                page.Add(record);
            }
            if (polled.Count == 0 && (page.Count > 0 || left <= TimeSpan.Zero))
                return;
        }
    }
}
