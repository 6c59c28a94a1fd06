using System.Reflection;
using System.Text.Json.Serialization.Metadata;
using Microsoft.AspNetCore.Http.Metadata;
using Platform.Api.Hosting;

namespace Platform.Api.RestProxy.V3;

/// <summary>A 200 answer of v3; tells OpenAPI the shape.</summary>
internal sealed class V3Answer<T>(T value) : IResult, IEndpointMetadataProvider
{
    public Task ExecuteAsync(HttpContext httpContext) =>
        JsonAnswer.WriteAsync(httpContext, value, V3Json.TypeInfo<T>(), MediaTypes.Json);

    static void IEndpointMetadataProvider.PopulateMetadata(MethodInfo method, EndpointBuilder builder) =>
        builder.Metadata.Add(new ProducesResponseTypeMetadata(StatusCodes.Status200OK, typeof(T), [MediaTypes.Json]));
}

/// <summary>A 201 answer with the address of what was created, or 200 when it was only checked.</summary>
internal sealed class V3Created<T>(T value, string? location) : IResult, IEndpointMetadataProvider
{
    public Task ExecuteAsync(HttpContext httpContext)
    {
        if (location is not null)
            httpContext.Response.Headers.Location = location;
        var status = location is null ? StatusCodes.Status200OK : StatusCodes.Status201Created;
        return JsonAnswer.WriteAsync(httpContext, value, V3Json.TypeInfo<T>(), MediaTypes.Json, status);
    }

    static void IEndpointMetadataProvider.PopulateMetadata(MethodInfo method, EndpointBuilder builder) =>
        builder.Metadata.Add(new ProducesResponseTypeMetadata(StatusCodes.Status201Created, typeof(T),
            [MediaTypes.Json]));
}
