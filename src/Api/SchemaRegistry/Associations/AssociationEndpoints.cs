using Platform.Api.Hosting;
using Platform.Api.SchemaRegistry.Leadership;

namespace Platform.Api.SchemaRegistry.Associations;

/// <summary>Associations of subjects with topics. Serializers ask for those of a topic before its first record.</summary>
internal static class AssociationEndpoints
{
    /// <summary>Stands for any namespace.</summary>
    private const string AnyNamespace = "-";

    public static RouteGroupBuilder MapAssociations(this RouteGroupBuilder registry)
    {
        var all = registry.MapGroup("/associations").WithTags("Associations (v1)");
        all.MapPost("", (HttpContext context, AssociationWriter writer, bool? dryRun) =>
                PutAsync(context, writer, mayChange: false, dryRun)).WithName("createAssociation").RunsAtLeader()
            .Takes<AssociationRequest>().WithSummary("Bind subjects to a topic");
        all.MapPut("", (HttpContext context, AssociationWriter writer, bool? dryRun) =>
                PutAsync(context, writer, mayChange: true, dryRun)).WithName("createOrUpdateAssociation").RunsAtLeader()
            .Takes<AssociationRequest>().WithSummary("Bind subjects to a topic, or change how they are bound");
        // Any status but 200 and 404 stops serializers.
        all.MapGet("/resources/{resourceNamespace}/{resourceName}", OfName).WithName("getAssociationsByResource")
            .WithSummary("Subjects that are bound to a topic, by its name");
        all.MapGet("/resources/{resourceId}", OfId).WithName("getAssociationsByResourceId")
            .WithSummary("Subjects that are bound to a topic, by its id");
        all.MapDelete("/resources/{resourceId}", DeleteAsync).WithName("deleteAssociations").RunsAtLeader()
            .WithSummary("End the associations of a topic; with cascadeLifecycle=true strongly bound subjects go with them")
            .Produces(StatusCodes.Status204NoContent);
        all.MapGet("/subjects/{subject}", OfSubject).WithName("getAssociationsBySubject")
            .WithSummary("Topics that a subject is bound to");
        return registry;
    }

    private static async Task<RegistryAnswer<AssociationResponse>> PutAsync(
        HttpContext context, AssociationWriter writer, bool mayChange, bool? dryRun)
    {
        var request = await JsonBody.ReadAsync(context, RegistryJson.Relaxed.AssociationRequest);
        return new(await writer.PutAsync(request, mayChange, dryRun == true, context.RequestAborted));
    }

    private static RegistryAnswer<IReadOnlyList<Association>> OfName(AssociationStore store, string resourceNamespace,
        string resourceName, string? resourceType, string[] associationType, string? lifecycle, int? offset, int? limit)
    {
        var (space, name) = (PathSegment.Decode(resourceNamespace), PathSegment.Decode(resourceName));
        return Page(store, one => one.ResourceName == name && (space == AnyNamespace || one.ResourceNamespace == space),
            new(resourceType, associationType, lifecycle), offset, limit);
    }

    private static RegistryAnswer<IReadOnlyList<Association>> OfId(AssociationStore store, string resourceId,
        string? resourceType, string[] associationType, string? lifecycle, int? offset, int? limit)
    {
        var id = PathSegment.Decode(resourceId);
        return Page(store, one => one.ResourceId == id, new(resourceType, associationType, lifecycle), offset, limit);
    }

    private static RegistryAnswer<IReadOnlyList<Association>> OfSubject(AssociationStore store, string subject,
        string? resourceType, string[] associationType, string? lifecycle, int? offset, int? limit)
    {
        var name = SubjectNames.Normalize(PathSegment.Decode(subject));
        return Page(store, one => one.Subject == name, new(resourceType, associationType, lifecycle), offset, limit);
    }

    private static async Task<NoContentAnswer> DeleteAsync(HttpContext context, AssociationWriter writer,
        string resourceId, string? resourceType, string[] associationType, bool? cascadeLifecycle, bool? dryRun)
    {
        await writer.DeleteAsync(PathSegment.Decode(resourceId), resourceType, associationType,
            cascadeLifecycle == true, dryRun == true, context.RequestAborted);
        return NoContentAnswer.Instance;
    }

    private static RegistryAnswer<IReadOnlyList<Association>> Page(AssociationStore store,
        Func<Association, bool> isMeant, Filter filter, int? offset, int? limit) =>
        new(Paging.Page(store.Where(one => isMeant(one) && filter.Shows(one)), offset, limit));

    private sealed record Filter(string? ResourceType, string[] Types, string? Lifecycle)
    {
        public bool Shows(Association one) => (ResourceType is null || one.ResourceType == ResourceType)
            && (Types.Length == 0 || Types.Contains(one.AssociationType))
            && (Lifecycle is null || string.Equals(one.Lifecycle, Lifecycle, StringComparison.OrdinalIgnoreCase));
    }
}
