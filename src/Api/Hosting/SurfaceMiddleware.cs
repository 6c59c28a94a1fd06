namespace Platform.Api.Hosting;

/// <summary>
/// Runs after routing: an endpoint is only reachable by the port of its surface, and only for a client that accepts
/// one of the surface's media types.
/// </summary>
internal sealed class SurfaceMiddleware(RequestDelegate next)
{
    public Task InvokeAsync(HttpContext context)
    {
        if (context.GetEndpoint()?.Metadata.GetMetadata<SurfaceMetadata>() is not { Surface: var surface })
            return next(context);
        if (context.Features.Get<SurfacePort>() is { } port && !port.Serves(surface))
        {
            context.SetEndpoint(null);
            context.Response.StatusCode = StatusCodes.Status404NotFound;
            return Task.CompletedTask;
        }
        string? accept = context.Request.Headers.Accept;
        var own = context.GetEndpoint()?.Metadata.GetMetadata<OwnMediaTypes>();
        if (!MediaTypes.Accepts(accept, MediaTypes.Of(surface))
            && (own is null || !MediaTypes.Accepts(accept, own.Types)))
        {
            context.Response.StatusCode = StatusCodes.Status406NotAcceptable;
            return Task.CompletedTask;
        }
        return next(context);
    }
}
