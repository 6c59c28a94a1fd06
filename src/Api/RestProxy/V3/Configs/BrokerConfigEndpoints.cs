using Platform.Api.Hosting;
using Platform.Api.RestProxy.V3.Brokers;

namespace Platform.Api.RestProxy.V3.Configs;

/// <summary>Settings of single brokers.</summary>
internal static class BrokerConfigEndpoints
{
    public static void MapBrokerConfigs(this RouteGroupBuilder v3)
    {
        var brokers = v3.MapGroup("/{clusterId}/brokers").WithTags("Configs (v3)");
        brokers.MapGet("/-/configs", ListAllAsync).WithName("listKafkaAllBrokerConfigs")
            .WithSummary("Settings of all brokers");
        brokers.MapGet("/{brokerId:int}/configs", ListAsync).WithName("listKafkaBrokerConfigs")
            .WithSummary("Settings of a broker");
        brokers.MapPost("/{brokerId:int}/configs:alter", AlterAsync).WithName("updateKafkaBrokerConfigBatch")
            .Takes<AlterConfigsRequest>().WithSummary("Change several settings of a broker, all or none");
        brokers.MapGet("/{brokerId:int}/configs/{name}", GetAsync).WithName("getKafkaBrokerConfig")
            .WithSummary("One setting of a broker");
        brokers.MapPut("/{brokerId:int}/configs/{name}", SetAsync).WithName("updateKafkaBrokerConfig")
            .Takes<UpdateConfigRequest>().WithSummary("Set one setting of a broker");
        brokers.MapDelete("/{brokerId:int}/configs/{name}", ResetAsync).WithName("deleteKafkaBrokerConfig")
            .WithSummary("Return a setting of a broker to its default");
    }

    private static async Task<V3Answer<ResourceList<KafkaConfigResource>>> ListAllAsync(
        HttpContext context, ClusterGateway gateway, string clusterId)
    {
        var links = await ResourceLinks.ForAsync(context, gateway, clusterId);
        var cluster = await gateway.Admin.DescribeClusterAsync(context.RequestAborted);
        var all = new List<KafkaConfigResource>();
        foreach (var owner in cluster.Brokers.Select(broker => ConfigOwner.Broker(links, broker.Id)))
            all.AddRange(await new OwnedConfigs(gateway, links, owner, context.RequestAborted).DescribeAsync());
        return new(links.List("KafkaBrokerConfigList", links.Url("brokers", "-", "configs"), all));
    }

    private static async Task<V3Answer<ResourceList<KafkaConfigResource>>> ListAsync(
        HttpContext context, ClusterGateway gateway, string clusterId, int brokerId) =>
        await (await ConfigsAsync(context, gateway, clusterId, brokerId)).ListAsync();

    private static async Task<NoContentAnswer> AlterAsync(
        HttpContext context, ClusterGateway gateway, string clusterId, int brokerId) =>
        await (await ConfigsAsync(context, gateway, clusterId, brokerId)).AlterAsync(context);

    private static async Task<V3Answer<KafkaConfigResource>> GetAsync(
        HttpContext context, ClusterGateway gateway, string clusterId, int brokerId, string name) =>
        await (await ConfigsAsync(context, gateway, clusterId, brokerId)).GetAsync(name);

    private static async Task<NoContentAnswer> SetAsync(
        HttpContext context, ClusterGateway gateway, string clusterId, int brokerId, string name) =>
        await (await ConfigsAsync(context, gateway, clusterId, brokerId)).SetAsync(context, name);

    private static async Task<NoContentAnswer> ResetAsync(
        HttpContext context, ClusterGateway gateway, string clusterId, int brokerId, string name) =>
        await (await ConfigsAsync(context, gateway, clusterId, brokerId)).ResetAsync(name);

    private static async Task<OwnedConfigs> ConfigsAsync(
        HttpContext context, ClusterGateway gateway, string clusterId, int brokerId)
    {
        var links = await ResourceLinks.ForAsync(context, gateway, clusterId);
        await BrokerEndpoints.RequireAsync(gateway, brokerId, context.RequestAborted);
        var owner = ConfigOwner.Broker(links, brokerId);
        return new OwnedConfigs(gateway, links, owner, context.RequestAborted);
    }
}
