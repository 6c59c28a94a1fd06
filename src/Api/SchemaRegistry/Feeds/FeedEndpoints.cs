using System.Globalization;
using System.Text;
using System.Text.Json;
using Platform.Api.Hosting;
using Platform.Api.SchemaRegistry.Schemas;
using Platform.Api.SchemaRegistry.Storage;
using Platform.Api.SchemaRegistry.Subjects;

namespace Platform.Api.SchemaRegistry.Feeds;

/// <summary>The registry as a stream: what changes, and everything that is there.</summary>
internal static class FeedEndpoints
{
    private const string EventStream = "text/event-stream";
    private const string NdJson = "application/x-ndjson";

    /// <summary>A quiet stream says this often that it lives, so that proxies keep it open.</summary>
    private static readonly TimeSpan KeepAlive = TimeSpan.FromSeconds(15);

    public static RouteGroupBuilder MapFeeds(this RouteGroupBuilder registry)
    {
        registry.MapGet("/changes", StreamChangesAsync).WithName("streamChanges").WithTags("Feeds")
            .WithSummary("Changes as they happen, as Server-Sent Events")
            .WithDescription("Last-Event-ID resumes after the last event that a client has seen.")
            .WithMetadata(new OwnMediaTypes(EventStream))
            .Produces<string>(StatusCodes.Status200OK, EventStream);
        registry.MapGet("/export", ExportAsync).WithName("exportSchemas").WithTags("Feeds")
            .WithSummary("Every schema as a line of JSON, the referred before the referring")
            .WithDescription("Each line is a body for POST /subjects/{subject}/versions in IMPORT mode.")
            .WithMetadata(new OwnMediaTypes(NdJson))
            .Produces<string>(StatusCodes.Status200OK, NdJson);
        return registry;
    }

    private static async Task StreamChangesAsync(HttpContext context, SchemaChangeFeed feed, ApiOptions options)
    {
        var last = context.Request.Headers["Last-Event-ID"].ToString();
        long? after = long.TryParse(last, NumberStyles.None, CultureInfo.InvariantCulture, out var seen) ? seen : null;
        using var subscription = feed.Subscribe(after) ?? throw new ProblemException(
            StatusCodes.Status429TooManyRequests, "Too many listeners; try again later.");
        context.Response.ContentType = EventStream;
        context.Response.Headers.CacheControl = "no-store";
        await context.Response.WriteAsync(": here are the changes\n\n", context.RequestAborted);
        foreach (var change in subscription.Missed)
            await WriteAsync(context, change);
        await context.Response.Body.FlushAsync(context.RequestAborted);
        try
        {
            await FollowAsync(context, subscription, options.Time);
        }
        catch (OperationCanceledException) when (context.RequestAborted.IsCancellationRequested)
        {
            // The listener left.
        }
    }

    private static async Task FollowAsync(
        HttpContext context, SchemaChangeFeed.Subscription subscription, TimeProvider time)
    {
        var more = subscription.Changes.WaitToReadAsync(context.RequestAborted).AsTask();
        while (true)
        {
            if (await Task.WhenAny(more, Task.Delay(KeepAlive, time, context.RequestAborted)) != more)
            {
                await context.Response.WriteAsync(": still here\n\n", context.RequestAborted);
            }
            else
            {
                if (!await more)
                    return;
                while (subscription.Changes.TryRead(out var change))
                    await WriteAsync(context, change);
                more = subscription.Changes.WaitToReadAsync(context.RequestAborted).AsTask();
            }
            await context.Response.Body.FlushAsync(context.RequestAborted);
        }
    }

    private static Task WriteAsync(HttpContext context, SchemaChange change) => context.Response.WriteAsync(
        string.Create(CultureInfo.InvariantCulture,
            $"id: {change.Offset}\nevent: {change.Type}\ndata: {Json(change)}\n\n"), context.RequestAborted);

    private static string Json(SchemaChange change) =>
        JsonSerializer.Serialize(change, RegistryJson.Relaxed.SchemaChange);

    private static async Task ExportAsync(
        HttpContext context, SchemaRegistry registry, string? subjectPrefix, bool? deleted)
    {
        context.Response.ContentType = NdJson;
        var schemas = registry.Store.All(VisibilityRules.From(deleted), SubjectFilter.From(subjectPrefix));
        foreach (var schema in ReferredFirst(registry.Store, schemas))
        {
            var line = JsonSerializer.Serialize(
                SubjectSchemaResponse.From(schema), RegistryJson.Relaxed.SubjectSchemaResponse);
            await context.Response.WriteAsync(line + "\n", Encoding.UTF8, context.RequestAborted);
        }
    }

    // Depth first; references cannot form a circle, because a schema must be there to be referred to.
    private static List<StoredSchema> ReferredFirst(SchemaStore store, IReadOnlyList<StoredSchema> schemas)
    {
        var order = new List<StoredSchema>(schemas.Count);
        var done = new HashSet<(string, int)>();
        var open = new Stack<(StoredSchema Schema, bool IsReady)>();
        foreach (var schema in schemas)
        {
            open.Push((schema, false));
            while (open.TryPop(out var next))
            {
                if (next.IsReady)
                    order.Add(next.Schema);
                else if (done.Add((next.Schema.Subject, next.Schema.Version)))
                    PushReferences(store, open, next.Schema);
            }
        }
        return order;
    }

    private static void PushReferences(
        SchemaStore store, Stack<(StoredSchema Schema, bool IsReady)> open, StoredSchema schema)
    {
        open.Push((schema, true));
        var context = SubjectNames.ContextOf(schema.Subject);
        foreach (var reference in schema.References)
        {
            if (store.Find(SubjectNames.Qualify(context, reference.Subject), reference.Version) is { } referred)
                open.Push((referred, false));
        }
    }
}
