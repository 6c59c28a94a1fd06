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
    public Task<AssociationResponse> PutAsync(
        AssociationRequest request, bool mayChange, bool dryRun, CancellationToken cancellation) =>
        ApplyAsync(new AssociationOpRequest(request.ResourceName, request.ResourceNamespace, request.ResourceId,
            request.ResourceType, request.Associations?.Select(info => info is null ? null! : new AssociationOp(
                mayChange ? AssociationOp.Upsert : AssociationOp.Create, info.Subject, info.AssociationType,
                info.Lifecycle, info.Frozen, info.Schema, info.Normalize)).ToList()), dryRun, cancellation);

    /// <summary>Makes, changes and ends associations of one resource: all of them or none.</summary>
    public async Task<AssociationResponse> ApplyAsync(
        AssociationOpRequest request, bool dryRun, CancellationToken cancellation)
    {
        CheckResource(request, dryRun);
        var puts = request.Associations!.Where(op => op.OpType != AssociationOp.Delete)
            .Select(op => (Op: op, Association: ToAssociation(request, op))).ToList();
        var ends = request.Associations!.Where(op => op.OpType == AssociationOp.Delete).ToList();
        List<SchemaLogRecord> Records() => [
            .. ends.Select(op => SchemaRecords.Association(Ended(request, op), exists: false)),
            .. puts.Select(put => SchemaRecords.Association(Checked(put.Association, put.Op), exists: true))];
        _ = Records();
        var subjects = ends.Where(op => op.CascadeLifecycle == true).Select(op => Ended(request, op)).ToList();
        var schemas = await RegisterAsync(puts, dryRun, cancellation);
        if (!dryRun)
        {
            // Checked once more, where nobody else writes.
            await writer.AppendAsync(Records, cancellation);
            await DeleteOwnedAsync(subjects, cancellation);
        }
        return new AssociationResponse(request.ResourceName, request.ResourceNamespace, request.ResourceId, Topic,
            dryRun || puts.Count == 0 ? null : [.. puts.Select(put => Result(put.Association, schemas))]);
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
        await DeleteOwnedAsync(cascade ? found : [], cancellation);
    }

    private async Task DeleteOwnedAsync(IReadOnlyList<Association> ended, CancellationToken cancellation)
    {
        foreach (var subject in ended.Where(one => one.Lifecycle == Association.Strong).Select(one => one.Subject))
        {
            if (registry.Store.Versions(subject, Visibility.Live).Count > 0)
                await writer.DeleteSubjectAsync(subject, permanent: false, cancellation);
        }
    }

    // All schemas are tried before the first is kept, so that none is left behind by one that is refused.
    private async Task<Dictionary<string, StoredSchema>> RegisterAsync(
        List<(AssociationOp Op, Association Association)> puts, bool dryRun, CancellationToken cancellation)
    {
        var schemas = new Dictionary<string, StoredSchema>(StringComparer.Ordinal);
        foreach (var tries in dryRun ? [true] : new[] { true, false })
        {
            foreach (var (op, one) in puts)
            {
                if (op.Schema is { } schema)
                    schemas[one.AssociationType] = await writer.RegisterAsync(one.Subject, schema,
                        new RegisterOptions(op.Normalize == true, DryRun: tries), cancellation);
                else if (registry.Store.Versions(one.Subject, Visibility.Live).Count == 0)
                    throw AssociationProblems.NoVersion(one.Subject);
            }
        }
        return schemas;
    }

    /// <summary>Throws 42212 for what names no resource, or nothing to do with it.</summary>
    public static void CheckResource(AssociationOpRequest request, bool dryRun)
    {
        if (request.Associations is not { Count: > 0 and <= MaxAssociations } ops || ops.Any(static op => op is null))
            throw AssociationProblems.Invalid($"\"associations\" must hold 1 to {MaxAssociations} entries.");
        if (string.IsNullOrEmpty(request.ResourceName) || string.IsNullOrEmpty(request.ResourceNamespace)
            || (string.IsNullOrEmpty(request.ResourceId) && !dryRun))
            throw AssociationProblems.Invalid("resourceName, resourceNamespace and resourceId must be given.");
        if (request.ResourceType is not (null or "" or Topic))
            throw AssociationProblems.Invalid($"resourceType '{request.ResourceType}': only topic is known.");
        if (ops.DistinctBy(op => op.AssociationType ?? Value).Count() != ops.Count)
            throw AssociationProblems.Invalid("An associationType is given twice.");
    }

    private Association ToAssociation(AssociationOpRequest request, AssociationOp info)
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

    // The association that an operation ends.
    private Association Ended(AssociationOpRequest request, AssociationOp op)
    {
        var known = Known(request.ResourceName!, request.ResourceNamespace!, op.AssociationType ?? Value);
        if (known is null || (request.ResourceId is { Length: > 0 } id && known.ResourceId != id))
            throw AssociationProblems.NotFound(request.ResourceId ?? request.ResourceName!);
        return known.Frozen && op.CascadeLifecycle != true ? throw AssociationProblems.Frozen(known) : known;
    }

    private Association Checked(Association wanted, AssociationOp op)
    {
        var known = Known(wanted.ResourceName, wanted.ResourceNamespace, wanted.AssociationType);
        if (known is not null && known.ResourceId != wanted.ResourceId && wanted.ResourceId.Length > 0)
            throw AssociationProblems.OtherResource(known);
        if (known is not null && known != wanted)
        {
            if (op.OpType == AssociationOp.Create || known.Subject != wanted.Subject)
                throw AssociationProblems.ResourceTaken(known);
            if (known.Frozen && op.Frozen != false)
                throw AssociationProblems.Frozen(known);
        }
        var others = associations.Where(one => one.Subject == wanted.Subject && one != known);
        if (others.FirstOrDefault(one => one.Lifecycle == Association.Strong) is { } owner)
            throw AssociationProblems.SubjectOwned(owner);
        if (others.Count > 0 && wanted.Lifecycle == Association.Strong)
            throw AssociationProblems.SubjectTaken(others[0]);
        return wanted;
    }

    private static AssociationResult Result(Association one, Dictionary<string, StoredSchema> schemas) => new(
        one.Subject, one.AssociationType, one.Lifecycle, one.Frozen,
        schemas.TryGetValue(one.AssociationType, out var schema) ? SubjectSchemaResponse.From(schema) : null);
}
