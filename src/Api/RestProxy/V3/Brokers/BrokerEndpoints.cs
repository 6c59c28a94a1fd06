using System.Text.Json.Serialization;
using Platform.Api.Hosting;
using Platform.Client.Metadata;

namespace Platform.Api.RestProxy.V3.Brokers;

/// <summary>A live broker.</summary>
internal sealed record KafkaBrokerResource(
    [property: JsonPropertyName("kind")] string Kind,
    [property: JsonPropertyName("metadata")] ResourceMetadata Metadata,
    [property: JsonPropertyName("cluster_id")] string ClusterId,
    [property: JsonPropertyName("broker_id")] int BrokerId,
    [property: JsonPropertyName("host")] string Host,
    [property: JsonPropertyName("port")] int Port,
    [property: JsonPropertyName("rack")] string? Rack,
    [property: JsonPropertyName("configs")] Relationship Configs,
    [property: JsonPropertyName("partition_replicas")] Relationship PartitionReplicas);

/// <summary>Brokers.</summary>
internal static class BrokerEndpoints
{
    public static void MapBrokers(this RouteGroupBuilder v3)
    {
        var brokers = v3.MapGroup("/{clusterId}/brokers").WithTags("Broker (v3)");
        brokers.MapGet("", ListAsync).WithName("listKafkaBrokers").WithSummary("All live brokers");
        brokers.MapGet("/{brokerId:int}", GetAsync).WithName("getKafkaBroker").WithSummary("One live broker");
    }

    private static async Task<V3Answer<ResourceList<KafkaBrokerResource>>> ListAsync(
        HttpContext context, ClusterGateway gateway, string clusterId)
    {
        var links = await ResourceLinks.ForAsync(context, gateway, clusterId);
        var cluster = await gateway.Admin.DescribeClusterAsync(context.RequestAborted);
        return new(links.List("KafkaBrokerList", links.Url("brokers"),
            cluster.Brokers.Select(one => Describe(links, one))));
    }

    private static async Task<V3Answer<KafkaBrokerResource>> GetAsync(
        HttpContext context, ClusterGateway gateway, string clusterId, int brokerId)
    {
        var links = await ResourceLinks.ForAsync(context, gateway, clusterId);
        return new(Describe(links, await RequireAsync(gateway, brokerId, context.RequestAborted)));
    }

    /// <summary>The broker, or 404 when none with this id lives.</summary>
    public static async Task<BrokerInfo> RequireAsync(
        ClusterGateway gateway, int brokerId, CancellationToken cancellation)
    {
        var cluster = await gateway.Admin.DescribeClusterAsync(cancellation);
        return cluster.Brokers.FirstOrDefault(broker => broker.Id == brokerId) ?? throw V3Problems.NotFound();
    }

    private static KafkaBrokerResource Describe(ResourceLinks links, BrokerInfo broker)
    {
        var self = links.Url("brokers", broker.Id);
        return new KafkaBrokerResource(
            "KafkaBroker", links.Metadata(self, "broker", broker.Id), links.ClusterId, broker.Id,
            broker.Host, broker.Port, broker.Rack,
            new Relationship(self + "/configs"), new Relationship(self + "/partition-replicas"));
    }
}
