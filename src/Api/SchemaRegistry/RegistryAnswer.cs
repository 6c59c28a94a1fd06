using System.Reflection;
using System.Text.Json.Serialization.Metadata;
using Microsoft.AspNetCore.Http.Metadata;
using Platform.Api.Hosting;

namespace Platform.Api.SchemaRegistry;

/// <summary>A 200 answer of the registry in its own media type; tells OpenAPI the shape.</summary>
internal sealed class RegistryAnswer<T> : IResult, IEndpointMetadataProvider
{
    private readonly byte[]? _json;
    private readonly T _value = default!;

    public RegistryAnswer(T value) => _value = value;

    private RegistryAnswer(byte[] json) => _json = json;

    /// <summary>An answer that was written before.</summary>
    public static RegistryAnswer<T> FromJson(byte[] json, string? etag, bool isImmutable = false) =>
        new(json) { ETag = etag, IsImmutable = isImmutable };

    /// <summary>The answer never changes: caches keep it for a year without asking.</summary>
    private const string Immutable = "public, max-age=31536000, immutable";

    /// <summary>Names the state of what is answered; a client that has it gets 304.</summary>
    public string? ETag { get; init; }

    public bool IsImmutable { get; init; }

    public Task ExecuteAsync(HttpContext httpContext)
    {
        if (ETag is not null)
        {
            httpContext.Response.Headers.ETag = ETag;
            if (IsImmutable)
                httpContext.Response.Headers.CacheControl = Immutable;
            if (HttpMethods.IsGet(httpContext.Request.Method)
                && EntityTags.IsKnown(httpContext.Request.Headers.IfNoneMatch, ETag))
            {
                httpContext.Response.StatusCode = StatusCodes.Status304NotModified;
                return Task.CompletedTask;
            }
        }
        return _json is not null ? JsonAnswer.WriteAsync(httpContext, _json, MediaTypes.Registry)
            : JsonAnswer.WriteAsync(httpContext, _value,
                (JsonTypeInfo<T>)RegistryJson.Relaxed.GetTypeInfo(typeof(T))!, MediaTypes.Registry);
    }

    static void IEndpointMetadataProvider.PopulateMetadata(MethodInfo method, EndpointBuilder builder) =>
        builder.Metadata.Add(new ProducesResponseTypeMetadata(
            StatusCodes.Status200OK, typeof(T), [MediaTypes.Registry, MediaTypes.Json]));
}

/// <summary>A schema as bare text.</summary>
internal sealed class SchemaTextAnswer(string text) : IResult, IEndpointMetadataProvider
{
    public Task ExecuteAsync(HttpContext httpContext)
    {
        httpContext.Response.ContentType = MediaTypes.Registry;
        return httpContext.Response.WriteAsync(text, httpContext.RequestAborted);
    }

    static void IEndpointMetadataProvider.PopulateMetadata(MethodInfo method, EndpointBuilder builder) =>
        builder.Metadata.Add(new ProducesResponseTypeMetadata(
            StatusCodes.Status200OK, typeof(string), [MediaTypes.Registry, MediaTypes.Json]));
}
