using Platform.Api.Hosting;
using Platform.Api.SchemaRegistry.Leadership;

namespace Platform.Api.SchemaRegistry.Associations;

/// <summary>Associations of subjects with topics. Serializers ask for those of a topic before its first record.</summary>
internal static class AssociationEndpoints
{
    private const string Tag = "Associations (v1)";

    public static RouteGroupBuilder MapAssociations(this RouteGroupBuilder registry)
    {
        var all = registry.MapGroup("/associations").WithTags(Tag);
        all.MapPost("", (HttpContext context, AssociationWriter writer, bool? dryRun) =>
                PutAsync(context, writer, mayChange: false, dryRun)).WithName("createAssociation").RunsAtLeader()
            .Takes<AssociationRequest>().WithSummary("Bind subjects to a topic");
        all.MapPut("", (HttpContext context, AssociationWriter writer, bool? dryRun) =>
                PutAsync(context, writer, mayChange: true, dryRun)).WithName("createOrUpdateAssociation").RunsAtLeader()
            .Takes<AssociationRequest>().WithSummary("Bind subjects to a topic, or change how they are bound");
        all.MapPut("/resources/{resourceId}", (HttpContext context, AssociationWriter writer, string resourceId,
                bool? dryRun) => PutAsync(context, writer, mayChange: true, dryRun, PathSegment.Decode(resourceId)))
            .WithName("createOrUpdateAssociationByResourceId").RunsAtLeader().Takes<AssociationRequest>()
            .WithSummary("Bind subjects to a topic, or change how they are bound; newer clients name it in the path");
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
        MapBatches(registry);
        return registry;
    }

    // The reference product says 207 in its document and sends 200, the only one of them that its clients read.
    private static void MapBatches(RouteGroupBuilder registry)
    {
        registry.MapPost("/associations:batchMutate", MutateAsync).WithName("mutateAssociations").WithTags(Tag)
            .RunsAtLeader().Takes<AssociationBatchRequest>()
            .WithSummary("Make, change and end associations of many topics; each topic has an outcome of its own");
        registry.MapPost("/associations:batchGet", GetAsync).WithName("batchGetAssociations").WithTags(Tag)
            .Takes<AssociationBatchGetRequest>()
            .WithSummary("Subjects that are bound to many topics; with includeSchemas=true also their newest schemas");
    }

    private static async Task<RegistryAnswer<AssociationBatchResponse>> MutateAsync(
        HttpContext context, AssociationBatch batch, bool? dryRun)
    {
        var request = await JsonBody.ReadAsync(context, RegistryJson.Relaxed.AssociationBatchRequest);
        return new(await batch.MutateAsync(request, dryRun == true, context.RequestAborted));
    }

    private static async Task<RegistryAnswer<AssociationBatchResponse>> GetAsync(
        HttpContext context, AssociationBatch batch, bool? includeSchemas) =>
        new(batch.Get(await JsonBody.ReadAsync(context, RegistryJson.Relaxed.AssociationBatchGetRequest),
            includeSchemas == true));

    private static async Task<RegistryAnswer<AssociationResponse>> PutAsync(
        HttpContext context, AssociationWriter writer, bool mayChange, bool? dryRun, string? resourceId = null)
    {
        var request = await JsonBody.ReadAsync(context, RegistryJson.Relaxed.AssociationRequest);
        if (resourceId is not null && request.ResourceId is { } inBody && inBody != resourceId)
            throw AssociationProblems.Invalid("resourceId differs in the path and the body.");
        request = request with { ResourceId = resourceId ?? request.ResourceId };
        return new(await writer.PutAsync(request, mayChange, dryRun == true, context.RequestAborted));
    }

    private static RegistryAnswer<IReadOnlyList<Association>> OfName(AssociationStore store, string resourceNamespace,
        string resourceName, string? resourceType, string[] associationType, string? lifecycle, int? offset, int? limit)
    {
        var (space, name) = (PathSegment.Decode(resourceNamespace), PathSegment.Decode(resourceName));
        return Page(store, one => AssociationFilter.IsOf(one, space, name),
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
        Func<Association, bool> isMeant, AssociationFilter filter, int? offset, int? limit) =>
        new(Paging.Page(store.Where(one => isMeant(one) && filter.Shows(one)), offset, limit));
}
