using Platform.Api.Hosting;
using Platform.Api.SchemaRegistry.Leadership;
using Platform.Api.SchemaRegistry.Schemas;
using Platform.Api.SchemaRegistry.Storage;

namespace Platform.Api.SchemaRegistry.Subjects;

/// <summary>Subjects and their versions: what changes them.</summary>
internal static class SubjectWriteEndpoints
{
    public static void MapSubjectWrites(this RouteGroupBuilder subjects)
    {
        subjects.MapPost("/{subject}/versions", RegisterAsync).WithName("register").Takes<RegisterSchemaRequest>()
            .RunsAtLeader(answersKnown: true)
            .WithSummary("Add a schema to a subject, or find the id that it already has")
            .WithDescription("dry_run=true answers as if and changes nothing. If-Match: \"3\" registers only while "
                + "version 3 is the latest, \"0\" only while there is none; otherwise 412.");
        subjects.MapPost("/{subject}/versions/{version}/tags", ModifyTagsAsync).WithName("modifyTags")
            .RunsAtLeader().Takes<ModifyTagsRequest>().WithSummary("Change tags, metadata and rules, as a new version");
        subjects.MapDelete("/{subject}", DeleteSubjectAsync).WithName("deleteSubject").RunsAtLeader()
            .WithSummary("Delete a subject: softly first, then with permanent=true for good");
        subjects.MapDelete("/{subject}/versions/{version}", DeleteVersionAsync).WithName("deleteSchemaVersion").RunsAtLeader()
            .WithSummary("Delete a version: softly first, then with permanent=true for good");
    }

    private static async Task<RegistryAnswer<RegisterSchemaResponse>> RegisterAsync(
        HttpContext context, string subject, SchemaRegistry registry, RegistryWriter writer, SchemaAnswers answers,
        bool? normalize, bool? force, bool? dry_run, string? format, CancellationToken cancellation)
    {
        var request = await RegistryRequests.ReadSchemaAsync(context);
        var how = new RegisterOptions(normalize == true, force == true, dry_run == true,
            EntityTags.ExpectedVersion(context.Request.Headers.IfMatch));
        var registered = await writer.RegisterAsync(
            registry.Resolve(PathSegment.Decode(subject)), request, how, cancellation);
        var etag = EntityTags.OfVersion(registered.Version);
        // A dry run made up a version, which nobody asks for again.
        return string.IsNullOrEmpty(format) && !how.DryRun
            ? RegistryAnswer<RegisterSchemaResponse>.FromJson(answers.Registered(registered), etag)
            : new(RegisterSchemaResponse.From(registered, registry.Parser.Format(registered, format))) { ETag = etag };
    }

    private static async Task<RegistryAnswer<RegisterSchemaResponse>> ModifyTagsAsync(
        HttpContext context, string subject, string version, SchemaRegistry registry, RegistryWriter writer,
        CancellationToken cancellation)
    {
        var change = await JsonBody.ReadAsync(context, RegistryJson.Relaxed.ModifyTagsRequest);
        var schema = SubjectEndpoints.Find(registry, subject, version, Visibility.Live);
        var registered = await writer.RegisterAsync(
            schema.Subject, TagChanges.Apply(schema, change), new RegisterOptions(Force: true), cancellation);
        return new(RegisterSchemaResponse.From(registered, registered.Text));
    }

    private static async Task<RegistryAnswer<IReadOnlyList<int>>> DeleteSubjectAsync(
        string subject, SchemaRegistry registry, RegistryWriter writer, bool? permanent,
        CancellationToken cancellation) =>
        new(await writer.DeleteSubjectAsync(
            registry.Resolve(PathSegment.Decode(subject)), permanent == true, cancellation));

    private static async Task<RegistryAnswer<int>> DeleteVersionAsync(string subject, string version,
        SchemaRegistry registry, RegistryWriter writer, bool? permanent, CancellationToken cancellation)
    {
        var latest = VersionText.Parse(version) is null && permanent != true;
        var schema = SubjectEndpoints.Find(
            registry, subject, version, latest ? Visibility.Live : Visibility.LiveAndDeleted);
        await writer.DeleteVersionAsync(schema.Subject, schema.Version, permanent == true, cancellation);
        return new(schema.Version);
    }
}
