using Platform.Api.Hosting;
using Platform.Api.SchemaRegistry.Config;
using Platform.Api.SchemaRegistry.Subjects;

namespace Platform.Api.SchemaRegistry;

/// <summary>Reads the bodies of the registry's requests.</summary>
internal static class RegistryRequests
{
    public static ValueTask<RegisterSchemaRequest> ReadSchemaAsync(HttpContext context) =>
        JsonBody.ReadAsync(context, RegistryJson.Relaxed.RegisterSchemaRequest);

    public static ValueTask<ModeBody> ReadModeAsync(HttpContext context) =>
        JsonBody.ReadAsync(context, RegistryJson.Relaxed.ModeBody);

    /// <summary>Tells OpenAPI the body, and the router the media types that are taken.</summary>
    public static RouteHandlerBuilder Takes<T>(this RouteHandlerBuilder endpoint) where T : notnull =>
        endpoint.Accepts<T>(
        MediaTypes.Registry, MediaTypes.RegistryUnversioned, MediaTypes.Json, MediaTypes.OctetStream);
}
