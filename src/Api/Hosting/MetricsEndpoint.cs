using Platform.Client.Observability;

namespace Platform.Api.Hosting;

/// <summary>/metrics in Prometheus' text format.</summary>
internal static class MetricsEndpoint
{
    public static void MapMetrics(this IEndpointRouteBuilder endpoints)
    {
        // The exporter counts from its creation on, so it must be there before the first request.
        endpoints.ServiceProvider.GetRequiredService<PrometheusExporter>();
        endpoints.MapGet("/metrics", WriteAsync).WithName("metrics").WithTags("Health")
            .WithSummary("Figures of the process in Prometheus' text format")
            .Produces<string>(StatusCodes.Status200OK, "text/plain");
    }

    private static Task WriteAsync(HttpContext context, PrometheusExporter exporter)
    {
        context.Response.ContentType = PrometheusExporter.ContentType;
        return context.Response.WriteAsync(exporter.Render(), context.RequestAborted);
    }
}
