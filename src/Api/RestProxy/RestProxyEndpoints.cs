namespace Platform.Api.RestProxy;

/// <summary>All endpoints of the REST proxy.</summary>
internal static class RestProxyEndpoints
{
    public static void MapRestProxy(this IEndpointRouteBuilder endpoints)
    {
    }
}
