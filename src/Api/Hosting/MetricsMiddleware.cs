namespace Platform.Api.Hosting;

/// <summary>
/// Measures requests. Outermost, because the status of an error is only known once its body was written.
/// </summary>
internal sealed class MetricsMiddleware(RequestDelegate next, ApiMetrics metrics, TimeProvider time)
{
    public async Task InvokeAsync(HttpContext context)
    {
        var started = time.GetTimestamp();
        await next(context);
        if (context.GetEndpoint()?.Metadata.GetMetadata<SurfaceMetadata>() is { Surface: var surface })
            metrics.Answered(surface, context.Response.StatusCode, time.GetElapsedTime(started));
    }
}
