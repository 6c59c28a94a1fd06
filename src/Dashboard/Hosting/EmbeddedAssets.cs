using System.Collections.Concurrent;
using System.Collections.Frozen;
using System.IO.Compression;
using System.Reflection;
using System.Security.Cryptography;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Net.Http.Headers;

namespace Platform.Dashboard.Hosting;

/// <summary>Serves scripts, styles and fonts out of this assembly, compressed once, when first asked for.</summary>
internal static class EmbeddedAssets
{
    private const string Prefix = "assets/";
    private static readonly Assembly Home = typeof(EmbeddedAssets).Assembly;
    private static readonly ConcurrentDictionary<string, Lazy<Asset>> Loaded = new(StringComparer.Ordinal);

    private static readonly FrozenDictionary<string, string> MediaTypes = new Dictionary<string, string>
    {
        [".js"] = "text/javascript; charset=utf-8",
        [".css"] = "text/css; charset=utf-8",
        [".svg"] = "image/svg+xml",
        [".woff2"] = "font/woff2",
    }.ToFrozenDictionary(StringComparer.Ordinal);

    // Changes with every build, so that a browser never mixes files of two versions.
    private static readonly string Version = Home.ManifestModule.ModuleVersionId.ToString("N")[..8];

    /// <summary>Address of an asset, with the build in it, to be kept by browsers for ever.</summary>
    public static string Url(string path) => $"{path}?v={Version}";

    public static void Map(IEndpointRouteBuilder routes)
    {
        foreach (var resource in Home.GetManifestResourceNames())
            if (resource.StartsWith(Prefix, StringComparison.Ordinal))
                routes.MapGet('/' + resource[Prefix.Length..], context => SendAsync(context, resource));
    }

    private static Task SendAsync(HttpContext context, string resource)
    {
        var asset = Loaded.GetOrAdd(resource, static name => new Lazy<Asset>(() => Load(name))).Value;
        var headers = context.Response.Headers;
        headers.CacheControl = context.Request.Query.ContainsKey("v")
            ? "public, max-age=31536000, immutable" : "no-cache";
        headers.ETag = asset.Tag;
        headers.Vary = HeaderNames.AcceptEncoding;
        if (context.Request.Headers.IfNoneMatch.Contains(asset.Tag))
        {
            context.Response.StatusCode = StatusCodes.Status304NotModified;
            return Task.CompletedTask;
        }
        context.Response.ContentType = asset.MediaType;
        var compressed = asset.Gzip is not null && AcceptsGzip(context.Request);
        if (compressed)
            headers.ContentEncoding = "gzip";
        return SendBodyAsync(context.Response, compressed ? asset.Gzip : null, resource);
    }

    private static async Task SendBodyAsync(HttpResponse response, byte[]? compressed, string resource)
    {
        if (compressed is not null)
        {
            response.ContentLength = compressed.Length;
            await response.Body.WriteAsync(compressed, response.HttpContext.RequestAborted);
            return;
        }
        await using var stream = Open(resource);
        response.ContentLength = stream.Length;
        await stream.CopyToAsync(response.Body, response.HttpContext.RequestAborted);
    }

    private static bool AcceptsGzip(HttpRequest request) =>
        request.Headers.AcceptEncoding.ToString().Contains("gzip", StringComparison.OrdinalIgnoreCase);

    private static Asset Load(string resource)
    {
        var extension = Path.GetExtension(resource);
        using var stream = Open(resource);
        var tag = $"\"{Convert.ToHexString(SHA256.HashData(stream).AsSpan(0, 8))}\"";
        return new Asset(MediaTypes[extension], tag, extension is ".woff2" ? null : Compress(resource));
    }

    private static byte[] Compress(string resource)
    {
        using var source = Open(resource);
        using var target = new MemoryStream();
        using (var gzip = new GZipStream(target, CompressionLevel.Optimal))
            source.CopyTo(gzip);
        return target.ToArray();
    }

    private static Stream Open(string resource) =>
        Home.GetManifestResourceStream(resource) ?? throw new InvalidOperationException($"no resource {resource}");

    private sealed record Asset(string MediaType, string Tag, byte[]? Gzip);
}
