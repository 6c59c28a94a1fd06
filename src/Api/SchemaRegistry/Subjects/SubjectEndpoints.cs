using Platform.Api.Hosting;
using Platform.Api.SchemaRegistry.Schemas;
using Platform.Api.SchemaRegistry.Storage;

namespace Platform.Api.SchemaRegistry.Subjects;

/// <summary>Subjects and their versions: what is read.</summary>
internal static class SubjectEndpoints
{
    public static RouteGroupBuilder MapSubjects(this RouteGroupBuilder registry)
    {
        var subjects = registry.MapGroup("/subjects").WithTags("Subjects (v1)");
        subjects.MapGet("", ListSubjects).WithName("list").WithSummary("Names of all subjects");
        subjects.MapPost("/{subject}", LookUpAsync).WithName("lookUpSchemaUnderSubject").Takes<RegisterSchemaRequest>()
            .WithSummary("Find the version of a subject that holds this schema");
        subjects.MapGet("/{subject}/metadata", GetWithMetadata).WithName("getLatestWithMetadata")
            .WithSummary("The latest version whose metadata have these properties");
        subjects.MapGet("/{subject}/versions", ListVersions).WithName("listVersions")
            .WithSummary("Versions of a subject");
        subjects.MapGet("/{subject}/versions/{version}", GetVersion).WithName("getSchemaByVersion")
            .WithSummary("One version of a subject; \"latest\" is the newest");
        subjects.MapGet("/{subject}/versions/{version}/schema", GetVersionText).WithName("getSchemaOnly")
            .WithSummary("The bare schema of a version");
        subjects.MapGet("/{subject}/versions/{version}/referencedby", GetReferencedBy).WithName("getReferencedBy")
            .WithSummary("Ids of the schemas that refer to a version");
        subjects.MapSubjectWrites();
        return registry;
    }

    private static RegistryAnswer<IReadOnlyList<string>> ListSubjects(
        SchemaRegistry registry, string? subjectPrefix, bool? deleted, bool? deletedOnly, int? offset, int? limit) =>
        new(Paging.Page(registry.Store.Subjects(
            VisibilityRules.From(deleted, deletedOnly), SubjectFilter.From(subjectPrefix)), offset, limit));

    private static async Task<RegistryAnswer<SubjectSchemaResponse>> LookUpAsync(
        HttpContext context, string subject, SchemaRegistry registry, bool? normalize, string? format, bool? deleted)
    {
        subject = registry.Resolve(PathSegment.Decode(subject));
        var request = await RegistryRequests.ReadSchemaAsync(context);
        var schema = registry.Parse(subject, request, normalize == true);
        if (registry.Store.Versions(subject, VisibilityRules.From(deleted)).Count == 0)
            throw RegistryProblems.SubjectNotFound(subject);
        var found = registry.LookUp(subject, schema, VisibilityRules.From(deleted))
            ?? throw RegistryProblems.SchemaNotFound();
        return new(SubjectSchemaResponse.From(found, registry.Parser.Format(found, format)));
    }

    private static RegistryAnswer<SubjectSchemaResponse> GetWithMetadata(
        string subject, SchemaRegistry registry, string[] key, string[] value, bool? deleted, string? format)
    {
        subject = registry.Resolve(PathSegment.Decode(subject));
        var versions = registry.Store.Versions(subject, VisibilityRules.From(deleted));
        if (versions.Count == 0)
            throw RegistryProblems.SubjectNotFound(subject);
        var found = versions.LastOrDefault(
            schema => key.Zip(value).All(pair => schema.Metadata?.Property(pair.First) == pair.Second))
            ?? throw RegistryProblems.SchemaNotFound();
        return new(SubjectSchemaResponse.From(found, registry.Parser.Format(found, format)));
    }

    private static RegistryAnswer<IReadOnlyList<int>> ListVersions(string subject, SchemaRegistry registry,
        bool? deleted, bool? deletedOnly, bool? deletedAsNegative, int? offset, int? limit)
    {
        subject = registry.Resolve(PathSegment.Decode(subject));
        var versions = registry.Store.Versions(subject,
            VisibilityRules.From(deleted == true || deletedAsNegative == true, deletedOnly));
        if (versions.Count == 0)
            throw RegistryProblems.SubjectNotFound(subject);
        return new(Paging.Page(versions.Select(schema =>
            deletedAsNegative == true && schema.Deleted ? -schema.Version : schema.Version), offset, limit));
    }

    // A client may keep a version and ask whether it is still the latest.
    private static RegistryAnswer<SubjectSchemaResponse> GetVersion(
        string subject, string version, SchemaRegistry registry, bool? deleted, string? format)
    {
        var schema = Find(registry, subject, version, VisibilityRules.From(deleted));
        return new(SubjectSchemaResponse.From(schema, registry.Parser.Format(schema, format)))
        {
            ETag = EntityTags.OfVersion(schema.Version),
        };
    }

    private static SchemaTextAnswer GetVersionText(
        string subject, string version, SchemaRegistry registry, bool? deleted, string? format) =>
        new(registry.Parser.Format(Find(registry, subject, version, VisibilityRules.From(deleted)), format));

    private static RegistryAnswer<IReadOnlyList<int>> GetReferencedBy(
        string subject, string version, SchemaRegistry registry, bool? deleted, int? offset, int? limit)
    {
        var schema = Find(registry, subject, version, Visibility.LiveAndDeleted);
        return new(Paging.Page(registry.Store
            .ReferencedBy(schema.Subject, schema.Version, VisibilityRules.From(deleted))
            .Select(one => one.Id).Distinct(), offset, limit));
    }

    internal static StoredSchema Find(
        SchemaRegistry registry, string subject, string version, Visibility which) =>
        VersionText.Find(registry.Store, registry.Resolve(PathSegment.Decode(subject)), version, which);
}
