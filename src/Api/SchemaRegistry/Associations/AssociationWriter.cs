using Platform.Api.Hosting;
using Platform.Api.SchemaRegistry.Schemas;
using Platform.Api.SchemaRegistry.Storage;
using Platform.Api.SchemaRegistry.Subjects;

namespace Platform.Api.SchemaRegistry.Associations;

/// <summary>Binds subjects to resources. Everything is checked before anything is written.</summary>
internal sealed class AssociationWriter(SchemaRegistry registry, RegistryWriter writer, AssociationStore associations)
{
    /// <summary>Associations of one request.</summary>
    public const int MaxAssociations = 100;

    private const string Topic = "topic";
    private const string Value = "value";

    /// <summary>Makes associations, or with <paramref name="mayChange"/> changes those that are there.</summary>
    public async Task<AssociationResponse> PutAsync(
        AssociationRequest request, bool mayChange, bool dryRun, CancellationToken cancellation)
    {
        var wanted = Check(request, dryRun);
        var schemas = new Dictionary<string, StoredSchema>(StringComparer.Ordinal);
        foreach (var (info, one) in wanted)
        {
            CheckConflicts(one, info, mayChange);
            if (info.Schema is { } schema)
                schemas[one.AssociationType] = await writer.RegisterAsync(one.Subject, schema,
                    new RegisterOptions(info.Normalize == true, DryRun: dryRun), cancellation);
            else if (registry.Store.Versions(one.Subject, Visibility.Live).Count == 0)
                throw AssociationProblems.NoVersion(one.Subject);
        }
        var first = wanted[0].Association;
        if (!dryRun)
            await writer.AppendAsync(() => Records([.. wanted.Select(one => one.Association)]), cancellation);
        return new AssociationResponse(first.ResourceName, first.ResourceNamespace, request.ResourceId, Topic,
            dryRun ? null : [.. wanted.Select(one => Result(one.Association, schemas))]);
    }

    /// <summary>Ends associations of a resource; with <paramref name="cascade"/> subjects bound strongly go with
    /// them.</summary>
    public async Task DeleteAsync(string resourceId, string? resourceType, string[] types, bool cascade, bool dryRun,
        CancellationToken cancellation)
    {
        var found = associations.Where(one => one.ResourceId == resourceId
            && (resourceType is null || one.ResourceType == resourceType)
            && (types.Length == 0 || types.Contains(one.AssociationType)));
        if (found.Count == 0 && types.Length > 0)
            throw AssociationProblems.NotFound(resourceId);
        if (found.FirstOrDefault(one => one.Frozen && !cascade) is { } frozen)
            throw AssociationProblems.Frozen(frozen);
        if (dryRun || found.Count == 0)
            return;
        await writer.AppendAsync(() => [.. found.Select(one => SchemaRecords.Association(one, exists: false))], cancellation);
        foreach (var subject in found.Where(one => cascade && one.Lifecycle == Association.Strong).Select(one => one.Subject))
        {
            if (registry.Store.Versions(subject, Visibility.Live).Count > 0)
                await writer.DeleteSubjectAsync(subject, permanent: false, cancellation);
        }
    }

    private List<(AssociationInfo Info, Association Association)> Check(AssociationRequest request, bool dryRun)
    {
        if (request.Associations is not { Count: > 0 and <= MaxAssociations } infos)
            throw AssociationProblems.Invalid($"\"associations\" must hold 1 to {MaxAssociations} entries.");
        if (string.IsNullOrEmpty(request.ResourceName) || string.IsNullOrEmpty(request.ResourceNamespace)
            || (string.IsNullOrEmpty(request.ResourceId) && !dryRun))
            throw AssociationProblems.Invalid("resourceName, resourceNamespace and resourceId must be given.");
        if (request.ResourceType is not (null or Topic))
            throw AssociationProblems.Invalid($"resourceType '{request.ResourceType}': only topic is known.");
        var all = infos.Select(info => (info, ToAssociation(request, info))).ToList();
        return all.DistinctBy(one => one.Item2.AssociationType).Count() == all.Count ? all
            : throw AssociationProblems.Invalid("An associationType is given twice.");
    }

    private Association ToAssociation(AssociationRequest request, AssociationInfo info)
    {
        if (string.IsNullOrEmpty(info.Subject))
            throw AssociationProblems.Invalid("subject must be given.");
        var type = info.AssociationType ?? Value;
        if (type is not ("key" or Value))
            throw AssociationProblems.Invalid($"associationType '{type}': key and value are known.");
        var known = Known(request.ResourceName!, request.ResourceNamespace!, type);
        var lifecycle = info.Lifecycle?.ToUpperInvariant() ?? known?.Lifecycle ?? Association.Weak;
        if (lifecycle is not (Association.Strong or Association.Weak))
            throw AssociationProblems.Invalid($"lifecycle '{info.Lifecycle}': STRONG and WEAK are known.");
        var frozen = info.Frozen ?? known?.Frozen ?? false;
        if (frozen && lifecycle == Association.Weak)
            throw AssociationProblems.Invalid("Only a STRONG association can be frozen.");
        return new Association(SubjectNames.Normalize(info.Subject), known?.Guid ?? Guid.NewGuid().ToString(),
            request.ResourceName!, request.ResourceNamespace!, request.ResourceId ?? "", Topic, type, lifecycle, frozen);
    }

    private Association? Known(string name, string space, string type) => associations.Where(one =>
        one.ResourceName == name && one.ResourceNamespace == space && one.AssociationType == type).FirstOrDefault();

    private void CheckConflicts(Association wanted, AssociationInfo info, bool mayChange)
    {
        var known = Known(wanted.ResourceName, wanted.ResourceNamespace, wanted.AssociationType);
        if (known is not null && known.ResourceId != wanted.ResourceId && wanted.ResourceId.Length > 0)
            throw AssociationProblems.OtherResource(known);
        if (known is not null && known != wanted)
        {
            if (!mayChange || known.Subject != wanted.Subject)
                throw AssociationProblems.ResourceTaken(known);
            if (known.Frozen && info.Frozen != false)
                throw AssociationProblems.Frozen(known);
        }
        var others = associations.Where(one => one.Subject == wanted.Subject && one != known);
        if (others.FirstOrDefault(one => one.Lifecycle == Association.Strong) is { } owner)
            throw AssociationProblems.SubjectOwned(owner);
        if (others.Count > 0 && wanted.Lifecycle == Association.Strong)
            throw AssociationProblems.SubjectTaken(others[0]);
    }

    private static List<SchemaLogRecord> Records(List<Association> all) =>
        [.. all.Select(one => SchemaRecords.Association(one, exists: true))];

    private static AssociationResult Result(Association one, Dictionary<string, StoredSchema> schemas) => new(
        one.Subject, one.AssociationType, one.Lifecycle, one.Frozen,
        schemas.TryGetValue(one.AssociationType, out var schema) ? SubjectSchemaResponse.From(schema) : null);
}

/// <summary>What is wrong with an association.</summary>
internal static class AssociationProblems
{
    public static ProblemException NotFound(string resource) => new(40410, $"Association of '{resource}' not found.");

    public static ProblemException Invalid(string reason) => new(42212, $"Invalid association: {reason}");

    public static ProblemException ResourceTaken(Association known) => new(40902,
        $"The {known.AssociationType} of '{known.ResourceName}' is bound to the subject '{known.Subject}' already.");

    public static ProblemException SubjectTaken(Association other) => new(40903,
        $"The subject '{other.Subject}' is bound to '{other.ResourceName}' already, so it cannot be bound strongly.");

    public static ProblemException SubjectOwned(Association owner) => new(40904,
        $"The subject '{owner.Subject}' is bound strongly to '{owner.ResourceName}'.");

    public static ProblemException NoVersion(string subject) => new(40905,
        $"The subject '{subject}' has no version; give a schema with the association.");

    public static ProblemException Frozen(Association known) => new(40906,
        $"The {known.AssociationType} of '{known.ResourceName}' is frozen; set frozen to false first.");

    public static ProblemException OtherResource(Association known) => new(40907,
        $"'{known.ResourceName}' is known as the resource {known.ResourceId}.");
}
