namespace Platform.Cluster.Configuration;

/// <summary>Where a value comes from, with the number that DescribeConfigs reports. A smaller number wins.</summary>
public enum ConfigSource : sbyte
{
    /// <summary>Set for the topic.</summary>
    DynamicTopic = 1,
    /// <summary>Set for this broker while it ran.</summary>
    DynamicBroker = 2,
    /// <summary>Set for all brokers while they ran.</summary>
    DynamicDefaultBroker = 3,
    /// <summary>From the properties file, the command line or the environment.</summary>
    StaticBroker = 4,
    /// <summary>Nobody set it.</summary>
    Default = 5,
    /// <summary>Level of a logger.</summary>
    DynamicBrokerLogger = 6,
    /// <summary>Set for a subscription to client metrics (KIP-714).</summary>
    ClientMetrics = 7,
    /// <summary>Set for a group.</summary>
    Group = 8,
}
