using Platform.Broker.Metadata;
using Platform.Broker.Network;
using Platform.Cluster.Configuration;
using Platform.Cluster.Controller;
using Platform.Cluster.Metadata;
using Platform.Protocol;
using Platform.Protocol.Messages;
using Entry = Platform.Protocol.Messages.DescribeConfigsResponse.DescribeConfigsResourceResult;
using Resource = Platform.Protocol.Messages.DescribeConfigsRequest.DescribeConfigsResource;
using Result = Platform.Protocol.Messages.DescribeConfigsResponse.DescribeConfigsResult;

namespace Platform.Broker.Apis.Configs;

/// <summary>DescribeConfigs (key 32): settings with the places that they come from. A broker
/// answers for itself only.</summary>
/// <remarks>v1 synonyms · v3 types and texts.</remarks>
internal sealed class DescribeConfigsHandler(MetadataCache metadata, BrokerConfig properties)
    : IApiHandler<DescribeConfigsRequest, DescribeConfigsResponse>
{
    public ValueTask<DescribeConfigsResponse?> HandleAsync(DescribeConfigsRequest request, RequestContext context)
    {
        var current = metadata.Image;
        var config = current.Configurations.Effective(properties, properties.Node.Id);
        return new(new DescribeConfigsResponse
        {
            Results = request.Resources.ConvertAll(resource => Describe(current, config, resource,
                new ConfigDescription(resource.ConfigurationKeys, request.IncludeSynonyms,
                request.IncludeDocumentation))),
        });
    }

    public DescribeConfigsResponse? Fail(DescribeConfigsRequest request, ErrorCode error, string message) =>
        new() { Results = request.Resources.ConvertAll(resource => Failed(resource, error, message)) };

    private Result Describe(MetadataImage current, BrokerConfig config, Resource resource,
        ConfigDescription description) =>
        (ConfigResourceType)resource.ResourceType switch
        {
            ConfigResourceType.Topic => DescribeTopic(current, config, resource, description),
            ConfigResourceType.Broker => DescribeBroker(current, config, resource, description),
            _ => Failed(resource, ErrorCode.InvalidRequest,
            $"resource type {resource.ResourceType} has no settings here"),
        };

    private Result DescribeTopic(MetadataImage current, BrokerConfig config, Resource resource,
        ConfigDescription description)
    {
        if (TopicNames.Problem(resource.ResourceName) is { } problem)
            return Failed(resource, ErrorCode.InvalidTopicException, problem);
        if (current.Topics.Find(resource.ResourceName) is null)
            return Failed(resource, ErrorCode.UnknownTopicOrPartition,
                $"topic '{resource.ResourceName}' does not exist");
        var topic = new TopicConfig(current.Configurations.OfTopic(resource.ResourceName), config);
        return Described(resource, description.Topic(topic));
    }

    private Result DescribeBroker(MetadataImage current, BrokerConfig config, Resource resource,
        ConfigDescription description)
    {
        if (resource.ResourceName.Length == 0)
            return Described(resource,
                description.ClusterDefaults(current.Configurations.Of(ConfigResource.ClusterDefault)));
        var own = ConfigResource.Broker(properties.Node.Id).Name;
        return resource.ResourceName == own
            ? Described(resource, description.Broker(config))
            : Failed(resource, ErrorCode.InvalidRequest,
                $"this is broker {own}; ask broker '{resource.ResourceName}' itself, or nobody in particular for what "
                + "is set for all");
    }

    private static Result Described(Resource resource, List<Entry> entries) => new()
    {
        ResourceType = resource.ResourceType,
        ResourceName = resource.ResourceName,
        Configs = entries,
    };

    private static Result Failed(Resource resource, ErrorCode error, string message) => new()
    {
        ResourceType = resource.ResourceType,
        ResourceName = resource.ResourceName,
        ErrorCode = error,
        ErrorMessage = message,
    };
}
