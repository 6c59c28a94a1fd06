using Platform.Api.Hosting;
using Platform.Api.SchemaRegistry.Storage;

namespace Platform.Api.RestProxy.TopicSchemas;

internal static class TopicDocumentEndpoint
{
    public const string Path = "/openapi/topics.json";

    public static void MapTopicDocument(this IEndpointRouteBuilder endpoints) =>
        endpoints.MapGet(Path, WriteAsync).ExcludeFromDescription();

    private static async Task WriteAsync(
        HttpContext context, ClusterGateway gateway, SchemaRegistry.SchemaRegistry registry, ISchemaLog log)
    {
        if (!log.Loaded.IsCompletedSuccessfully)
            throw new ProblemException(StatusCodes.Status503ServiceUnavailable,
                "The schemas have not been read from Kafka yet. Try again shortly.");
        var clusterId = await gateway.ClusterIdAsync(context.RequestAborted);
        var topics = await gateway.Admin.ListTopicsAsync(includeInternal: false, context.RequestAborted);
        var document = new TopicDocument(registry).Write(clusterId, topics.Select(topic => topic.Name));
        context.Response.ContentType = MediaTypes.Json;
        await context.Response.WriteAsync(document.ToJsonString(), context.RequestAborted);
    }
}
