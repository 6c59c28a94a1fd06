using System.Reflection;
using Microsoft.AspNetCore.Http.Metadata;

namespace Platform.Api.Hosting;

/// <summary>The 204 answer.</summary>
internal sealed class NoContentAnswer : IResult, IEndpointMetadataProvider
{
    public static NoContentAnswer Instance { get; } = new();

    public Task ExecuteAsync(HttpContext httpContext)
    {
        httpContext.Response.StatusCode = StatusCodes.Status204NoContent;
        return Task.CompletedTask;
    }

    static void IEndpointMetadataProvider.PopulateMetadata(MethodInfo method, EndpointBuilder builder) =>
        builder.Metadata.Add(new ProducesResponseTypeMetadata(StatusCodes.Status204NoContent, typeof(void), []));
}
