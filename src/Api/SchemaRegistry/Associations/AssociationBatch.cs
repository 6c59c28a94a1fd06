using Platform.Api.Hosting;
using Platform.Api.SchemaRegistry.Storage;
using Platform.Api.SchemaRegistry.Subjects;

namespace Platform.Api.SchemaRegistry.Associations;

/// <summary>Associations of many resources in one call; what is wrong with one does not stop the others.</summary>
internal sealed class AssociationBatch(SchemaRegistry registry, AssociationWriter writer, AssociationStore associations)
{
    /// <summary>Resources of one call.</summary>
    public const int MaxRequests = 1_000;

    private const string Topic = "topic";

    /// <summary>Makes, changes and ends associations. Throws 42212 for a batch without requests.</summary>
    public async Task<AssociationBatchResponse> MutateAsync(
        AssociationBatchRequest batch, bool dryRun, CancellationToken cancellation)
    {
        var outcomes = new List<AssociationOutcome>();
        foreach (var request in Requests(batch.Requests))
        {
            try
            {
                AssociationWriter.CheckResource(request, dryRun);
                outcomes.Add(new(null, await writer.ApplyAsync(AssociationRules.Complete(request), dryRun, cancellation)));
            }
            catch (ProblemException problem)
            {
                outcomes.Add(new(problem.ToResponse(), null));
            }
        }
        return new AssociationBatchResponse(outcomes);
    }

    /// <summary>The associations of resources, on demand with the newest schema of each subject.</summary>
    public AssociationBatchResponse Get(AssociationBatchGetRequest batch, bool withSchemas) =>
        new([.. Requests(batch.Requests).Select(request => Find(request, withSchemas))]);

    private AssociationOutcome Find(AssociationGetRequest request, bool withSchemas)
    {
        var (id, name, space) = (request.ResourceId, request.ResourceName, request.ResourceNamespace);
        var hasId = !string.IsNullOrEmpty(id);
        if (!hasId && (string.IsNullOrEmpty(name) || string.IsNullOrEmpty(space)))
            return new(AssociationProblems.Invalid(
                "resourceId, or resourceName and resourceNamespace, must be given.").ToResponse(), null);
        var filter = new AssociationFilter(string.IsNullOrEmpty(request.ResourceType) ? Topic : request.ResourceType,
            request.AssociationTypes ?? [], request.Lifecycle);
        var found = associations.Where(one => filter.Shows(one)
            && (hasId ? one.ResourceId == id : AssociationFilter.IsOf(one, space!, name!)));
        var first = found.Count > 0 ? found[0] : null;
        return new(null, new AssociationResponse(first?.ResourceName ?? name, first?.ResourceNamespace ?? space,
            first?.ResourceId ?? id, filter.ResourceType!,
            found.Count == 0 ? null : [.. found.Select(one => Result(one, withSchemas))]));
    }

    private AssociationResult Result(Association one, bool withSchema) => new(
        one.Subject, one.AssociationType, one.Lifecycle, one.Frozen,
        withSchema && registry.Store.Newest(one.Subject, Visibility.Live, static _ => true) is { } newest
            ? SubjectSchemaResponse.From(newest) : null);

    private static IReadOnlyList<T> Requests<T>(IReadOnlyList<T>? requests) =>
        requests is { Count: > 0 and <= MaxRequests } && !requests.Any(static one => one is null) ? requests
            : throw AssociationProblems.Invalid($"\"requests\" must hold 1 to {MaxRequests} entries.");
}
