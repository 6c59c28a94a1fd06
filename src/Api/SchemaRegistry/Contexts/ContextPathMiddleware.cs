using System.Collections.Frozen;
using Microsoft.AspNetCore.Http.Extensions;
using Platform.Api.Hosting;

namespace Platform.Api.SchemaRegistry.Contexts;

/// <summary>
/// /contexts/.a/subjects/s means /subjects/:.a:s, and so for lists, settings and modes. Runs before routing and
/// rewrites the path, so that every endpoint is there once.
/// </summary>
internal sealed class ContextPathMiddleware(RequestDelegate next)
{
    private const string Prefix = "/contexts/";

    private static readonly FrozenSet<string> Resources =
        FrozenSet.Create(StringComparer.Ordinal, "subjects", "schemas", "config", "mode", "compatibility");

    public Task InvokeAsync(HttpContext context)
    {
        var path = context.Request.Path.Value ?? "";
        if (path.StartsWith(Prefix, StringComparison.Ordinal)
            && context.Features.Get<SurfacePort>() is not { ServesRegistry: false })
            Rewrite(context.Request, path[Prefix.Length..].Split('/'));
        return next(context);
    }

    private static void Rewrite(HttpRequest request, string[] parts)
    {
        if (parts.Length < 2 || !Resources.Contains(parts[1]))
            return;
        var context = parts[0] is "." or ":.:" ? "" : parts[0].StartsWith(':') ? parts[0] : $":{parts[0]}:";
        var rest = parts.AsSpan(2).ToArray();
        switch (parts[1])
        {
            case "config" or "mode":
                rest = rest.Length == 0 ? context.Length == 0 ? [] : [context] : [context + rest[0], .. rest[1..]];
                break;
            case "compatibility" when rest.Length > 1:
                rest[1] = context + rest[1];
                break;
            case "subjects" when rest.Length > 0 && rest[0].Length > 0:
                rest[0] = context + rest[0];
                break;
            case "subjects" or "schemas" when rest.Length == 0 || rest[0].Length == 0:
                Qualify(request, "subjectPrefix", context);
                break;
            case "schemas":
                Qualify(request, "subject", context.Length == 0 ? ":.:" : context);
                break;
        }
        request.Path = "/" + string.Join('/', [parts[1], .. rest]);
    }

    private static void Qualify(HttpRequest request, string name, string context)
    {
        var query = new QueryBuilder(request.Query.Where(pair => pair.Key != name))
        {
            { name, context + request.Query[name] },
        };
        request.QueryString = query.ToQueryString();
    }
}
