using Platform.Api.SchemaRegistry.Storage;
using Platform.Api.SchemaRegistry.Subjects;

namespace Platform.Api.SchemaRegistry.Schemas;

/// <summary>Schemas by id, and the list of all.</summary>
internal static class SchemaEndpoints
{
    public static RouteGroupBuilder MapSchemas(this RouteGroupBuilder registry)
    {
        var schemas = registry.MapGroup("/schemas").WithTags("Schemas (v1)");
        schemas.MapGet("", ListSchemas).WithName("getSchemas").WithSummary("All versions of all subjects");
        schemas.MapGet("/types", ListTypes).WithName("getSchemaTypes").WithSummary("Types that can be registered");
        schemas.MapGet("/ids/{id:int}", GetSchema).WithName("getSchema").WithSummary("The schema with an id");
        schemas.MapGet("/ids/{id:int}/schema", GetSchemaText).WithName("getSchemaTextById")
            .WithSummary("The bare schema with an id");
        schemas.MapGet("/ids/{id:int}/subjects", GetSubjects).WithName("getSubjects")
            .WithSummary("Subjects that hold the schema with an id");
        schemas.MapGet("/ids/{id:int}/versions", GetVersions).WithName("getVersions")
            .WithSummary("Versions that hold the schema with an id");
        return registry;
    }

    private static RegistryAnswer<IReadOnlyList<SubjectSchemaResponse>> ListSchemas(SchemaRegistry registry,
        string? subjectPrefix, bool? deleted, bool? latestOnly, int? offset, int? limit)
    {
        var prefix = subjectPrefix is null or ":*:" ? "" : subjectPrefix;
        var schemas = registry.Store.All(VisibilityRules.From(deleted))
            .Where(schema => schema.Subject.StartsWith(prefix, StringComparison.Ordinal));
        if (latestOnly == true)
            schemas =
                schemas.GroupBy(schema => schema.Subject, StringComparer.Ordinal).Select(versions => versions.Last());
        return new([.. Paging.PageOfSchemas(schemas, offset, limit).Select(SubjectSchemaResponse.From)]);
    }

    private static RegistryAnswer<IReadOnlyList<string>> ListTypes() => new(SchemaTypes.Supported);

    private static RegistryAnswer<SchemaByIdResponse> GetSchema(
        int id, SchemaRegistry registry, string? subject, bool? fetchMaxId)
    {
        var schema = Find(registry, id, subject);
        var named = !string.IsNullOrEmpty(subject);
        return new(SchemaByIdResponse.From(schema, named, fetchMaxId == true ? registry.Store.MaxId : null));
    }

    private static SchemaTextAnswer GetSchemaText(int id, SchemaRegistry registry, string? subject) =>
        new(Find(registry, id, subject).Text);

    private static RegistryAnswer<IReadOnlyList<string>> GetSubjects(
        int id, SchemaRegistry registry, bool? deleted, int? offset, int? limit) => new(Paging.Page(
            Versions(registry, id, deleted).Select(schema => schema.Subject)
                .Distinct(StringComparer.Ordinal), offset, limit));

    private static RegistryAnswer<IReadOnlyList<SubjectVersion>> GetVersions(
        int id, SchemaRegistry registry, bool? deleted, int? offset, int? limit) => new(Paging.Page(
            Versions(registry, id, deleted)
                .Select(schema => new SubjectVersion(schema.Subject, schema.Version)), offset, limit));

    // The subject is a hint where the id comes from; the schema is the same wherever it is registered.
    private static StoredSchema Find(SchemaRegistry registry, int id, string? subject)
    {
        var hinted =
            registry.Store.VersionsOf(id, Visibility.LiveAndDeleted).FirstOrDefault(one => one.Subject == subject);
        return hinted ?? registry.Store.FindById(id) ?? throw RegistryProblems.SchemaNotFound(id);
    }

    private static IReadOnlyList<StoredSchema> Versions(SchemaRegistry registry, int id, bool? deleted)
    {
        if (registry.Store.FindById(id) is null)
            throw RegistryProblems.SchemaNotFound(id);
        return registry.Store.VersionsOf(id, VisibilityRules.From(deleted));
    }
}
