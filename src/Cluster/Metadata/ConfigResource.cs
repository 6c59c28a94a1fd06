namespace Platform.Cluster.Metadata;

/// <summary>What a stored setting belongs to, with the number of the protocol.</summary>
public enum ConfigResourceType : sbyte
{
    /// <summary>A topic.</summary>
    Topic = 2,
    /// <summary>A broker, or with an empty name all of them.</summary>
    Broker = 4,
    /// <summary>Loggers of a broker.</summary>
    BrokerLogger = 8,
    /// <summary>A subscription to client metrics (KIP-714).</summary>
    ClientMetrics = 16,
    /// <summary>A group.</summary>
    Group = 32,
}

/// <summary>A topic, a broker or another thing that has settings.</summary>
/// <param name="Type">Kind of thing.</param>
/// <param name="Name">Its name; for a broker its number, empty for all brokers.</param>
public readonly record struct ConfigResource(ConfigResourceType Type, string Name) : IComparable<ConfigResource>
{
    /// <summary>Settings of all brokers.</summary>
    public static readonly ConfigResource ClusterDefault = new(ConfigResourceType.Broker, "");

    /// <summary>Settings of a topic.</summary>
    public static ConfigResource Topic(string name) => new(ConfigResourceType.Topic, name);

    /// <summary>Settings of one broker.</summary>
    public static ConfigResource Broker(int id) =>
        new(ConfigResourceType.Broker, id.ToString(System.Globalization.CultureInfo.InvariantCulture));

    /// <inheritdoc/>
    public int CompareTo(ConfigResource other)
    {
        var byType = Type.CompareTo(other.Type);
        return byType != 0 ? byType : string.CompareOrdinal(Name, other.Name);
    }

    /// <inheritdoc/>
    public override string ToString() => Name.Length == 0 ? $"{Type} default" : $"{Type} {Name}";
}
