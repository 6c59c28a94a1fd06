using Platform.Api.Hosting;
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
        schemas.MapGet("/guids/{guid:guid}", GetByGuid).WithName("getSchemaByGuid")
            .WithSummary("The schema with a GUID, which is the same in every registry");
        schemas.MapGet("/guids/{guid:guid}/ids", GetIdsByGuid).WithName("getIdsByGuid")
            .WithSummary("The id of a GUID in each context");
        return registry;
    }

    private static RegistryAnswer<IReadOnlyList<SubjectSchemaResponse>> ListSchemas(SchemaRegistry registry,
        string? subjectPrefix, bool? aliases, bool? deleted, bool? latestOnly, string? ruleType, int? offset,
        int? limit)
    {
        var schemas = registry.Store.All(VisibilityRules.From(deleted), SubjectFilter.From(subjectPrefix))
            .AsEnumerable();
        if (aliases == true)
            schemas = schemas.Concat(Aliases(registry, SubjectFilter.From(subjectPrefix)));
        if (!string.IsNullOrEmpty(ruleType))
            schemas = schemas.Where(schema => schema.Rules?.All.Any(rule => rule.Type == ruleType) == true);
        if (latestOnly == true)
            schemas =
                schemas.GroupBy(schema => schema.Subject, StringComparer.Ordinal).Select(versions => versions.Last());
        return new([.. Paging.PageOfSchemas(schemas, offset, limit).Select(SubjectSchemaResponse.From)]);
    }

    private static IEnumerable<StoredSchema> Aliases(SchemaRegistry registry, Func<string, bool> isWanted) =>
        registry.Store.Settings().Configs.Where(config => config.Value.Alias is not null && isWanted(config.Key))
            .SelectMany(config => registry.Store.Versions(registry.Resolve(config.Key), Visibility.Live)
                .Select(schema => schema with { Subject = config.Key }));

    private static RegistryAnswer<IReadOnlyList<string>> ListTypes() => new(SchemaTypes.Supported);

    private static RegistryAnswer<SchemaByIdResponse> GetSchema(
        int id, SchemaRegistry registry, SchemaAnswers answers, string? subject, string? format, bool? fetchMaxId)
    {
        var schema = Find(registry, id, subject);
        var named = !string.IsNullOrEmpty(subject);
        if (!named && string.IsNullOrEmpty(format) && fetchMaxId != true)
            return RegistryAnswer<SchemaByIdResponse>.FromJson(
                answers.ById(schema), EntityTags.OfContent(schema.Guid), isImmutable: true);
        var maxId = fetchMaxId == true
            ? registry.Store.MaxId(SubjectNames.ContextOf(schema.Subject)) : (int?)null;
        return new(SchemaByIdResponse.From(schema, registry.Parser.Format(schema, format), named, maxId))
        {
            ETag = maxId is null ? EntityTags.OfContent(schema.Guid) : null,
            // With a subject the answer names a version, which may be deleted.
            IsImmutable = !named,
        };
    }

    private static SchemaTextAnswer GetSchemaText(int id, SchemaRegistry registry, string? subject, string? format) =>
        new(registry.Parser.Format(Find(registry, id, subject), format));

    private static RegistryAnswer<IReadOnlyList<string>> GetSubjects(int id, SchemaRegistry registry,
        string? subject, bool? deleted, int? offset, int? limit) => new(Paging.Page(
            Versions(registry, id, subject, deleted).Select(schema => schema.Subject)
                .Distinct(StringComparer.Ordinal), offset, limit));

    private static RegistryAnswer<IReadOnlyList<SubjectVersion>> GetVersions(int id, SchemaRegistry registry,
        string? subject, bool? deleted, int? offset, int? limit) => new(Paging.Page(
            Versions(registry, id, subject, deleted)
                .Select(schema => new SubjectVersion(schema.Subject, schema.Version)), offset, limit));

    private static RegistryAnswer<SchemaByIdResponse> GetByGuid(Guid guid, SchemaRegistry registry, string? format)
    {
        var (context, id) = registry.Store.IdsOf(guid).Select(one => ((string, int)?)one).FirstOrDefault()
            ?? throw RegistryProblems.SchemaNotFound();
        var schema = registry.Store.VersionsOf(context, id, Visibility.LiveAndDeleted)
            .FirstOrDefault(one => one.Guid == guid) ?? throw RegistryProblems.SchemaNotFound();
        var text = registry.Parser.Format(schema, format);
        return new(SchemaByIdResponse.From(schema, text, withSubject: false, maxId: null))
        {
            ETag = EntityTags.OfContent(guid),
            IsImmutable = true,
        };
    }

    private static RegistryAnswer<IReadOnlyList<ContextId>> GetIdsByGuid(Guid guid, SchemaRegistry registry) =>
        new([.. registry.Store.IdsOf(guid).Select(one => new ContextId(
            one.Context.Length == 0 ? SubjectNames.DefaultContext : one.Context, one.Id))]);

    // The subject says in which context to look, and which of several versions is meant. Without one every context is
    // asked, the default one first.
    private static StoredSchema Find(SchemaRegistry registry, int id, string? subject)
    {
        if (string.IsNullOrEmpty(subject))
            return registry.Store.FindById(id) ?? throw RegistryProblems.SchemaNotFound(id);
        var versions = Holders(registry, id, ref subject);
        return versions.FirstOrDefault(one => one.Subject == subject) ?? versions.FirstOrDefault(one => !one.Deleted)
            ?? versions.FirstOrDefault() ?? throw RegistryProblems.SchemaNotFound(id);
    }

    private static IReadOnlyList<StoredSchema> Versions(
        SchemaRegistry registry, int id, string? subject, bool? deleted)
    {
        var all = string.IsNullOrEmpty(subject)
            ? registry.Store.VersionsOf(
                SubjectNames.ContextOf(Find(registry, id, null).Subject), id, Visibility.LiveAndDeleted)
            : Holders(registry, id, ref subject);
        if (all.Count == 0)
            throw RegistryProblems.SchemaNotFound(id);
        var name = subject is null ? "" : SubjectNames.NameOf(subject);
        return [.. all.Where(one => VisibilityRules.From(deleted).Shows(one.Deleted)
            && (name.Length == 0 || one.Subject == subject))];
    }

    private static IReadOnlyList<StoredSchema> Holders(SchemaRegistry registry, int id, ref string subject)
    {
        subject = registry.Resolve(subject);
        return registry.Store.VersionsOf(SubjectNames.ContextOf(subject), id, Visibility.LiveAndDeleted);
    }
}
