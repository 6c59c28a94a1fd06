using Platform.Api.Hosting;

namespace Platform.Api.RestProxy.V3.Configs;

/// <summary>Settings that all brokers share and that can be changed at run time.</summary>
internal static class ClusterConfigEndpoints
{
    public static void MapClusterConfigs(this RouteGroupBuilder v3)
    {
        var configs = v3.MapGroup("/{clusterId}").WithTags("Configs (v3)");
        configs.MapGet("/broker-configs", ListAsync).WithName("listKafkaClusterConfigs")
            .WithSummary("Settings that all brokers share");
        configs.MapPost("/broker-configs:alter", AlterAsync).WithName("updateKafkaClusterConfigs")
            .Takes<AlterConfigsRequest>().WithSummary("Change several settings that all brokers share, all or none");
        configs.MapGet("/broker-configs/{name}", GetAsync).WithName("getKafkaClusterConfig")
            .WithSummary("One setting that all brokers share");
        configs.MapPut("/broker-configs/{name}", SetAsync).WithName("updateKafkaClusterConfig")
            .Takes<UpdateConfigRequest>().WithSummary("Set one setting that all brokers share");
        configs.MapDelete("/broker-configs/{name}", ResetAsync).WithName("deleteKafkaClusterConfig")
            .WithSummary("Return a setting that all brokers share to its default");
    }

    private static async Task<V3Answer<ResourceList<KafkaConfigResource>>> ListAsync(
        HttpContext context, ClusterGateway gateway, string clusterId)
    {
        var links = await ResourceLinks.ForAsync(context, gateway, clusterId);
        return await ConfigOperations.ListAsync(gateway, links, ConfigOwner.AllBrokers(links), context.RequestAborted);
    }

    private static async Task<NoContentAnswer> AlterAsync(HttpContext context, ClusterGateway gateway, string clusterId)
    {
        var links = await ResourceLinks.ForAsync(context, gateway, clusterId);
        return await ConfigOperations.AlterAsync(context, gateway, links, ConfigOwner.AllBrokers(links));
    }

    private static async Task<V3Answer<KafkaConfigResource>> GetAsync(
        HttpContext context, ClusterGateway gateway, string clusterId, string name)
    {
        var links = await ResourceLinks.ForAsync(context, gateway, clusterId);
        var owner = ConfigOwner.AllBrokers(links);
        return await ConfigOperations.GetAsync(gateway, links, owner, name, context.RequestAborted);
    }

    private static async Task<NoContentAnswer> SetAsync(
        HttpContext context, ClusterGateway gateway, string clusterId, string name)
    {
        var links = await ResourceLinks.ForAsync(context, gateway, clusterId);
        return await ConfigOperations.SetAsync(context, gateway, links, ConfigOwner.AllBrokers(links), name);
    }

    private static async Task<NoContentAnswer> ResetAsync(
        HttpContext context, ClusterGateway gateway, string clusterId, string name)
    {
        var links = await ResourceLinks.ForAsync(context, gateway, clusterId);
        var owner = ConfigOwner.AllBrokers(links);
        return await ConfigOperations.ResetAsync(gateway, links, owner, name, context.RequestAborted);
    }
}
