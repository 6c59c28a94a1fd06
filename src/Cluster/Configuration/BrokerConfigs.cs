namespace Platform.Cluster.Configuration;

/// <summary>
/// Every setting of a node, declared once: read typed, validated, documented and described from here. One file per
/// area.
/// </summary>
public static partial class BrokerConfigs
{
    // The explicit constructor makes the first use of any member run all field initialisers, so that All is complete.
    static BrokerConfigs()
    {
    }

    /// <summary>All keys, in the order of declaration.</summary>
    public static IReadOnlyList<ConfigKey> All => BrokerConfigGroup.Group.Keys;

    // Whoever builds what reads such a setting takes the mark away; a test asks for it.
    private const string NotBuilt = "not built yet";

    private static ConfigGroup Group => BrokerConfigGroup.Group;

    /// <summary>The key of that name, or null.</summary>
    public static ConfigKey? Find(string name) => Group.Find(name);
}

/// <summary>Holds the group apart, because the order of initialisers over the parts of a partial
/// class is not defined.</summary>
internal static class BrokerConfigGroup
{
    public static readonly ConfigGroup Group = new(ConfigScope.Broker);
}
