using System.Text.Json.Serialization;
using Platform.Api.Hosting;
using Platform.Api.RestProxy.V3.Topics;
using Platform.Protocol;

namespace Platform.Api.RestProxy.V3.Records;

/// <summary>Up to where records are to be deleted.</summary>
internal sealed record DeleteRecordsRequest(
    [property: JsonPropertyName("data")] IReadOnlyList<DeleteRecordsItem> Data);

/// <summary>Everything below the offset goes; -1 means everything there is.</summary>
internal sealed record DeleteRecordsItem(
    [property: JsonPropertyName("partition_id")] int PartitionId,
    [property: JsonPropertyName("offset")] long Offset);

/// <summary>Where the partitions begin now.</summary>
internal sealed record DeleteRecordsResponse(
    [property: JsonPropertyName("data")] IReadOnlyList<DeletedRecords> Data);

/// <summary>Where a partition begins now, or why nothing was deleted.</summary>
internal sealed record DeletedRecords(
    [property: JsonPropertyName("partition_id")] int PartitionId,
    [property: JsonPropertyName("low_watermark")] long? LowWatermark,
    [property: JsonPropertyName("error_code")] int? ErrorCode,
    [property: JsonPropertyName("message")] string? Message);

/// <summary>Deleting records from the start of partitions; the reference product has none of it.</summary>
internal static class DeleteRecordsEndpoints
{
    public static void MapDeleteRecords(this RouteGroupBuilder v3) =>
        v3.MapPost("/{clusterId}/topics/{topicName}/records:delete", DeleteAsync).WithName("deleteRecords")
            .WithTags("Records (v3)").Takes<DeleteRecordsRequest>()
            .WithSummary("Delete the records of partitions below an offset");

    private static async Task<V3Answer<DeleteRecordsResponse>> DeleteAsync(
        HttpContext context, ClusterGateway gateway, string clusterId, string topicName)
    {
        await ResourceLinks.ForAsync(context, gateway, clusterId);
        var request = await JsonBody.ReadAsync(context, V3Json.TypeInfo<DeleteRecordsRequest>());
        var topic = await TopicEndpoints.RequireAsync(gateway, topicName, context.RequestAborted);
        var before = new Dictionary<TopicPartition, long>();
        foreach (var item in request.Data)
        {
            if (topic.Partition(item.PartitionId) is null)
                throw V3Problems.NotFound();
            if (item.Offset < -1 || !before.TryAdd(new TopicPartition(topic.Name, item.PartitionId), item.Offset))
                throw V3Problems.Invalid($"partition {item.PartitionId}: one offset of 0 or more, or -1, is expected.");
        }
        if (before.Count == 0)
            throw V3Problems.Invalid("\"data\" is empty: name the partitions.");
        var deleted = await gateway.Admin.DeleteRecordsAsync(before, context.RequestAborted);
        return new(new DeleteRecordsResponse([.. deleted.OrderBy(one => one.Key.Partition).Select(one =>
            one.Value.Error == ErrorCode.None
                ? new DeletedRecords(one.Key.Partition, one.Value.LowWatermark, null, null)
                : new DeletedRecords(one.Key.Partition, null, KafkaProblems.CodeOf(one.Value.Error),
                    one.Value.Error.Describe()))]));
    }
}
