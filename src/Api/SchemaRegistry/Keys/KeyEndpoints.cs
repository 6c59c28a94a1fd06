using Platform.Api.Hosting;
using Platform.Api.SchemaRegistry.Leadership;

namespace Platform.Api.SchemaRegistry.Keys;

/// <summary>The registry of data encryption keys, as clients call it that encrypt fields (CSFLE).</summary>
internal static class KeyEndpoints
{
    private const string Tag = "Data Encryption Keys (v1)";

    public static RouteGroupBuilder MapKeys(this RouteGroupBuilder registry)
    {
        var keks = registry.MapGroup("/dek-registry/v1/keks").WithTags(Tag);
        keks.AddEndpointFilter(async (context, next) =>
        {
            await context.HttpContext.RequestServices.GetRequiredService<KeyLog>().WhenReadAsync()
                .WaitAsync(context.HttpContext.RequestAborted);
            return await next(context);
        });
        MapKeks(keks);
        DekEndpoints.MapDeks(keks);
        return registry;
    }

    private static void MapKeks(RouteGroupBuilder keks)
    {
        keks.MapGet("", Names).WithName("getKekNames").WithSummary("Names of the key encryption keys");
        keks.MapPost("", CreateAsync).WithName("createKek").Takes<CreateKekRequest>().RunsAtLeader()
            .WithSummary("Make a key encryption key known");
        keks.MapGet("/{name}", Get).WithName("getKek").WithSummary("A key encryption key");
        keks.MapPut("/{name}", UpdateAsync).WithName("putKek").Takes<UpdateKekRequest>().RunsAtLeader()
            .WithSummary("Change a key encryption key");
        keks.MapDelete("/{name}", DeleteAsync).WithName("deleteKek").RunsAtLeader()
            .WithSummary("Delete a key encryption key, softly or for good").Produces(StatusCodes.Status204NoContent);
        keks.MapPost("/{name}/undelete", UndeleteAsync).WithName("undeleteKek").RunsAtLeader()
            .WithSummary("Take back the deletion of a key encryption key").Produces(StatusCodes.Status204NoContent);
        keks.MapPost("/{name}/test", Test).WithName("testKek")
            .WithSummary("Try whether the registry may use a shared key encryption key");
    }

    private static RegistryAnswer<IReadOnlyList<string>> Names(
        KeyStore keys, string[] subjectPrefix, bool? deleted, int? offset, int? limit)
    {
        bool Shows(bool isDeleted) => deleted == true || !isDeleted;
        var names = subjectPrefix.Length == 0
            ? keys.Keks.Where(kek => Shows(kek.Deleted)).Select(kek => kek.Name)
            : keys.Deks(dek => Shows(dek.Deleted)
                    && subjectPrefix.Any(prefix => dek.Subject.StartsWith(prefix, StringComparison.Ordinal)))
                .Select(dek => dek.KekName).Distinct();
        return new(Paging.Page(names, offset, limit));
    }

    private static async Task<RegistryAnswer<Kek>> CreateAsync(HttpContext context, KeyWriter writer, bool? testSharing)
    {
        var request = await JsonBody.ReadAsync(context, RegistryJson.Relaxed.CreateKekRequest);
        if (testSharing == true && request.Shared)
            throw KeyProblems.CannotGenerate(request.Name ?? "", request.KmsType ?? "");
        return new(await writer.CreateKekAsync(request, context.RequestAborted));
    }

    private static RegistryAnswer<Kek> Get(KeyStore keys, string name, bool? deleted) =>
        new(Find(keys, name, deleted == true).ToKek());

    private static async Task<RegistryAnswer<Kek>> UpdateAsync(HttpContext context, KeyWriter writer, string name)
    {
        KeyChecks.Name(PathSegment.Decode(name));
        var request = await JsonBody.ReadAsync(context, RegistryJson.Relaxed.UpdateKekRequest);
        return new(await writer.UpdateKekAsync(PathSegment.Decode(name), request, context.RequestAborted));
    }

    private static async Task<NoContentAnswer> DeleteAsync(
        HttpContext context, KeyWriter writer, string name, bool? permanent)
    {
        KeyChecks.Name(PathSegment.Decode(name));
        await writer.DeleteKekAsync(PathSegment.Decode(name), permanent == true, context.RequestAborted);
        return NoContentAnswer.Instance;
    }

    private static async Task<NoContentAnswer> UndeleteAsync(HttpContext context, KeyWriter writer, string name)
    {
        KeyChecks.Name(PathSegment.Decode(name));
        await writer.UndeleteKekAsync(PathSegment.Decode(name), context.RequestAborted);
        return NoContentAnswer.Instance;
    }

    private static RegistryAnswer<Kek> Test(KeyStore keys, string name)
    {
        var kek = Find(keys, name, deleted: false);
        throw kek.Shared ? KeyProblems.CannotGenerate(kek.Name, kek.KmsType)
            : KeyProblems.Invalid("shared", "is false: the registry has no use of this key");
    }

    /// <summary>The key encryption key of a path. Throws 40470 and 42271.</summary>
    internal static StoredKek Find(KeyStore keys, string encodedName, bool deleted)
    {
        var name = PathSegment.Decode(encodedName);
        KeyChecks.Name(name);
        return keys.Kek(name) is { } kek && (deleted || !kek.Deleted) ? kek : throw KeyProblems.NotFound(name);
    }
}
