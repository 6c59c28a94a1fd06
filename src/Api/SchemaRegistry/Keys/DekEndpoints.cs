using Platform.Api.Hosting;
using Platform.Api.SchemaRegistry.Leadership;
using Platform.Api.SchemaRegistry.Subjects;

namespace Platform.Api.SchemaRegistry.Keys;

/// <summary>The data encryption keys of one key encryption key. A subject with an alias has those of its alias.</summary>
internal static class DekEndpoints
{
    public static void MapDeks(RouteGroupBuilder keks)
    {
        var deks = keks.MapGroup("/{name}/deks");
        deks.MapGet("", Subjects).WithName("getDekSubjects").WithSummary("Subjects that have a data encryption key");
        deks.MapPost("", CreateAsync).WithName("createDek").Takes<CreateDekRequest>().RunsAtLeader()
            .WithSummary("Keep a data encryption key");
        deks.MapPost("/{subject}", CreateAsync).WithName("createDekOfSubject").Takes<CreateDekRequest>().RunsAtLeader()
            .WithSummary("Keep a data encryption key; newer clients name the subject in the path as well");
        deks.MapGet("/{subject}", (KeyStore keys, SchemaRegistry registry, string name, string subject,
                string? algorithm, bool? deleted) =>
            Get(keys, registry, name, subject, "1", algorithm, deleted)).WithName("getDek").WithSummary("A data encryption key");
        deks.MapDelete("/{subject}", (HttpContext context, KeyStore keys, KeyWriter writer,
                SchemaRegistry registry, string name, string subject, string? algorithm, bool? permanent) =>
            DeleteAsync(context, keys, writer, registry, name, subject, null, algorithm, permanent)).WithName("deleteDekVersions")
            .RunsAtLeader().WithSummary("Delete all versions of a data encryption key, softly or for good")
            .Produces(StatusCodes.Status204NoContent);
        deks.MapPost("/{subject}/undelete", (HttpContext context, KeyWriter writer, SchemaRegistry registry, string name,
                string subject, string? algorithm) => UndeleteAsync(context, writer, registry, name, subject, null, algorithm))
            .WithName("undeleteDekVersions").RunsAtLeader()
            .WithSummary("Take back the deletion of a data encryption key").Produces(StatusCodes.Status204NoContent);
        MapVersions(deks.MapGroup("/{subject}/versions"));
    }

    private static void MapVersions(RouteGroupBuilder versions)
    {
        versions.MapGet("", Versions).WithName("getDekVersions").WithSummary("Versions of a data encryption key");
        versions.MapGet("/{version}", Get).WithName("getDekByVersion")
            .WithSummary("A version of a data encryption key, or the latest");
        versions.MapDelete("/{version}", DeleteAsync).WithName("deleteDekVersion").RunsAtLeader()
            .WithSummary("Delete a version of a data encryption key, softly or for good")
            .Produces(StatusCodes.Status204NoContent);
        versions.MapPost("/{version}/undelete", UndeleteAsync).WithName("undeleteDekVersion").RunsAtLeader()
            .WithSummary("Take back the deletion of a version").Produces(StatusCodes.Status204NoContent);
    }

    private static RegistryAnswer<IReadOnlyList<string>> Subjects(
        KeyStore keys, string name, bool? deleted, int? offset, int? limit)
    {
        var kek = KeyEndpoints.Find(keys, name, deleted == true);
        return new(Paging.Page(keys.Deks(dek => dek.KekName == kek.Name && (deleted == true || !dek.Deleted))
            .Select(dek => dek.Subject).Distinct(), offset, limit));
    }

    private static async Task<RegistryAnswer<Dek>> CreateAsync(
        HttpContext context, KeyWriter writer, SchemaRegistry registry, string name, string? subject)
    {
        KeyChecks.Name(PathSegment.Decode(name));
        var request = await JsonBody.ReadAsync(context, RegistryJson.Relaxed.CreateDekRequest);
        if (subject is not null && request.Subject is { } inBody && inBody != PathSegment.Decode(subject))
            throw KeyProblems.Invalid("subject", "differs in the path and the body");
        if (subject is not null)
            request = request with { Subject = PathSegment.Decode(subject) };
        KeyChecks.Subject(request.Subject);
        request = request with { Subject = registry.ResolveForDeks(request.Subject!) };
        return new(await writer.CreateDekAsync(PathSegment.Decode(name), request, context.RequestAborted));
    }

    private static RegistryAnswer<Dek> Get(
        KeyStore keys, SchemaRegistry registry, string name, string subject, string version, string? algorithm,
        bool? deleted)
    {
        var found = Of(keys, registry, name, subject, algorithm, deleted == true);
        var number = VersionText.Parse(version);
        var dek = number is null ? found.LastOrDefault() : found.FirstOrDefault(one => one.Version == number);
        return new((dek ?? throw KeyProblems.NotFound(PathSegment.Decode(subject))).ToDek());
    }

    private static RegistryAnswer<IReadOnlyList<int>> Versions(
        KeyStore keys, SchemaRegistry registry, string name, string subject, string? algorithm, bool? deleted, int? offset,
        int? limit) => new(Paging.Page(
            Of(keys, registry, name, subject, algorithm, deleted == true).Select(dek => dek.Version), offset, limit));

    private static async Task<NoContentAnswer> DeleteAsync(HttpContext context, KeyStore keys, KeyWriter writer,
        SchemaRegistry registry, string name, string subject, string? version, string? algorithm, bool? permanent)
    {
        KeyEndpoints.Find(keys, name, deleted: true);
        await writer.DeleteDeksAsync(
            Which(registry, name, subject, version, algorithm), permanent == true, context.RequestAborted);
        return NoContentAnswer.Instance;
    }

    private static async Task<NoContentAnswer> UndeleteAsync(HttpContext context, KeyWriter writer,
        SchemaRegistry registry, string name, string subject, string? version, string? algorithm)
    {
        await writer.UndeleteDeksAsync(
            PathSegment.Decode(name), Which(registry, name, subject, version, algorithm), context.RequestAborted);
        return NoContentAnswer.Instance;
    }

    private static IReadOnlyList<StoredDek> Of(
        KeyStore keys, SchemaRegistry registry, string name, string subject, string? algorithm, bool deleted)
    {
        KeyEndpoints.Find(keys, name, deleted);
        var which = Which(registry, name, subject, null, algorithm);
        return keys.Deks(dek => which(dek) && (deleted || !dek.Deleted));
    }

    private static Func<StoredDek, bool> Which(
        SchemaRegistry registry, string name, string subject, string? version, string? algorithm)
    {
        var (kekName, asked) = (PathSegment.Decode(name), PathSegment.Decode(subject));
        KeyChecks.Name(kekName);
        KeyChecks.Subject(asked);
        var of = registry.ResolveForDeks(asked);
        var by = KeyChecks.Algorithm(algorithm);
        int? number = version is null ? null : VersionText.Parse(version)
            ?? throw RegistryProblems.InvalidVersion(version);
        return dek => dek.KekName == kekName && dek.Subject == of && dek.Algorithm == by
            && (number is null || dek.Version == number);
    }
}
