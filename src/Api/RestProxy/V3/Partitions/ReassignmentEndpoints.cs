using System.Text.Json.Serialization;
using Platform.Api.Hosting;
using Platform.Api.RestProxy.V3.Topics;
using Platform.Client.Admin;
using Platform.Protocol;

namespace Platform.Api.RestProxy.V3.Partitions;

/// <summary>A partition that moves to other brokers.</summary>
internal sealed record KafkaReassignmentResource(
    [property: JsonPropertyName("kind")] string Kind,
    [property: JsonPropertyName("metadata")] ResourceMetadata Metadata,
    [property: JsonPropertyName("cluster_id")] string ClusterId,
    [property: JsonPropertyName("topic_name")] string TopicName,
    [property: JsonPropertyName("partition_id")] int PartitionId,
    [property: JsonPropertyName("adding_replicas")] IReadOnlyList<int> AddingReplicas,
    [property: JsonPropertyName("removing_replicas")] IReadOnlyList<int> RemovingReplicas,
    [property: JsonPropertyName("replicas")] Relationship Replicas);

/// <summary>The brokers that are to hold a partition, the preferred leader first.</summary>
internal sealed record ReassignPartitionRequest(
    [property: JsonPropertyName("replicas")] IReadOnlyList<int> Replicas);

/// <summary>Moves of partitions that are under way.</summary>
internal static class ReassignmentEndpoints
{
    public static void MapReassignments(this RouteGroupBuilder v3)
    {
        var topics = v3.MapGroup("/{clusterId}/topics").WithTags("Partition (v3)");
        topics.MapGet("/-/partitions/-/reassignment", (HttpContext context, ClusterGateway gateway, string clusterId) =>
            ListAsync(context, gateway, clusterId, null)).WithName("listKafkaAllReassignments")
            .WithSummary("All moves that are under way");
        topics.MapGet("/{topicName}/partitions/-/reassignment", (HttpContext context, ClusterGateway gateway,
            string clusterId, string topicName) => ListAsync(context, gateway, clusterId, topicName))
            .WithName("listKafkaReassignments").WithSummary("Moves of a topic's partitions that are under way");
        topics.MapGet("/{topicName}/partitions/{partitionId:int}/reassignment", GetAsync)
            .WithName("getKafkaReassignment").WithSummary("The move of a partition");
        topics.MapPut("/{topicName}/partitions/{partitionId:int}/reassignment", StartAsync)
            .WithName("startKafkaReassignment").Takes<ReassignPartitionRequest>()
            .WithSummary("Move a partition to other brokers");
        topics.MapDelete("/{topicName}/partitions/{partitionId:int}/reassignment", CancelAsync)
            .WithName("cancelKafkaReassignment").WithSummary("Stop the move of a partition");
    }

    private static async Task<V3Answer<ResourceList<KafkaReassignmentResource>>> ListAsync(
        HttpContext context, ClusterGateway gateway, string clusterId, string? topicName)
    {
        var links = await ResourceLinks.ForAsync(context, gateway, clusterId);
        var topic = topicName is null ? null
            : await TopicEndpoints.RequireAsync(gateway, topicName, context.RequestAborted);
        var moves = await gateway.Admin.ListPartitionReassignmentsAsync(context.RequestAborted);
        return new(links.List("KafkaReassignmentList",
            links.Url("topics", topic?.Name ?? "-", "partitions", "-", "reassignment"),
            moves.Where(move => topic is null || move.Partition.Topic == topic.Name)
                .OrderBy(move => move.Partition.Topic, StringComparer.Ordinal)
                .ThenBy(move => move.Partition.Partition).Select(move => Describe(links, move))));
    }

    private static async Task<V3Answer<KafkaReassignmentResource>> GetAsync(
        HttpContext context, ClusterGateway gateway, string clusterId, string topicName, int partitionId)
    {
        var links = await ResourceLinks.ForAsync(context, gateway, clusterId);
        var (topic, partition) = await PartitionEndpoints.RequireAsync(
            gateway, topicName, partitionId, context.RequestAborted);
        var moves = await gateway.Admin.ListPartitionReassignmentsAsync(context.RequestAborted);
        var wanted = new TopicPartition(topic.Name, partition.Index);
        return new(Describe(links, moves.FirstOrDefault(move => move.Partition == wanted)
            ?? throw V3Problems.NotFound()));
    }

    private static async Task<NoContentAnswer> StartAsync(
        HttpContext context, ClusterGateway gateway, string clusterId, string topicName, int partitionId)
    {
        var request = await JsonBody.ReadAsync(context, V3Json.TypeInfo<ReassignPartitionRequest>());
        return await AlterAsync(context, gateway, clusterId, (topicName, partitionId), request.Replicas);
    }

    private static Task<NoContentAnswer> CancelAsync(
        HttpContext context, ClusterGateway gateway, string clusterId, string topicName, int partitionId) =>
        AlterAsync(context, gateway, clusterId, (topicName, partitionId), null);

    private static async Task<NoContentAnswer> AlterAsync(HttpContext context, ClusterGateway gateway,
        string clusterId, (string Topic, int Partition) place, IReadOnlyList<int>? replicas)
    {
        await ResourceLinks.ForAsync(context, gateway, clusterId);
        var (topic, partition) = await PartitionEndpoints.RequireAsync(
            gateway, place.Topic, place.Partition, context.RequestAborted);
        await gateway.Admin.AlterPartitionReassignmentsAsync(new Dictionary<TopicPartition, IReadOnlyList<int>?>
        {
            [new TopicPartition(topic.Name, partition.Index)] = replicas,
        }, context.RequestAborted).ThrowIfAnyFailed();
        return NoContentAnswer.Instance;
    }

    private static KafkaReassignmentResource Describe(ResourceLinks links, PartitionReassignment move)
    {
        var (topic, partition) = (move.Partition.Topic, move.Partition.Partition);
        var self = links.Url("topics", topic, "partitions", partition, "reassignment");
        return new KafkaReassignmentResource("KafkaReassignment",
            links.Metadata(self, "topic", topic, "partition", partition, "reassignment", ""), links.ClusterId, topic,
            partition, move.Adding, move.Removing, links.Related("topics", topic, "partitions", partition, "replicas"));
    }
}
