using System.Text.Json.Serialization;
using Platform.Api.Hosting;
using Platform.Api.RestProxy.V3.Topics;
using Platform.Client.Admin;
using Platform.Protocol;

namespace Platform.Api.RestProxy.V3.ConsumerGroups;

/// <summary>Where a group is to go on; the group must have no members.</summary>
/// <param name="TopicName">The topic.</param>
/// <param name="To">EARLIEST, LATEST, OFFSET or TIMESTAMP.</param>
/// <param name="PartitionIds">Partitions, or all of the topic when absent.</param>
/// <param name="Offset">For OFFSET.</param>
/// <param name="Timestamp">For TIMESTAMP: the first record from then on, or the end.</param>
/// <param name="ValidateOnly">Answer as if, but change nothing.</param>
internal sealed record ResetOffsetsRequest(
    [property: JsonPropertyName("topic_name")] string TopicName,
    [property: JsonPropertyName("to")] string To,
    [property: JsonPropertyName("partition_ids")] IReadOnlyList<int>? PartitionIds = null,
    [property: JsonPropertyName("offset")] long? Offset = null,
    [property: JsonPropertyName("timestamp")] DateTimeOffset? Timestamp = null,
    [property: JsonPropertyName("validate_only")] bool ValidateOnly = false);

/// <summary>The offset of a partition before and after.</summary>
internal sealed record ResetOffset(
    [property: JsonPropertyName("topic_name")] string TopicName,
    [property: JsonPropertyName("partition_id")] int PartitionId,
    [property: JsonPropertyName("previous_offset")] long? PreviousOffset,
    [property: JsonPropertyName("offset")] long Offset);

/// <summary>The offsets that were set.</summary>
internal sealed record ResetOffsetsResponse(
    [property: JsonPropertyName("data")] IReadOnlyList<ResetOffset> Data);

/// <summary>What changes groups; the reference product has none of it.</summary>
internal static class GroupWriteEndpoints
{
    public static void MapGroupWrites(this RouteGroupBuilder v3)
    {
        var group = v3.MapGroup("/{clusterId}/consumer-groups/{groupId}").WithTags("Consumer Group (v3)");
        group.MapDelete("", DeleteAsync).WithName("deleteKafkaConsumerGroup")
            .WithSummary("Delete a group without members, and its offsets");
        group.MapPost("/offsets:reset", ResetAsync).WithName("resetKafkaConsumerGroupOffsets")
            .Takes<ResetOffsetsRequest>().WithSummary("Set where a group without members goes on");
    }

    private static async Task<NoContentAnswer> DeleteAsync(
        HttpContext context, ClusterGateway gateway, string clusterId, string groupId)
    {
        var (_, group) = await GroupEndpoints.RequireAsync(context, gateway, clusterId, groupId);
        CheckEmpty(group);
        await gateway.Admin.DeleteGroupsAsync([group.GroupId], context.RequestAborted).ThrowIfAnyFailed();
        return NoContentAnswer.Instance;
    }

    private static async Task<V3Answer<ResetOffsetsResponse>> ResetAsync(
        HttpContext context, ClusterGateway gateway, string clusterId, string groupId)
    {
        await ResourceLinks.ForAsync(context, gateway, clusterId);
        var request = await JsonBody.ReadAsync(context, V3Json.TypeInfo<ResetOffsetsRequest>());
        var id = PathSegment.Decode(groupId);
        CheckEmpty(await gateway.Admin.DescribeGroupAsync(id, context.RequestAborted));
        var topic = await TopicEndpoints.RequireAsync(gateway, request.TopicName, context.RequestAborted);
        if (request.PartitionIds?.FirstOrDefault(one => topic.Partition(one) is null, -1) is { } unknown and >= 0)
            throw V3Problems.Invalid($"partition_ids: topic {topic.Name} has no partition {unknown}.");
        TopicPartition[] partitions = [.. topic.Partitions
            .Where(one => request.PartitionIds is null || request.PartitionIds.Contains(one.Index))
            .Select(one => new TopicPartition(topic.Name, one.Index))];
        var offsets = await OffsetsAsync(gateway, request, partitions, context.RequestAborted);
        var before = await gateway.Admin.ListGroupOffsetsAsync(id, requireStable: false, context.RequestAborted);
        if (!request.ValidateOnly)
            await gateway.Admin.AlterGroupOffsetsAsync(id, offsets.ToDictionary(
                one => one.Key, one => new OffsetAndMetadata(one.Value)), context.RequestAborted).ThrowIfAnyFailed();
        return new(new ResetOffsetsResponse([.. partitions.Select(one => new ResetOffset(one.Topic, one.Partition,
            before.TryGetValue(one, out var old) ? old.Offset : null, offsets[one]))]));
    }

    private static async Task<Dictionary<TopicPartition, long>> OffsetsAsync(ClusterGateway gateway,
        ResetOffsetsRequest request, TopicPartition[] partitions, CancellationToken cancellation)
    {
        var ends = await ListAsync(gateway, partitions, OffsetSpec.Latest, cancellation);
        var starts = await ListAsync(gateway, partitions, OffsetSpec.Earliest, cancellation);
        switch (request.To?.ToUpperInvariant())
        {
            case "EARLIEST":
                return starts;
            case "LATEST":
                return ends;
            case "OFFSET" when request.Offset is { } offset:
                return partitions.ToDictionary(one => one, one => Math.Clamp(offset, starts[one], ends[one]));
            case "TIMESTAMP" when request.Timestamp is { } time:
                var spec = OffsetSpec.ForTimestamp(time.ToUnixTimeMilliseconds());
                var found = await ListAsync(gateway, partitions, spec, cancellation);
                return partitions.ToDictionary(one => one, one => found[one] >= 0 ? found[one] : ends[one]);
            default:
                throw V3Problems.Invalid($"to '{request.To}': allowed are EARLIEST, LATEST, OFFSET with an offset, "
                    + "and TIMESTAMP with a timestamp.");
        }
    }

    private static async Task<Dictionary<TopicPartition, long>> ListAsync(ClusterGateway gateway,
        TopicPartition[] partitions, OffsetSpec spec, CancellationToken cancellation)
    {
        var found = await gateway.Admin.ListOffsetsAsync(partitions, spec, cancellation);
        if (found.Select(one => one.Value.Error).FirstOrDefault(one => one != ErrorCode.None) is var error
            && error != ErrorCode.None)
            throw new ProblemException(KafkaProblems.CodeOf(error), error.Describe());
        return found.ToDictionary(one => one.Key, one => one.Value.Offset);
    }

    private static void CheckEmpty(GroupDescription group)
    {
        if (group.Members.Count > 0)
            throw new ProblemException(StatusCodes.Status409Conflict,
                $"The group '{group.GroupId}' has {group.Members.Count} members; stop them first.");
    }
}
