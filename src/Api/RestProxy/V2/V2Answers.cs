using System.Reflection;
using Microsoft.AspNetCore.Http.Metadata;
using Platform.Api.Hosting;

namespace Platform.Api.RestProxy.V2;

/// <summary>A 200 answer of v2 in the media type that the client accepts; tells OpenAPI the shape.</summary>
internal sealed class V2Answer<T>(T value) : IResult, IEndpointMetadataProvider
{
    private static readonly string[] Types = [MediaTypes.KafkaV2, MediaTypes.Json];

    public Task ExecuteAsync(HttpContext httpContext) => JsonAnswer.WriteAsync(
        httpContext, value, V2Json.TypeInfo<T>(), Negotiate(httpContext.Request.Headers.Accept),
        httpContext.Response.StatusCode);

    static void IEndpointMetadataProvider.PopulateMetadata(MethodInfo method, EndpointBuilder builder) =>
        builder.Metadata.Add(new ProducesResponseTypeMetadata(StatusCodes.Status200OK, typeof(T), Types));

    private static string Negotiate(string? accept) =>
        MediaTypes.Accepts(accept, [MediaTypes.KafkaV2, MediaTypes.KafkaV2Json, MediaTypes.KafkaV2Binary])
            ? MediaTypes.KafkaV2 : MediaTypes.Json;
}
