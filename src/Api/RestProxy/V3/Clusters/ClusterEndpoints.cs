using System.Text.Json.Serialization;
using Platform.Api.Hosting;

namespace Platform.Api.RestProxy.V3.Clusters;

/// <summary>The cluster and where its parts are.</summary>
internal sealed record KafkaClusterResource(
    [property: JsonPropertyName("kind")] string Kind,
    [property: JsonPropertyName("metadata")] ResourceMetadata Metadata,
    [property: JsonPropertyName("cluster_id")] string ClusterId,
    [property: JsonPropertyName("controller")] Relationship? Controller,
    [property: JsonPropertyName("acls")] Relationship Acls,
    [property: JsonPropertyName("brokers")] Relationship Brokers,
    [property: JsonPropertyName("broker_configs")] Relationship BrokerConfigs,
    [property: JsonPropertyName("consumer_groups")] Relationship ConsumerGroups,
    [property: JsonPropertyName("topics")] Relationship Topics,
    [property: JsonPropertyName("partition_reassignments")] Relationship PartitionReassignments);

/// <summary>The cluster: a proxy serves exactly one.</summary>
internal static class ClusterEndpoints
{
    public static void MapClusters(this RouteGroupBuilder v3)
    {
        var clusters = v3.MapGroup("").WithTags("Cluster (v3)");
        clusters.MapGet("", ListAsync).WithName("listKafkaClusters")
            .WithSummary("The cluster behind this proxy, as a list");
        clusters.MapGet("/{clusterId}", GetAsync).WithName("getKafkaCluster")
            .WithSummary("The cluster behind this proxy");
    }

    private static async Task<V3Answer<ResourceList<KafkaClusterResource>>> ListAsync(
        HttpContext context, ClusterGateway gateway)
    {
        var links = await ResourceLinks.ForAsync(context, gateway);
        var cluster = await DescribeAsync(links, gateway, context.RequestAborted);
        return new(links.List("KafkaClusterList", links.ClustersUrl, [cluster]));
    }

    private static async Task<V3Answer<KafkaClusterResource>> GetAsync(
        HttpContext context, ClusterGateway gateway, string clusterId)
    {
        var links = await ResourceLinks.ForAsync(context, gateway, clusterId);
        return new(await DescribeAsync(links, gateway, context.RequestAborted));
    }

    private static async Task<KafkaClusterResource> DescribeAsync(
        ResourceLinks links, ClusterGateway gateway, CancellationToken cancellation)
    {
        var cluster = await gateway.Admin.DescribeClusterAsync(cancellation);
        return new KafkaClusterResource(
            "KafkaCluster", links.Metadata(links.Url()), links.ClusterId,
            cluster.ControllerId < 0 ? null : links.Related("brokers", cluster.ControllerId),
            links.Related("acls"), links.Related("brokers"), links.Related("broker-configs"),
            links.Related("consumer-groups"), links.Related("topics"),
            links.Related("topics", "-", "partitions", "-", "reassignment"));
    }
}
