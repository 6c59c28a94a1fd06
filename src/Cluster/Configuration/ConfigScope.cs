namespace Platform.Cluster.Configuration;

/// <summary>What a setting belongs to.</summary>
public enum ConfigScope
{
    /// <summary>One topic.</summary>
    Topic,
    /// <summary>A node, or all nodes at once.</summary>
    Broker,
    /// <summary>A group of consumers.</summary>
    Group,
}
