using Platform.Api.Hosting;

namespace Platform.Api.RestProxy.V3;

/// <summary>What endpoints of v3 with a body have in common.</summary>
internal static class V3Requests
{
    /// <summary>Tells OpenAPI the body, and the router that it is JSON.</summary>
    public static RouteHandlerBuilder Takes<T>(this RouteHandlerBuilder endpoint) where T : notnull =>
        endpoint.Accepts<T>(MediaTypes.Json);
}
