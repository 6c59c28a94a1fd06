using System.Reflection;
using System.Text.Json.Serialization;
using Microsoft.AspNetCore.Http.Metadata;

namespace Platform.Api.Hosting;

/// <summary>State of the process in a word, and why it is not ready.</summary>
internal sealed record HealthResponse(
    [property: JsonPropertyName("status")] string Status,
    [property: JsonPropertyName("reason"), JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] string? Reason);

[JsonSerializable(typeof(HealthResponse))]
[JsonSerializable(typeof(Empty))]
internal sealed partial class HealthJson : JsonSerializerContext;

internal sealed class HealthAnswer(int status, HealthResponse health) : IResult, IEndpointMetadataProvider
{
    public Task ExecuteAsync(HttpContext httpContext) => JsonAnswer.WriteAsync(
        httpContext, health, HealthJson.Default.HealthResponse, MediaTypes.Json, status);

    static void IEndpointMetadataProvider.PopulateMetadata(MethodInfo method, EndpointBuilder builder)
    {
        builder.Metadata.Add(new ProducesResponseTypeMetadata(
            StatusCodes.Status200OK, typeof(HealthResponse), [MediaTypes.Json]));
        builder.Metadata.Add(new ProducesResponseTypeMetadata(
            StatusCodes.Status503ServiceUnavailable, typeof(HealthResponse), [MediaTypes.Json]));
    }
}

/// <summary>{} in the type that the client accepts.</summary>
internal sealed class EmptyAnswer : IResult, IEndpointMetadataProvider
{
    public Task ExecuteAsync(HttpContext httpContext) => JsonAnswer.WriteAsync(
        httpContext, Empty.Value, HealthJson.Default.Empty, MediaTypes.Json);

    static void IEndpointMetadataProvider.PopulateMetadata(MethodInfo method, EndpointBuilder builder) =>
        builder.Metadata.Add(new ProducesResponseTypeMetadata(StatusCodes.Status200OK, typeof(Empty),
            [MediaTypes.Json]));
}
