using System.Reflection;
using Microsoft.AspNetCore.Http.Metadata;
using Platform.Api.Hosting;
using Platform.Protocol;

namespace Platform.Api.RestProxy.V3.Acls;

/// <summary>Access rules. A cluster without an authorizer answers that security is disabled.</summary>
internal static class AclEndpoints
{
    public static void MapAcls(this RouteGroupBuilder v3)
    {
        var acls = v3.MapGroup("/{clusterId}").WithTags("ACL (v3)");
        acls.MapGet("/acls", ListAsync).WithName("getKafkaAcls").WithSummary("Access rules, all or those that a filter matches");
        acls.MapPost("/acls", CreateAsync).WithName("createKafkaAcls").Takes<CreateAclRequest>().WithSummary("Add an access rule");
        acls.MapDelete("/acls", DeleteAsync).WithName("deleteKafkaAcls").WithSummary("Delete the access rules that a filter matches");
        acls.MapPost("/acls:batch", CreateBatchAsync).WithName("batchCreateKafkaAcls").Takes<BatchCreateAclRequest>()
            .WithSummary("Add access rules");
    }

    private static async Task<V3Answer<ResourceList<KafkaAclResource>>> ListAsync(
        HttpContext context, ClusterGateway gateway, string clusterId, [AsParameters] AclQuery query)
    {
        var links = await ResourceLinks.ForAsync(context, gateway, clusterId);
        var rules = await gateway.Admin.DescribeAclsAsync(query.ToFilter(), context.RequestAborted);
        return new(links.List("KafkaAclList", links.Url("acls"), Describe(links, rules)));
    }

    private static async Task<CreatedAnswer> CreateAsync(HttpContext context, ClusterGateway gateway, string clusterId)
    {
        var links = await ResourceLinks.ForAsync(context, gateway, clusterId);
        var rule = Rule(await JsonBody.ReadAsync(context, V3Json.TypeInfo<CreateAclRequest>()));
        await gateway.Admin.CreateAclsAsync([rule], context.RequestAborted);
        return new(Self(links, rule));
    }

    private static async Task<CreatedAnswer> CreateBatchAsync(HttpContext context, ClusterGateway gateway, string clusterId)
    {
        var links = await ResourceLinks.ForAsync(context, gateway, clusterId);
        var request = await JsonBody.ReadAsync(context, V3Json.TypeInfo<BatchCreateAclRequest>());
        await gateway.Admin.CreateAclsAsync([.. request.Data.Select(Rule)], context.RequestAborted);
        return new(links.Url("acls"));
    }

    private static async Task<V3Answer<DeletedAcls>> DeleteAsync(
        HttpContext context, ClusterGateway gateway, string clusterId, [AsParameters] AclQuery query)
    {
        var links = await ResourceLinks.ForAsync(context, gateway, clusterId);
        var deleted = await gateway.Admin.DeleteAclsAsync([query.ToDeletion()], context.RequestAborted);
        return new(new DeletedAcls([.. Describe(links, deleted)]));
    }

    private static IEnumerable<KafkaAclResource> Describe(ResourceLinks links, IEnumerable<AclBinding> rules) =>
        from rule in rules.OrderBy(rule => rule.ResourceType).ThenBy(rule => rule.ResourceName, StringComparer.Ordinal)
            .ThenBy(rule => rule.PatternType).ThenBy(rule => rule.Principal, StringComparer.Ordinal).ThenBy(rule => rule.Operation)
        select new KafkaAclResource("KafkaAcl", new AclMetadata(Self(links, rule)), links.ClusterId,
            rule.ResourceType.ToKafkaName(), rule.ResourceName, rule.PatternType.ToKafkaName(), rule.Principal, rule.Host,
            rule.Operation.ToKafkaName(), rule.Permission.ToKafkaName());

    private static AclBinding Rule(CreateAclRequest request) => new(
        AclQuery.Read<AclResourceType>(request.ResourceType, "resource_type"), request.ResourceName,
        AclQuery.Read<AclPatternType>(request.PatternType, "pattern_type"), request.Principal, request.Host,
        AclQuery.Read<AclOperation>(request.Operation, "operation"), AclQuery.Read<AclPermission>(request.Permission, "permission"));

    private static string Self(ResourceLinks links, AclBinding rule) => $"{links.Url("acls")}"
        + $"?resource_type={rule.ResourceType.ToKafkaName()}&resource_name={Uri.EscapeDataString(rule.ResourceName)}"
        + $"&pattern_type={rule.PatternType.ToKafkaName()}&principal={Uri.EscapeDataString(rule.Principal)}"
        + $"&host={Uri.EscapeDataString(rule.Host)}&operation={rule.Operation.ToKafkaName()}&permission={rule.Permission.ToKafkaName()}";
}

/// <summary>A 201 answer without a body.</summary>
internal sealed class CreatedAnswer(string location) : IResult, IEndpointMetadataProvider
{
    public Task ExecuteAsync(HttpContext httpContext)
    {
        httpContext.Response.StatusCode = StatusCodes.Status201Created;
        httpContext.Response.Headers.Location = location;
        return Task.CompletedTask;
    }

    static void IEndpointMetadataProvider.PopulateMetadata(MethodInfo method, EndpointBuilder builder) =>
        builder.Metadata.Add(new ProducesResponseTypeMetadata(StatusCodes.Status201Created, typeof(void), []));
}
