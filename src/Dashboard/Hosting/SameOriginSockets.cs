using Microsoft.AspNetCore.Http;

namespace Platform.Dashboard.Hosting;

/// <summary>
/// Refuses web sockets that a page of another site opens: browsers let any page do that, and the dashboard has no login
/// that would tell its own user from such a page.
/// </summary>
internal static class SameOriginSockets
{
    public static Task CheckAsync(HttpContext context, RequestDelegate next)
    {
        var origin = context.Request.Headers.Origin.ToString();
        var isUpgrade = context.Request.Headers.Upgrade.Count > 0;
        if (!isUpgrade || origin.Length == 0 || IsSame(origin, context.Request.Host))
            return next(context);
        context.Response.StatusCode = StatusCodes.Status403Forbidden;
        return context.Response.WriteAsync($"Web sockets are for pages of {context.Request.Host} only.",
            context.RequestAborted);
    }

    private static bool IsSame(string origin, HostString host) =>
        Uri.TryCreate(origin, UriKind.Absolute, out var uri)
        && string.Equals(uri.Authority, host.Value, StringComparison.OrdinalIgnoreCase);
}
