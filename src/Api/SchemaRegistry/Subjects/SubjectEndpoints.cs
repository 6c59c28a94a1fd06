using Platform.Api.Hosting;
using Platform.Api.SchemaRegistry.Schemas;
using Platform.Api.SchemaRegistry.Storage;

namespace Platform.Api.SchemaRegistry.Subjects;

/// <summary>Subjects and their versions.</summary>
internal static class SubjectEndpoints
{
    public static RouteGroupBuilder MapSubjects(this RouteGroupBuilder registry)
    {
        var subjects = registry.MapGroup("/subjects").WithTags("Subjects (v1)");
        subjects.MapGet("", ListSubjects).WithName("list").WithSummary("Names of all subjects");
        subjects.MapPost("/{subject}", LookUpAsync).WithName("lookUpSchemaUnderSubject").Takes<RegisterSchemaRequest>()
            .WithSummary("Find the version of a subject that holds this schema");
        subjects.MapDelete("/{subject}", DeleteSubjectAsync).WithName("deleteSubject")
            .WithSummary("Delete a subject: softly first, then with permanent=true for good");
        subjects.MapGet("/{subject}/versions", ListVersions).WithName("listVersions")
            .WithSummary("Versions of a subject");
        subjects.MapPost("/{subject}/versions", RegisterAsync).WithName("register").Takes<RegisterSchemaRequest>()
            .WithSummary("Add a schema to a subject, or find the id that it already has");
        subjects.MapGet("/{subject}/versions/{version}", GetVersion).WithName("getSchemaByVersion")
            .WithSummary("One version of a subject; \"latest\" is the newest");
        subjects.MapGet("/{subject}/versions/{version}/schema", GetVersionText).WithName("getSchemaOnly")
            .WithSummary("The bare schema of a version");
        subjects.MapGet("/{subject}/versions/{version}/referencedby", GetReferencedBy).WithName("getReferencedBy")
            .WithSummary("Ids of the schemas that refer to a version");
        subjects.MapDelete("/{subject}/versions/{version}", DeleteVersionAsync).WithName("deleteSchemaVersion")
            .WithSummary("Delete a version: softly first, then with permanent=true for good");
        return registry;
    }

    private static RegistryAnswer<IReadOnlyList<string>> ListSubjects(
        SchemaRegistry registry, string? subjectPrefix, bool? deleted, bool? deletedOnly, int? offset, int? limit)
    {
        // ":*:" means every context; there is only the default one.
        var prefix = subjectPrefix is null or ":*:" ? "" : subjectPrefix;
        var names = registry.Store.Subjects(VisibilityRules.From(deleted, deletedOnly), prefix);
        return new(Paging.Page(names, offset, limit));
    }

    private static async Task<RegistryAnswer<SubjectSchemaResponse>> LookUpAsync(
        HttpContext context, string subject, SchemaRegistry registry, bool? deleted)
    {
        subject = PathSegment.Decode(subject);
        var schema = await RegistryRequests.ReadSchemaAsync(context, registry);
        if (registry.Store.Versions(subject, VisibilityRules.From(deleted)).Count == 0)
            throw RegistryProblems.SubjectNotFound(subject);
        var found = registry.Find(subject, schema, VisibilityRules.From(deleted));
        return new(SubjectSchemaResponse.From(found ?? throw RegistryProblems.SchemaNotFound()));
    }

    private static async Task<RegistryAnswer<IReadOnlyList<int>>> DeleteSubjectAsync(
        string subject, SchemaRegistry registry, bool? permanent, CancellationToken cancellation) =>
        new(await registry.DeleteSubjectAsync(PathSegment.Decode(subject), permanent == true, cancellation));

    private static RegistryAnswer<IReadOnlyList<int>> ListVersions(
        string subject, SchemaRegistry registry, bool? deleted, bool? deletedOnly, int? offset, int? limit)
    {
        subject = PathSegment.Decode(subject);
        var versions = registry.Store.Versions(subject, VisibilityRules.From(deleted, deletedOnly));
        if (versions.Count == 0)
            throw RegistryProblems.SubjectNotFound(subject);
        return new(Paging.Page(versions.Select(schema => schema.Version), offset, limit));
    }

    private static async Task<RegistryAnswer<RegisterSchemaResponse>> RegisterAsync(
        HttpContext context, string subject, SchemaRegistry registry, CancellationToken cancellation)
    {
        var schema = await RegistryRequests.ReadSchemaAsync(context, registry);
        var registered = await registry.RegisterAsync(PathSegment.Decode(subject), schema, cancellation);
        return new(RegisterSchemaResponse.From(registered));
    }

    private static RegistryAnswer<SubjectSchemaResponse> GetVersion(
        string subject, string version, SchemaRegistry registry, bool? deleted) =>
        new(SubjectSchemaResponse.From(Find(registry, subject, version, VisibilityRules.From(deleted))));

    private static SchemaTextAnswer GetVersionText(
        string subject, string version, SchemaRegistry registry, bool? deleted) =>
        new(Find(registry, subject, version, VisibilityRules.From(deleted)).Text);

    private static RegistryAnswer<IReadOnlyList<int>> GetReferencedBy(
        string subject, string version, SchemaRegistry registry, int? offset, int? limit)
    {
        var schema = Find(registry, subject, version, Visibility.LiveAndDeleted);
        return new(Paging.Page(registry.Store.ReferencedBy(schema.Subject, schema.Version), offset, limit));
    }

    private static async Task<RegistryAnswer<int>> DeleteVersionAsync(
        string subject, string version, SchemaRegistry registry, bool? permanent, CancellationToken cancellation)
    {
        var latest = VersionText.Parse(version) is null && permanent != true;
        var schema = Find(registry, subject, version, latest ? Visibility.Live : Visibility.LiveAndDeleted);
        await registry.DeleteVersionAsync(schema, permanent == true, cancellation);
        return new(schema.Version);
    }

    private static StoredSchema Find(SchemaRegistry registry, string subject, string version, Visibility which) =>
        VersionText.Find(registry.Store, PathSegment.Decode(subject), version, which);
}
