using Platform.Api.Hosting;
using Platform.Api.RestProxy.V2.Consumers.Ownership;
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
        var consumers = v2.MapGroup("").WithTags(ConsumerEndpoints.Tag).RunsAtOwner();
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
        await using var turn = await instances.EnterAsync(consumer, context);
        var target = (request.Offsets ?? []).Select(item => (At: item.ToTopicPartition(), item.Offset)).ToList();
        foreach (var item in request.Timestamps ?? [])
        {
            var spec = OffsetSpec.ForTimestamp(Math.Max(0, item.Timestamp.ToUnixTimeMilliseconds()));
            target.AddRange(await LookUpAsync(gateway, [item.ToTopicPartition()], spec, context.RequestAborted));
        }
        await MoveAsync(consumer, instances.AreKept, target, context.RequestAborted);
        return NoContentAnswer.Instance;
    }

    // A commit that is further on must not win over where the client wants to be, when another process goes on.
    private static async Task MoveAsync(ConsumerInstance consumer, bool isKept,
        IReadOnlyList<(TopicPartition At, long Offset)> target, CancellationToken cancellation)
    {
        foreach (var (partition, _) in target)
            consumer.RequireAssigned(partition);
        var committed = isKept && target.Count > 0
            ? await consumer.CommittedAsync([.. target.Select(one => one.At).Distinct()], cancellation) : null;
        foreach (var (partition, offset) in target)
            consumer.Seek(partition, offset,
                committed is not null && committed.TryGetValue(partition, out var found) ? found.Offset : -1);
    }

    private static async Task<IEnumerable<(TopicPartition At, long Offset)>> LookUpAsync(ClusterGateway gateway,
        IReadOnlyList<TopicPartition> partitions, OffsetSpec spec, CancellationToken cancellation)
    {
        var found = await gateway.Admin.ListOffsetsAsync(partitions, spec, cancellation);
        foreach (var partition in partitions)
            KafkaException.ThrowIfError(found[partition].Error, $"offset of {partition}");
        // No record is that young: then the end is the place.
        var young = partitions.Where(partition => found[partition].Offset < 0).ToList();
        var ends = young.Count == 0 ? [] : await LookUpAsync(gateway, young, OffsetSpec.Latest, cancellation);
        return partitions.Except(young).Select(partition => (partition, found[partition].Offset)).Concat(ends);
    }

    private static Task<NoContentAnswer> SeekToBeginningAsync(HttpContext context, ConsumerInstances instances,
        ClusterGateway gateway, string group, string instance) =>
        SeekToEdgeAsync(context, instances, gateway, instances.Require(group, instance), OffsetSpec.Earliest);

    private static Task<NoContentAnswer> SeekToEndAsync(HttpContext context, ConsumerInstances instances,
        ClusterGateway gateway, string group, string instance) =>
        SeekToEdgeAsync(context, instances, gateway, instances.Require(group, instance), OffsetSpec.Latest);

    private static async Task<NoContentAnswer> SeekToEdgeAsync(HttpContext context, ConsumerInstances instances,
        ClusterGateway gateway, ConsumerInstance consumer, OffsetSpec edge)
    {
        var request = await JsonBody.ReadAsync(context, V2Json.TypeInfo<PartitionList>());
        await using var turn = await instances.EnterAsync(consumer, context);
        var partitions = (request.Partitions ?? []).Select(one => one.ToTopicPartition()).Distinct().ToList();
        foreach (var partition in partitions)
            consumer.RequireAssigned(partition);
        var target = await LookUpAsync(gateway, partitions, edge, context.RequestAborted);
        await MoveAsync(consumer, instances.AreKept, [.. target], context.RequestAborted);
        return NoContentAnswer.Instance;
    }

    private static async Task<V2Answer<IReadOnlyList<OffsetItem>>> CommitAsync(
        HttpContext context, ConsumerInstances instances, string group, string instance)
    {
        var consumer = instances.Require(group, instance);
        var request = await JsonBody.ReadOptionalAsync(context, V2Json.TypeInfo<OffsetList>());
        await using var turn = await instances.EnterAsync(consumer, context);
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
        await using var turn = await instances.EnterAsync(consumer, context);
        var committed = await consumer.CommittedAsync(asked, context.RequestAborted);
        return new(new OffsetList([.. asked.Where(committed.ContainsKey).Select(one =>
            new OffsetItem(one.Topic, one.Partition, committed[one].Offset, committed[one].Metadata ?? ""))]));
    }
}
