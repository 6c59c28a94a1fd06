using System.Reflection;
using System.Text.Json.Serialization.Metadata;
using Microsoft.AspNetCore.Http.Metadata;
using Platform.Api.Hosting;

namespace Platform.Api.SchemaRegistry;

/// <summary>A 200 answer of the registry in its own media type; tells OpenAPI the shape.</summary>
internal sealed class RegistryAnswer<T>(T value) : IResult, IEndpointMetadataProvider
{
    public Task ExecuteAsync(HttpContext httpContext) => JsonAnswer.WriteAsync(
        httpContext, value, (JsonTypeInfo<T>)RegistryJson.Relaxed.GetTypeInfo(typeof(T))!, MediaTypes.Registry);

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
