using System.Globalization;
using System.Text;
using Platform.Api.Hosting;

namespace Platform.Api.RestProxy.V3;

/// <summary>Addresses and names of the resources of one cluster, as the client that asks reaches them.</summary>
internal sealed class ResourceLinks
{
    private readonly string _base;
    private readonly ListPage _page;

    private ResourceLinks(HttpContext context, string clusterId)
    {
        var request = context.Request;
        ClusterId = clusterId;
        _page = ListPage.From(request.Query);
        ClustersUrl = $"{request.Scheme}://{request.Host}{request.PathBase}/v3/clusters";
        _base = $"{ClustersUrl}/{Uri.EscapeDataString(clusterId)}";
    }

    public string ClusterId { get; }

    public string ClustersUrl { get; }

    /// <summary>Links for the cluster in the path. Throws 404 when the proxy serves another one.</summary>
    public static async ValueTask<ResourceLinks> ForAsync(HttpContext context, ClusterGateway gateway, string clusterId)
    {
        var served = await gateway.ClusterIdAsync(context.RequestAborted);
        if (served != clusterId)
            throw new ProblemException(StatusCodes.Status404NotFound, $"Cluster {clusterId} cannot be found.");
        return new ResourceLinks(context, served);
    }

    /// <summary>Links for the cluster that the proxy serves.</summary>
    public static async ValueTask<ResourceLinks> ForAsync(HttpContext context, ClusterGateway gateway) =>
        new(context, await gateway.ClusterIdAsync(context.RequestAborted));

    /// <summary>The address below the cluster: Url("topics", "a") is …/topics/a.</summary>
    public string Url(params ReadOnlySpan<object> parts)
    {
        var url = new StringBuilder(_base);
        foreach (var part in parts)
            url.Append('/').Append(Escape(part));
        return url.ToString();
    }

    public Relationship Related(params ReadOnlySpan<object> parts) => new(Url(parts));

    /// <summary>Metadata of a resource.</summary>
    /// <param name="self">Its address.</param>
    /// <param name="names">Kind and name in turn: "topic", "a", "partition", 0.</param>
    public ResourceMetadata Metadata(string self, params ReadOnlySpan<object> names)
    {
        var crn = new StringBuilder("crn:///kafka=").Append(Escape(ClusterId));
        for (var i = 0; i < names.Length; i += 2)
            crn.Append('/').Append(Escape(names[i])).Append('=').Append(Escape(names[i + 1]));
        return new ResourceMetadata(self, crn.ToString());
    }

    /// <summary>The list, or the page of it that the query asks for.</summary>
    public ResourceList<T> List<T>(string kind, string self, IEnumerable<T> data)
    {
        var (page, next) = _page.Cut(self, [.. data]);
        return new(kind, new ListMetadata(self, next), page);
    }

    private static string Escape(object part) =>
        Uri.EscapeDataString(Convert.ToString(part, CultureInfo.InvariantCulture) ?? "");
}
