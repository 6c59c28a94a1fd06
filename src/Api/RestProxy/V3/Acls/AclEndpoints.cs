using Platform.Api.Hosting;

namespace Platform.Api.RestProxy.V3.Acls;

/// <summary>
/// Access rules. The brokers of this platform serve none of the Kafka requests for them, so every call says so instead
/// of pretending that there are no rules.
/// </summary>
internal static class AclEndpoints
{
    private const string What = "Access rules (ACLs)";

    public static void MapAcls(this RouteGroupBuilder v3)
    {
        var acls = v3.MapGroup("/{clusterId}").WithTags("ACL (v3)");
        acls.MapGet("/acls", NotServedAsync).WithName("getKafkaAcls").WithSummary("List access rules");
        acls.MapPost("/acls", NotServedAsync).WithName("createKafkaAcls").WithSummary("Add an access rule");
        acls.MapDelete("/acls", NotServedAsync).WithName("deleteKafkaAcls").WithSummary("Delete access rules");
        acls.MapPost("/acls:batch", NotServedAsync).WithName("batchCreateKafkaAcls").WithSummary("Add access rules");
    }

    private static async Task<NoContentAnswer> NotServedAsync(
        HttpContext context, ClusterGateway gateway, string clusterId)
    {
        await ResourceLinks.ForAsync(context, gateway, clusterId);
        throw V3Problems.NotServed(What);
    }
}
