using Platform.Api.Hosting;
using Platform.Client;
using Platform.Client.Admin;
using Platform.Protocol;

namespace Platform.Api.RestProxy.V2.Consumers;

/// <summary>Where instances read next, and what their groups have committed.</summary>
internal static class PositionEndpoints
{
    private const string Positions = ConsumerEndpoints.InstancePath + "/positions";
    private const string Offsets = ConsumerEndpoints.InstancePath + "/offsets";

    public static void MapPositions(this RouteGroupBuilder v2)
    {
        var consumers = v2.MapGroup("").WithTags(ConsumerEndpoints.Tag);
        consumers.MapPost(Positions, SeekAsync).WithName("seekV2").TakesV2<SeekRequest>()
            .WithSummary("Read on at offsets or times");
        consumers.MapPost(Positions + "/beginning", SeekToBeginningAsync).WithName("seekToBeginningV2")
            .TakesV2<PartitionList>().WithSummary("Read partitions from their start");
        consumers.MapPost(Positions + "/end", SeekToEndAsync).WithName("seekToEndV2").TakesV2<PartitionList>()
            .WithSummary("Read partitions from their end");
        consumers.MapPost(Offsets, CommitAsync).WithName("commitOffsetsV2")
            .WithSummary("Commit what was delivered, or the offsets of the last records that were processed");
        consumers.MapGet(Offsets, GetCommittedAsync).WithName("getCommittedOffsetsV2")
            .WithSummary("What the group has committed, for the partitions in the body or in the query");
    }

    private static async Task<NoContentAnswer> SeekAsync(
        HttpContext context, ConsumerInstances instances, ClusterGateway gateway, string group, string instance)
    {
        var consumer = instances.Require(group, instance);
        var request = await JsonBody.ReadAsync(context, V2Json.TypeInfo<SeekRequest>());
        if (request.Offsets?.FirstOrDefault(item => item.Offset < 0) is { } negative)
            throw V2Problems.Invalid($"offset {negative.Offset} of {negative.ToTopicPartition()} is below 0.");
        using var turn = await consumer.EnterAsync(context.RequestAborted);
        foreach (var item in request.Offsets ?? [])
            consumer.Seek(item.ToTopicPartition(), item.Offset);
        foreach (var item in request.Timestamps ?? [])
            await SeekToTimeAsync(consumer, gateway, item, context.RequestAborted);
        return NoContentAnswer.Instance;
    }

    // No record is that young: then the end is the place.
    private static async Task SeekToTimeAsync(
        ConsumerInstance consumer, ClusterGateway gateway, TimestampItem item, CancellationToken cancellation)
    {
        var partition = item.ToTopicPartition();
        var spec = OffsetSpec.ForTimestamp(Math.Max(0, item.Timestamp.ToUnixTimeMilliseconds()));
        var found = (await gateway.Admin.ListOffsetsAsync([partition], spec, cancellation))[partition];
        KafkaException.ThrowIfError(found.Error, $"offset of {partition} at {item.Timestamp:O}");
        if (found.Offset >= 0)
            consumer.Seek(partition, found.Offset);
        else
            consumer.SeekToEdge([partition], end: true);
    }

    private static Task<NoContentAnswer> SeekToBeginningAsync(
        HttpContext context, ConsumerInstances instances, string group, string instance) =>
        SeekToEdgeAsync(context, instances.Require(group, instance), end: false);

    private static Task<NoContentAnswer> SeekToEndAsync(
        HttpContext context, ConsumerInstances instances, string group, string instance) =>
        SeekToEdgeAsync(context, instances.Require(group, instance), end: true);

    private static async Task<NoContentAnswer> SeekToEdgeAsync(HttpContext context, ConsumerInstance consumer, bool end)
    {
        var request = await JsonBody.ReadAsync(context, V2Json.TypeInfo<PartitionList>());
        using var turn = await consumer.EnterAsync(context.RequestAborted);
        consumer.SeekToEdge([.. (request.Partitions ?? []).Select(one => one.ToTopicPartition())], end);
        return NoContentAnswer.Instance;
    }

    private static async Task<V2Answer<IReadOnlyList<OffsetItem>>> CommitAsync(
        HttpContext context, ConsumerInstances instances, string group, string instance)
    {
        var consumer = instances.Require(group, instance);
        var request = await JsonBody.ReadOptionalAsync(context, V2Json.TypeInfo<OffsetList>());
        using var turn = await consumer.EnterAsync(context.RequestAborted);
        if (request?.Offsets is { Count: > 0 } offsets)
            await consumer.CommitAsync(
                offsets.ToDictionary(item => item.ToTopicPartition(), ToCommit), context.RequestAborted);
        else
            await consumer.CommitDeliveredAsync(context.RequestAborted);
        return new([]);
    }

    // Clients name the last record that they processed; Kafka keeps the next one to read.
    private static OffsetAndMetadata ToCommit(OffsetItem item) => new(item.Offset + 1, -1, item.Metadata ?? "");

    private static async Task<V2Answer<OffsetList>> GetCommittedAsync(HttpContext context,
        ConsumerInstances instances, string group, string instance, string? topic, int? partition)
    {
        var consumer = instances.Require(group, instance);
        var body = await JsonBody.ReadOptionalAsync(context, V2Json.TypeInfo<PartitionList>());
        var asked = body?.Partitions?.Select(one => one.ToTopicPartition()).ToList() ?? [];
        if (topic is not null && partition is { } index)
            asked.Add(new TopicPartition(topic, index));
        if (asked.Count == 0)
            throw V2Problems.PartitionNotFound();
        using var turn = await consumer.EnterAsync(context.RequestAborted);
        var committed = await consumer.CommittedAsync(asked, context.RequestAborted);
        return new(new OffsetList([.. asked.Where(committed.ContainsKey).Select(one =>
            new OffsetItem(one.Topic, one.Partition, committed[one].Offset, committed[one].Metadata ?? ""))]));
    }
}
