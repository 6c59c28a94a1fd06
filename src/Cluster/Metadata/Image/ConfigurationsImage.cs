using System.Collections.Immutable;
using Platform.Cluster.Configuration;
using Platform.Protocol.Messages;

namespace Platform.Cluster.Metadata;

/// <summary>Settings that were stored while the cluster ran.</summary>
/// <param name="Resources">Settings by what they belong to; whoever has none is absent.</param>
public sealed record ConfigurationsImage(
    ImmutableSortedDictionary<ConfigResource, ImmutableSortedDictionary<string, string>> Resources)
{
    /// <summary>None stored.</summary>
    public static readonly ConfigurationsImage Empty =
        new(ImmutableSortedDictionary<ConfigResource, ImmutableSortedDictionary<string, string>>.Empty);

    /// <summary>Settings of a resource; empty when it has none.</summary>
    public ImmutableSortedDictionary<string, string> Of(ConfigResource resource) =>
        Resources.GetValueOrDefault(resource, ConfigOverrides.Empty);

    /// <summary>Settings of a topic.</summary>
    public ImmutableSortedDictionary<string, string> OfTopic(string name) => Of(ConfigResource.Topic(name));

    /// <summary>The settings of a broker with what is stored for it and for all brokers.</summary>
    public BrokerConfig Effective(BrokerConfig properties, int brokerId) =>
        properties.WithDynamic(Of(ConfigResource.ClusterDefault), Of(ConfigResource.Broker(brokerId)));

    internal IEnumerable<IMetadataRecord> ToRecords() =>
        from resource in Resources
        from setting in resource.Value
        select new ConfigRecord
        {
            ResourceType = (sbyte)resource.Key.Type,
            ResourceName = resource.Key.Name,
            Name = setting.Key,
            Value = setting.Value,
        };
}
