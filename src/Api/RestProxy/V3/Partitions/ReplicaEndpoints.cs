using System.Text.Json.Serialization;
using Platform.Api.Hosting;
using Platform.Api.RestProxy.V3.Brokers;
using Platform.Client.Metadata;

namespace Platform.Api.RestProxy.V3.Partitions;

/// <summary>A copy of a partition on a broker.</summary>
internal sealed record KafkaReplicaResource(
    [property: JsonPropertyName("kind")] string Kind,
    [property: JsonPropertyName("metadata")] ResourceMetadata Metadata,
    [property: JsonPropertyName("cluster_id")] string ClusterId,
    [property: JsonPropertyName("topic_name")] string TopicName,
    [property: JsonPropertyName("partition_id")] int PartitionId,
    [property: JsonPropertyName("broker_id")] int BrokerId,
    [property: JsonPropertyName("is_leader")] bool IsLeader,
    [property: JsonPropertyName("is_in_sync")] bool IsInSync,
    [property: JsonPropertyName("broker")] Relationship Broker);

/// <summary>Replicas, of a partition and of a broker.</summary>
internal static class ReplicaEndpoints
{
    public static void MapReplicas(this RouteGroupBuilder v3)
    {
        var all = v3.MapGroup("/{clusterId}").WithTags("Replica (v3)");
        var replicas = all.MapGroup("/topics/{topicName}/partitions/{partitionId:int}/replicas");
        replicas.MapGet("", ListAsync).WithName("listKafkaReplicas").WithSummary("Replicas of a partition");
        replicas.MapGet("/{brokerId:int}", GetAsync).WithName("getKafkaReplica")
            .WithSummary("One replica of a partition");
        all.MapGet("/brokers/{brokerId:int}/partition-replicas", ListOfBrokerAsync)
            .WithName("listKafkaBrokerPartitionReplicas").WithSummary("Replicas that a broker holds");
    }

    private static async Task<V3Answer<ResourceList<KafkaReplicaResource>>> ListAsync(
        HttpContext context, ClusterGateway gateway, string clusterId, string topicName, int partitionId)
    {
        var links = await ResourceLinks.ForAsync(context, gateway, clusterId);
        var (topic, partition) = await PartitionEndpoints.RequireAsync(
            gateway, topicName, partitionId, context.RequestAborted);
        var self = links.Url("topics", topic.Name, "partitions", partition.Index, "replicas");
        return new(links.List("KafkaReplicaList", self,
            partition.Replicas.Order().Select(brokerId => Describe(links, topic.Name, partition, brokerId))));
    }

    private static async Task<V3Answer<KafkaReplicaResource>> GetAsync(
        HttpContext context, ClusterGateway gateway, string clusterId, string topicName, int partitionId, int brokerId)
    {
        var links = await ResourceLinks.ForAsync(context, gateway, clusterId);
        var (topic, partition) = await PartitionEndpoints.RequireAsync(
            gateway, topicName, partitionId, context.RequestAborted);
        if (!partition.Replicas.Contains(brokerId))
            throw V3Problems.NotFound();
        return new(Describe(links, topic.Name, partition, brokerId));
    }

    private static async Task<V3Answer<ResourceList<KafkaReplicaResource>>> ListOfBrokerAsync(
        HttpContext context, ClusterGateway gateway, string clusterId, int brokerId)
    {
        var links = await ResourceLinks.ForAsync(context, gateway, clusterId);
        await BrokerEndpoints.RequireAsync(gateway, brokerId, context.RequestAborted);
        var topics = await gateway.Admin.ListTopicsAsync(includeInternal: true, context.RequestAborted);
        var held = topics.SelectMany(topic => topic.Partitions
            .Where(partition => partition.Replicas.Contains(brokerId))
            .Select(partition => Describe(links, topic.Name, partition, brokerId)));
        return new(links.List("KafkaReplicaList", links.Url("brokers", brokerId, "partition-replicas"), held));
    }

    private static KafkaReplicaResource Describe(
        ResourceLinks links, string topic, PartitionMetadata partition, int brokerId)
    {
        var self = links.Url("topics", topic, "partitions", partition.Index, "replicas", brokerId);
        var metadata = links.Metadata(self, "topic", topic, "partition", partition.Index, "replica", brokerId);
        return new KafkaReplicaResource(
            "KafkaReplica", metadata, links.ClusterId, topic, partition.Index, brokerId, partition.LeaderId == brokerId,
            partition.InSyncReplicas.Contains(brokerId), links.Related("brokers", brokerId));
    }
}
