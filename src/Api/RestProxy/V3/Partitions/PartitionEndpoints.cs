using System.Text.Json.Serialization;
using Platform.Api.Hosting;
using Platform.Api.RestProxy.V3.Topics;
using Platform.Client.Admin;
using Platform.Client.Metadata;
using Platform.Protocol;

namespace Platform.Api.RestProxy.V3.Partitions;

/// <summary>A partition.</summary>
internal sealed record KafkaPartitionResource(
    [property: JsonPropertyName("kind")] string Kind,
    [property: JsonPropertyName("metadata")] ResourceMetadata Metadata,
    [property: JsonPropertyName("cluster_id")] string ClusterId,
    [property: JsonPropertyName("topic_name")] string TopicName,
    [property: JsonPropertyName("partition_id")] int PartitionId,
    [property: JsonPropertyName("leader")] Relationship? Leader,
    [property: JsonPropertyName("replicas")] Relationship Replicas,
    [property: JsonPropertyName("reassignment")] Relationship Reassignment);

/// <summary>Start and end of a partition.</summary>
internal sealed record KafkaPartitionOffsets(
    [property: JsonPropertyName("kind")] string Kind,
    [property: JsonPropertyName("metadata")] ResourceMetadata Metadata,
    [property: JsonPropertyName("cluster_id")] string ClusterId,
    [property: JsonPropertyName("topic_name")] string TopicName,
    [property: JsonPropertyName("partition_id")] int PartitionId,
    [property: JsonPropertyName("earliest_offset")] long EarliestOffset,
    [property: JsonPropertyName("latest_offset")] long LatestOffset);

/// <summary>Partitions of a topic.</summary>
internal static class PartitionEndpoints
{
    public static void MapPartitions(this RouteGroupBuilder v3)
    {
        var partitions = v3.MapGroup("/{clusterId}/topics/{topicName}/partitions").WithTags("Partition (v3)");
        partitions.MapGet("", ListAsync).WithName("listKafkaPartitions").WithSummary("All partitions of a topic");
        partitions.MapGet("/{partitionId:int}", GetAsync).WithName("getKafkaPartition").WithSummary("One partition");
        partitions.MapGet("/{partitionId:int}/offset", GetOffsetsAsync).WithName("listKafkaPartitionOffsets")
            .WithSummary("Start and end of a partition");
    }

    private static async Task<V3Answer<ResourceList<KafkaPartitionResource>>> ListAsync(
        HttpContext context, ClusterGateway gateway, string clusterId, string topicName)
    {
        var links = await ResourceLinks.ForAsync(context, gateway, clusterId);
        var topic = await TopicEndpoints.RequireAsync(gateway, topicName, context.RequestAborted);
        return new(links.List("KafkaPartitionList", links.Url("topics", topic.Name, "partitions"),
            topic.Partitions.Select(partition => Describe(links, topic.Name, partition))));
    }

    private static async Task<V3Answer<KafkaPartitionResource>> GetAsync(
        HttpContext context, ClusterGateway gateway, string clusterId, string topicName, int partitionId)
    {
        var links = await ResourceLinks.ForAsync(context, gateway, clusterId);
        var (topic, partition) = await RequireAsync(gateway, topicName, partitionId, context.RequestAborted);
        return new(Describe(links, topic.Name, partition));
    }

    private static async Task<V3Answer<KafkaPartitionOffsets>> GetOffsetsAsync(
        HttpContext context, ClusterGateway gateway, string clusterId, string topicName, int partitionId)
    {
        var links = await ResourceLinks.ForAsync(context, gateway, clusterId);
        var (topic, partition) = await RequireAsync(gateway, topicName, partitionId, context.RequestAborted);
        var key = new TopicPartition(topic.Name, partition.Index);
        var self = links.Url("topics", topic.Name, "partitions", partition.Index, "offset");
        return new(new KafkaPartitionOffsets(
            "KafkaPartitionOffset", links.Metadata(self, "topic", topic.Name, "partition", partition.Index),
            links.ClusterId, topic.Name, partition.Index,
            await OffsetAsync(gateway, key, OffsetSpec.Earliest, context.RequestAborted),
            await OffsetAsync(gateway, key, OffsetSpec.Latest, context.RequestAborted)));
    }

    /// <summary>Topic and partition in the path, or 404.</summary>
    public static async Task<(TopicMetadata Topic, PartitionMetadata Partition)> RequireAsync(
        ClusterGateway gateway, string topicName, int partitionId, CancellationToken cancellation)
    {
        var topic = await TopicEndpoints.RequireAsync(gateway, topicName, cancellation);
        return (topic, topic.Partition(partitionId) ?? throw V3Problems.NotFound());
    }

    private static async Task<long> OffsetAsync(
        ClusterGateway gateway, TopicPartition partition, OffsetSpec spec, CancellationToken cancellation)
    {
        var found = (await gateway.Admin.ListOffsetsAsync([partition], spec, cancellation))[partition];
        return found.Error == ErrorCode.None ? found.Offset
            : throw new ProblemException(KafkaProblems.CodeOf(found.Error), $"{partition}: {found.Error.Describe()}");
    }

    private static KafkaPartitionResource Describe(ResourceLinks links, string topic, PartitionMetadata partition)
    {
        var self = links.Url("topics", topic, "partitions", partition.Index);
        return new KafkaPartitionResource(
            "KafkaPartition", links.Metadata(self, "topic", topic, "partition", partition.Index), links.ClusterId,
            topic, partition.Index,
            partition.LeaderId < 0 ? null : new Relationship($"{self}/replicas/{partition.LeaderId}"),
            new Relationship(self + "/replicas"), new Relationship(self + "/reassignment"));
    }
}
