using Platform.Protocol;

namespace Platform.Client.Admin;

/// <summary>What a setting belongs to, with Kafka's numbers.</summary>
public enum ConfigResourceType : sbyte
{
    /// <summary>A topic.</summary>
    Topic = 2,
    /// <summary>A broker, by id; the empty name means the defaults of all brokers.</summary>
    Broker = 4,
    /// <summary>The log levels of a broker.</summary>
    BrokerLogger = 8,
    /// <summary>A subscription to client metrics.</summary>
    ClientMetrics = 16,
    /// <summary>A group.</summary>
    Group = 32,
}

/// <summary>Something that has settings.</summary>
public readonly record struct ConfigResource(ConfigResourceType Type, string Name)
{
    /// <summary>The settings of a topic.</summary>
    public static ConfigResource Topic(string name) => new(ConfigResourceType.Topic, name);

    /// <summary>The settings of a broker.</summary>
    public static ConfigResource Broker(int id) => new(ConfigResourceType.Broker, $"{id}");

    /// <summary>The defaults of all brokers.</summary>
    public static ConfigResource BrokerDefaults => new(ConfigResourceType.Broker, "");

    /// <inheritdoc/>
    public override string ToString() => $"{Type} '{Name}'";
}

/// <summary>Where the value of a setting comes from, with Kafka's numbers.</summary>
public enum ConfigSource : sbyte
{
    /// <summary>The broker did not say.</summary>
    Unknown = 0,
    /// <summary>Set for the topic.</summary>
    DynamicTopic = 1,
    /// <summary>Set for the broker at run time.</summary>
    DynamicBroker = 2,
    /// <summary>Set for all brokers at run time.</summary>
    DynamicDefaultBroker = 3,
    /// <summary>From the broker's own configuration.</summary>
    StaticBroker = 4,
    /// <summary>Kafka's default.</summary>
    Default = 5,
    /// <summary>A log level set at run time.</summary>
    DynamicBrokerLogger = 6,
    /// <summary>Set for a client metrics subscription.</summary>
    ClientMetrics = 7,
    /// <summary>Set for the group.</summary>
    Group = 8,
}

/// <summary>One setting.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Value">Its value; null when it has none, or is secret.</param>
/// <param name="Source">Where the value comes from.</param>
/// <param name="IsReadOnly">True when it cannot be changed at run time.</param>
/// <param name="IsSensitive">True when its value is secret.</param>
/// <param name="Type">The kind of value, with Kafka's numbers.</param>
/// <param name="Documentation">What it does, when the broker was asked for that.</param>
/// <param name="Synonyms">All values in force, the strongest first.</param>
public sealed record ConfigEntry(
    string Name, string? Value, ConfigSource Source, bool IsReadOnly, bool IsSensitive, sbyte Type,
    string? Documentation, IReadOnlyList<ConfigSynonym> Synonyms)
{
    /// <summary>True when the value was not set by anyone.</summary>
    public bool IsDefault => Source == ConfigSource.Default;
}

/// <summary>A value of a setting that is in force unless a stronger one is set.</summary>
public sealed record ConfigSynonym(string Name, string? Value, ConfigSource Source);

/// <summary>The settings of a resource, or why they cannot be told.</summary>
public sealed record ConfigDescription(
    ConfigResource Resource, IReadOnlyList<ConfigEntry> Entries, ErrorCode Error, string? ErrorMessage);

/// <summary>What to do with a setting, with Kafka's numbers.</summary>
public enum AlterConfigOperation : sbyte
{
    /// <summary>Give it a value.</summary>
    Set = 0,
    /// <summary>Return it to its default.</summary>
    Delete = 1,
    /// <summary>Add to a list.</summary>
    Append = 2,
    /// <summary>Remove from a list.</summary>
    Subtract = 3,
}

/// <summary>A change of a setting.</summary>
public readonly record struct AlterConfig(string Name, AlterConfigOperation Operation, string? Value)
{
    /// <summary>Gives a setting a value.</summary>
    public static AlterConfig Set(string name, string value) => new(name, AlterConfigOperation.Set, value);

    /// <summary>Returns a setting to its default.</summary>
    public static AlterConfig Delete(string name) => new(name, AlterConfigOperation.Delete, null);
}
