using Platform.Client.Admin;

namespace Platform.Api.RestProxy.V3.Configs;

/// <summary>Whose settings: a topic, a broker, or all brokers.</summary>
internal sealed record ConfigOwner(ConfigResource Resource, string ListUrl, string Kind, object[] Names)
{
    public string? TopicName { get; private init; }

    public int? BrokerId { get; private init; }

    /// <summary>As messages name it: TOPIC orders.</summary>
    public string Text => TopicName is not null ? $"TOPIC {TopicName}" : BrokerId is { } id ? $"BROKER {id}" : "BROKER";

    public static ConfigOwner Topic(ResourceLinks links, string topic) => new(
        ConfigResource.Topic(topic), links.Url("topics", topic, "configs"), "KafkaTopicConfig", ["topic", topic])
    { TopicName = topic };

    public static ConfigOwner Broker(ResourceLinks links, int brokerId) => new(
        ConfigResource.Broker(brokerId), links.Url("brokers", brokerId, "configs"), "KafkaBrokerConfig",
        ["broker", brokerId])
    { BrokerId = brokerId };

    public static ConfigOwner AllBrokers(ResourceLinks links) => new(
        ConfigResource.BrokerDefaults, links.Url("broker-configs"), "KafkaClusterConfig", []);

    /// <summary>The setting as a resource.</summary>
    public KafkaConfigResource Describe(ResourceLinks links, ConfigEntry entry) => new(
        Kind, links.Metadata($"{ListUrl}/{Uri.EscapeDataString(entry.Name)}", [.. Names, "config", entry.Name]),
        links.ClusterId, TopicName, BrokerId, TopicName is null && BrokerId is null ? "BROKER" : null,
        entry.Name, entry.Value, entry.IsDefault, entry.IsReadOnly, entry.IsSensitive, NameOf(entry.Source),
        [.. entry.Synonyms.Select(one => new ConfigSynonymResource(one.Name, one.Value, NameOf(one.Source)))]);

    private static string NameOf(ConfigSource source) => source switch
    {
        ConfigSource.DynamicTopic => "DYNAMIC_TOPIC_CONFIG",
        ConfigSource.DynamicBroker => "DYNAMIC_BROKER_CONFIG",
        ConfigSource.DynamicDefaultBroker => "DYNAMIC_DEFAULT_BROKER_CONFIG",
        ConfigSource.StaticBroker => "STATIC_BROKER_CONFIG",
        ConfigSource.Default => "DEFAULT_CONFIG",
        ConfigSource.DynamicBrokerLogger => "DYNAMIC_BROKER_LOGGER_CONFIG",
        ConfigSource.ClientMetrics => "DYNAMIC_CLIENT_METRICS_CONFIG",
        ConfigSource.Group => "DYNAMIC_GROUP_CONFIG",
        _ => "UNKNOWN",
    };
}
