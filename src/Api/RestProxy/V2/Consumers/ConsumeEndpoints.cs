using Platform.Api.Hosting;
using Platform.Api.RestProxy.V2.Consumers.Ownership;
using Platform.Api.Serialization;

namespace Platform.Api.RestProxy.V2.Consumers;

/// <summary>Reading records.</summary>
internal static class ConsumeEndpoints
{
    /// <summary>
    /// How long a read waits when neither the client nor the instance says (consumer.request.timeout.ms).
    /// </summary>
    public const int DefaultTimeoutMs = 1_000;

    /// <summary>A read waits no longer than this, so that connections are not held for ever.</summary>
    public const int MaxTimeoutMs = 60_000;

    /// <summary>Bytes of keys and values of one answer (consumer.request.max.bytes).</summary>
    public const long MaxBytes = 64 * 1024 * 1024;

    public static void MapConsume(this RouteGroupBuilder v2) =>
        v2.MapGet(ConsumerEndpoints.InstancePath + "/records", ReadAsync).WithName("consumeRecordsV2")
            .WithTags(ConsumerEndpoints.Tag).RunsAtOwner()
            .Produces<IReadOnlyList<ConsumedRecord>>(
                StatusCodes.Status200OK, MediaTypes.KafkaV2Json, MediaTypes.KafkaV2Binary, MediaTypes.KafkaV2Avro,
                MediaTypes.KafkaV2JsonSchema, MediaTypes.KafkaV2Protobuf)
            .WithSummary("Read records: as soon as there are some, at the latest when the time is up");

    private static async Task ReadAsync(HttpContext context, ConsumerInstances instances, ClusterGateway gateway,
        SchemaSerializer serializer, string group, string instance, int? timeout, long? max_bytes, string? fields)
    {
        var consumer = instances.Require(group, instance);
        var more = MoreFieldNames.Of(fields, context.Request.Headers.Accept);
        CheckFormat(context, consumer.Settings.Format);
        await using var turn = await instances.EnterAsync(consumer, context);
        await consumer.AutoCommitAsync(context.RequestAborted);
        await LookForTopicsAsync(consumer, gateway, context.RequestAborted);
        var deadline = consumer.NowMs + TimeoutOf(timeout, consumer.Settings.RequestTimeoutMs);
        using var page = new RecordPage(consumer.Settings.Format, serializer, more);
        var maxBytes = Math.Clamp(max_bytes ?? MaxBytes, 0, MaxBytes);
        var arrived = false;
        consumer.BeginAnswer();
        try
        {
            await FillAsync(page, consumer, deadline, maxBytes, context.RequestAborted);
            await page.WriteAsync(context);
            arrived = !context.RequestAborted.IsCancellationRequested;
        }
        finally
        {
            consumer.EndAnswer(arrived);
        }
    }

    private static async Task FillAsync(
        RecordPage page, ConsumerInstance consumer, long deadlineMs, long maxBytes, CancellationToken cancellation)
    {
        while (await consumer.PeekAsync(deadlineMs, cancellation) is { } record)
        {
            // One record larger than the limit is returned alone, or it could never be read.
            if (page.Count > 0 && page.Bytes + RecordPage.SizeOf(record) > maxBytes)
                return;
            page.Add(record);
            consumer.Take();
            var enough = consumer.Settings.FetchMinBytes >= 0 && page.Bytes >= consumer.Settings.FetchMinBytes;
            if (!consumer.HasFetched && enough)
                return;
        }
    }

    private static async Task LookForTopicsAsync(
        ConsumerInstance consumer, ClusterGateway gateway, CancellationToken cancellation)
    {
        if (consumer.Pattern is not { } pattern || !pattern.IsDue(consumer.NowMs))
            return;
        var topics = await pattern.MatchAsync(gateway.Admin, consumer.NowMs, cancellation);
        if (!topics.SequenceEqual(consumer.Subscription))
            consumer.Subscribe(topics, pattern);
    }

    // A general Accept means the instance's own format.
    private static void CheckFormat(HttpContext context, EmbeddedFormat format)
    {
        string? accept = context.Request.Headers.Accept;
        string[] offered = [format.MediaType(), MediaTypes.KafkaV2, MediaTypes.KafkaJson, MediaTypes.Json];
        if (!MediaTypes.Accepts(accept, offered))
            throw V2Problems.FormatMismatch();
    }

    /// <summary>How long a read waits.</summary>
    public static int TimeoutOf(int? asked, int? own)
    {
        var timeout =
            asked is { } first && own is { } second ? Math.Min(first, second) : asked ?? own ?? DefaultTimeoutMs;
        return Math.Clamp(timeout, 0, MaxTimeoutMs);
    }
}
