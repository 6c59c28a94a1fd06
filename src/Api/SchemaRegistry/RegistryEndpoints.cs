using Platform.Api.Hosting;
using Platform.Api.SchemaRegistry.Associations;
using Platform.Api.SchemaRegistry.Compatibility;
using Platform.Api.SchemaRegistry.Config;
using Platform.Api.SchemaRegistry.Contexts;
using Platform.Api.SchemaRegistry.Feeds;
using Platform.Api.SchemaRegistry.Keys;
using Platform.Api.SchemaRegistry.Leadership;
using Platform.Api.SchemaRegistry.Schemas;
using Platform.Api.SchemaRegistry.Storage;
using Platform.Api.SchemaRegistry.Subjects;

namespace Platform.Api.SchemaRegistry;

/// <summary>All endpoints of the schema registry.</summary>
internal static class RegistryEndpoints
{
    /// <summary>How long a request waits for the schemas to be read before it is sent away with 503.</summary>
    private static readonly TimeSpan LoadWait = TimeSpan.FromSeconds(5);

    public static void MapSchemaRegistry(this IEndpointRouteBuilder endpoints)
    {
        var registry = endpoints.MapGroup("").WithMetadata(new SurfaceMetadata(Surface.Registry))
            .WithErrors(MediaTypes.Registry)
            .AddEndpointFilterFactory((_, next) => context => WhenLoadedAsync(context, next));
        registry.MapSubjects().MapSchemas().MapCompatibility().MapConfig().MapModes().MapContexts().MapFeeds().MapLeader()
            .MapAssociations().MapKeys();
        registry.MapGet("/v1/metadata/version", Version).WithName("getSchemaRegistryVersion")
            .WithTags("Server Metadata (v1)").WithSummary("Version of the server");
        registry.MapGet("/v1/metadata/id", ClusterIdAsync).WithName("getClusterId")
            .WithTags("Server Metadata (v1)").WithSummary("Identity of the server's cluster");
        registry.MapGet("/v1/metadata/deployment", Deployment).WithName("getDeployment")
            .WithTags("Server Metadata (v1)").WithSummary("How the server is deployed");
    }

    // An empty answer before the log was read would make clients register schemas anew, so nobody gets one.
    private static async ValueTask<object?> WhenLoadedAsync(
        EndpointFilterInvocationContext context, EndpointFilterDelegate next)
    {
        var loaded = context.HttpContext.RequestServices.GetRequiredService<ISchemaLog>().Loaded;
        if (!loaded.IsCompleted)
            await Task.WhenAny(loaded, Task.Delay(LoadWait, context.HttpContext.RequestAborted));
        if (!loaded.IsCompletedSuccessfully)
            throw new ProblemException(StatusCodes.Status503ServiceUnavailable,
                "The schemas have not been read from Kafka yet. Try again shortly.");
        return await next(context);
    }

    private static RegistryAnswer<RegistryVersion> Version() =>
        new(new RegistryVersion(typeof(RegistryEndpoints).Assembly.GetName().Version!.ToString(3), ""));

    private static async Task<RegistryAnswer<RegistryClusterId>> ClusterIdAsync(
        ClusterGateway gateway, CancellationToken cancellation) => new(new RegistryClusterId(
            new RegistryScope([], new Dictionary<string, string>
            {
                ["kafka-cluster"] = await gateway.ClusterIdAsync(cancellation),
                ["schema-registry-cluster"] = "schema-registry",
            }), ""));

    private static RegistryAnswer<DeploymentAttributes> Deployment() =>
        new(new DeploymentAttributes(["deploymentScope:self-managed"]));
}
