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
        HttpContext context, ClusterGateway gateway, string clusterId) =>
        await (await ConfigsAsync(context, gateway, clusterId)).ListAsync();

    private static async Task<NoContentAnswer> AlterAsync(
        HttpContext context, ClusterGateway gateway, string clusterId) =>
        await (await ConfigsAsync(context, gateway, clusterId)).AlterAsync(context);

    private static async Task<V3Answer<KafkaConfigResource>> GetAsync(
        HttpContext context, ClusterGateway gateway, string clusterId, string name) =>
        await (await ConfigsAsync(context, gateway, clusterId)).GetAsync(name);

    private static async Task<NoContentAnswer> SetAsync(
        HttpContext context, ClusterGateway gateway, string clusterId, string name) =>
        await (await ConfigsAsync(context, gateway, clusterId)).SetAsync(context, name);

    private static async Task<NoContentAnswer> ResetAsync(
        HttpContext context, ClusterGateway gateway, string clusterId, string name) =>
        await (await ConfigsAsync(context, gateway, clusterId)).ResetAsync(name);

    private static async Task<OwnedConfigs> ConfigsAsync(
        HttpContext context, ClusterGateway gateway, string clusterId)
    {
        var links = await ResourceLinks.ForAsync(context, gateway, clusterId);
        var owner = ConfigOwner.AllBrokers(links);
        return new OwnedConfigs(gateway, links, owner, context.RequestAborted);
    }
}
