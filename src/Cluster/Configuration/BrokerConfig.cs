using System.Collections.Immutable;

namespace Platform.Cluster.Configuration;

/// <summary>
/// The settings of a node: what was set for it while it ran, then for all nodes, then its properties, then the
/// defaults.
/// Immutable; a change of a dynamic setting makes another one. Reading a setting is a lookup.
/// </summary>
public sealed class BrokerConfig : ConfigValues
{
    private readonly (ConfigSource Source, ImmutableSortedDictionary<string, string> Values)[] _layers;

    private BrokerConfig(
        ImmutableSortedDictionary<string, string> properties,
        ImmutableSortedDictionary<string, string> clusterDefaults,
        ImmutableSortedDictionary<string, string> perBroker,
        NodeConfig? node = null)
        : base(ConfigScope.Broker)
    {
        (Properties, ClusterDefaults, PerBroker) = (properties, clusterDefaults, perBroker);
        _layers = [(ConfigSource.DynamicBroker, perBroker), (ConfigSource.DynamicDefaultBroker, clusterDefaults),
            (ConfigSource.StaticBroker, properties)];
        Values = BrokerConfigs.All.Select(key => Resolve(key, [new ConfigSynonym(key), .. key.Synonyms])).ToArray();
        TopicDefaults = new TopicConfig(ConfigOverrides.Empty, this);
        // No setting of the node's identity is dynamic.
        Node = node ?? new NodeConfig(this);
    }

    /// <summary>Nothing but defaults, for parts that need no node.</summary>
    public static BrokerConfig Default { get; } = new(ConfigOverrides.Empty, ConfigOverrides.Empty,
        ConfigOverrides.Empty);

    /// <summary>What was set in the properties file, on the command line and in the environment.</summary>
    public ImmutableSortedDictionary<string, string> Properties { get; }

    /// <summary>What was set for all brokers while they ran.</summary>
    public ImmutableSortedDictionary<string, string> ClusterDefaults { get; }

    /// <summary>What was set for this broker while it ran.</summary>
    public ImmutableSortedDictionary<string, string> PerBroker { get; }

    /// <summary>Settings of a topic that sets nothing itself.</summary>
    public TopicConfig TopicDefaults { get; }

    /// <summary>Identity, directories, listeners and quorum, as far as they are settings.</summary>
    public NodeConfig Node { get; }

    /// <summary>
    /// Reads a node's settings. Later sources win: the text of a properties file, then environment variables, then
    /// overrides from the command line.
    /// </summary>
    /// <param name="properties">Text of a properties file.</param>
    /// <param name="overrides">Settings of the command line.</param>
    /// <param name="environment">All environment variables; those that are no settings are passed over.</param>
    /// <param name="warnings">Receives a line for every setting that has no effect.</param>
    /// <exception cref="ConfigException">Something is unknown, wrong or missing; it lists all of it.</exception>
    public static BrokerConfig Parse(
        string properties = "",
        IEnumerable<KeyValuePair<string, string>>? overrides = null,
        IEnumerable<KeyValuePair<string, string>>? environment = null,
        ICollection<string>? warnings = null)
    {
        var settings = ConfigOverrides.From(RemoteStoragePrefix.Normalize([.. PropertiesFile.Parse(properties),
            .. EnvironmentSettings.From(environment ?? []), .. overrides ?? []]));
        var problems = SettingsCheck.Check(settings, warnings ?? []);
        if (problems.Count > 0)
            throw new ConfigException(problems);
        var config = new BrokerConfig(settings, ConfigOverrides.Empty, ConfigOverrides.Empty);
        config.Node.Validate();
        return config;
    }

    /// <summary>The same node with other dynamic settings.</summary>
    /// <param name="clusterDefaults">Settings for all brokers.</param>
    /// <param name="perBroker">Settings for this broker.</param>
    public BrokerConfig WithDynamic(
        ImmutableSortedDictionary<string, string> clusterDefaults, ImmutableSortedDictionary<string,
        string> perBroker) =>
        Same(clusterDefaults, ClusterDefaults) && Same(perBroker, PerBroker)
            ? this : new(Properties, clusterDefaults, perBroker, Node);

    private static bool Same(
        ImmutableSortedDictionary<string, string> one, ImmutableSortedDictionary<string, string> other) =>
        ReferenceEquals(one, other) || (one.IsEmpty && other.IsEmpty);

    /// <summary>Everywhere that <paramref name="key"/> or a synonym is set, the entry that counts
    /// first, defaults last.</summary>
    public IEnumerable<ConfigEntry> EntriesFor(ConfigKey key) => EntriesFor([new ConfigSynonym(key), .. key.Synonyms]);

    internal IEnumerable<ConfigEntry> EntriesFor(IReadOnlyList<ConfigSynonym> names)
    {
        foreach (var (source, values) in _layers)
        {
            foreach (var name in names)
            {
                if (values.TryGetValue(name.Key.Name, out var value))
                    yield return new ConfigEntry(name.Key, value, source);
            }
        }
        foreach (var name in names)
        {
            if (name.Key.DefaultText is { } text)
                yield return new ConfigEntry(name.Key, text, ConfigSource.Default);
        }
    }

    // A stored value that another version allowed and this one does not is passed over: a node must not die of it.
    internal object? Resolve(ConfigKey key, IReadOnlyList<ConfigSynonym> names)
    {
        foreach (var entry in EntriesFor(names))
        {
            var name = names.First(synonym => synonym.Key == entry.Key);
            if (key.TryParseBoxed(name.Convert(entry.Value!), out var value))
                return value;
        }
        return key.BoxedDefault;
    }
}
