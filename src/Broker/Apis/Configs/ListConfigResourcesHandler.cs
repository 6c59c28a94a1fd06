using Platform.Broker.Metadata;
using Platform.Broker.Network;
using Platform.Cluster.Metadata;
using Platform.Protocol;
using Platform.Protocol.Messages;
using Resource = Platform.Protocol.Messages.ListConfigResourcesResponse.ConfigResource;

namespace Platform.Broker.Apis.Configs;

/// <summary>ListConfigResources (key 74): names of what can have settings.</summary>
/// <remarks>v0 only subscriptions to client metrics (KIP-714) · v1 any type; no types mean all (KIP-1142).</remarks>
internal sealed class ListConfigResourcesHandler(MetadataCache metadata)
    : IApiHandler<ListConfigResourcesRequest, ListConfigResourcesResponse>
{
    private static readonly ConfigResourceType[] Supported =
        [ConfigResourceType.Topic, ConfigResourceType.Broker, ConfigResourceType.ClientMetrics,
        ConfigResourceType.Group];

    public ValueTask<ListConfigResourcesResponse?> HandleAsync(ListConfigResourcesRequest request,
        RequestContext context)
    {
        var types = request.ResourceTypes.ConvertAll(type => (ConfigResourceType)type);
        if (types.Except(Supported).Any())
            return new(Fail(request, ErrorCode.UnsupportedVersion, ""));
        if (context.ApiVersion == 0)
            types = [ConfigResourceType.ClientMetrics];
        else if (types.Count == 0)
            types = [.. Supported];
        var current = metadata.Image;
        return new(new ListConfigResourcesResponse { ConfigResources = [.. types.Distinct().Order().SelectMany(type =>
            List(current, type))] });
    }

    public ListConfigResourcesResponse? Fail(ListConfigResourcesRequest request, ErrorCode error, string message) =>
        new() { ErrorCode = error };

    private static IEnumerable<Resource> List(MetadataImage image, ConfigResourceType type)
    {
        var names = type switch
        {
            ConfigResourceType.Topic => image.Topics.ByName.Keys,
            ConfigResourceType.Broker => image.Cluster.Brokers.Keys.Select(id => ConfigResource.Broker(id).Name),
            _ => image.Configurations.Resources.Keys.Where(resource => resource.Type == type).Select(resource =>
            resource.Name),
        };
        return names.Select(name => new Resource { ResourceName = name, ResourceType = (sbyte)type });
    }
}
