using System.Collections.Immutable;
using Platform.Cluster.Configuration;
using Platform.Cluster.Metadata;
using Platform.Protocol;
using Platform.Protocol.Messages;

namespace Platform.Cluster.Controller;

/// <summary>Turns the wanted settings of one resource into records.</summary>
internal static class ConfigChange
{
    /// <summary>Null when such a resource exists and can have settings.</summary>
    public static ApiError? CheckResource(MetadataImage image, ConfigResource resource) => resource.Type switch
    {
        ConfigResourceType.Topic => image.Topics.Find(resource.Name) is not null ? null
            : new ApiError(ErrorCode.UnknownTopicOrPartition, $"topic '{resource.Name}' does not exist"),
        ConfigResourceType.Broker => BrokerConfigCheck.Resource(image.Cluster, resource.Name),
        _ => new ApiError(ErrorCode.InvalidRequest,
        $"settings of resource type {(sbyte)resource.Type} cannot be changed here"),
    };

    /// <summary>Adds the records that make the settings what is wanted.</summary>
    /// <returns>Null, or why they are refused.</returns>
    public static ApiError? Apply(MetadataImage image, ConfigResource resource, ImmutableSortedDictionary<string,
        string> wanted, BrokerConfig broker, List<IMetadataRecord> records)
    {
        var current = image.Configurations.Of(resource);
        var changed = current.Keys.Union(wanted.Keys).Order(StringComparer.Ordinal)
            .Where(name => current.GetValueOrDefault(name) != wanted.GetValueOrDefault(name)).ToList();
        if (Check(image, resource, wanted, changed, broker) is { } error)
            return error;
        records.AddRange(changed.SelectMany(name => EligibleLeaders.OnChange(image, resource, name)));
        records.AddRange(changed.Select(name => new ConfigRecord
        {
            ResourceType = (sbyte)resource.Type,
            ResourceName = resource.Name,
            Name = name,
            Value = wanted.GetValueOrDefault(name),
        }));
        return null;
    }

    private static ApiError? Check(MetadataImage image, ConfigResource resource,
        ImmutableSortedDictionary<string, string> wanted, List<string> changed, BrokerConfig broker) =>
        resource.Type == ConfigResourceType.Topic
            ? TopicConfigCheck.Problem(wanted, broker, image.Configurations.Of(resource))
            : changed.Select(name =>
            BrokerConfigCheck.Setting(name, wanted.GetValueOrDefault(name), forAll: resource.Name.Length == 0)
                ?? EligibleLeaders.Check(image, resource, name, wanted.GetValueOrDefault(name)))
                .FirstOrDefault(error => error is not null);

    /// <summary>The declared setting of that name, or null.</summary>
    public static ConfigKey? Find(ConfigResource resource, string name) =>
        resource.Type == ConfigResourceType.Topic ? TopicConfigs.Find(name) : BrokerConfigs.Find(name);
}
