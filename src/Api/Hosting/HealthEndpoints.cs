namespace Platform.Api.Hosting;

/// <summary>What probes ask, and the empty answer that clients use to see whether a server is there.</summary>
internal static class HealthEndpoints
{
    public static void MapHealth(this IEndpointRouteBuilder endpoints)
    {
        var health = endpoints.MapGroup("/health").WithTags("Health");
        health.MapGet("/live", Live).WithName("live").WithSummary("The process serves requests");
        health.MapGet("/ready", ReadyAsync).WithName("ready")
            .WithSummary("The Kafka cluster answers and the schemas are read");
        endpoints.MapGet("/", Root).WithName("getRoot").WithTags("Health").WithSummary("An empty object");
        endpoints.MapPost("/", Root).WithName("postRoot").WithTags("Health").WithSummary("An empty object");
    }

    private static HealthAnswer Live() => new(StatusCodes.Status200OK, new HealthResponse("live", null));

    private static async Task<HealthAnswer> ReadyAsync(Readiness readiness, CancellationToken cancellation) =>
        await readiness.WhyNotReadyAsync(cancellation) is { } reason
            ? new(StatusCodes.Status503ServiceUnavailable, new HealthResponse("not ready", reason))
            : new(StatusCodes.Status200OK, new HealthResponse("ready", null));

    private static EmptyAnswer Root() => new();
}
