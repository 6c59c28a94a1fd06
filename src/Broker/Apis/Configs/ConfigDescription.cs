using System.Collections.Immutable;
using Platform.Cluster.Configuration;
using Entry = Platform.Protocol.Messages.DescribeConfigsResponse.DescribeConfigsResourceResult;
using Synonym = Platform.Protocol.Messages.DescribeConfigsResponse.DescribeConfigsSynonym;

namespace Platform.Broker.Apis.Configs;

/// <summary>Puts settings into the words of DescribeConfigs.</summary>
/// <param name="names">Settings that were asked for; none mean all.</param>
/// <param name="withSynonyms">Tell every place where a setting is set.</param>
/// <param name="withDocs">Tell what a setting does.</param>
internal sealed class ConfigDescription(IReadOnlyList<string>? names, bool withSynonyms, bool withDocs)
{
    /// <summary>All settings of a topic.</summary>
    public List<Entry> Topic(TopicConfig topic) =>
        Sorted(TopicConfigs.All.Where(key => IsWanted(key.Name)).Select(key =>
    {
        var effective = topic.EffectiveEntry(key);
        return Describe(key, effective.Value, effective.Source, isReadOnly: false, topic.EntriesFor(key));
    }));

    /// <summary>All settings of this broker, and those of its properties that it knows only by name.</summary>
    public List<Entry> Broker(BrokerConfig broker)
    {
        var declared = BrokerConfigs.All.Where(key => IsWanted(key.Name)).Select(key => DescribeBroker(broker, key));
        var others = broker.Properties.Where(property => IsUndeclared(property.Key))
            .Select(property => Undeclared(property.Key, ConfigSource.StaticBroker, isReadOnly: true));
        return Sorted(declared.Concat(others));
    }

    /// <summary>What is stored for all brokers.</summary>
    public List<Entry> ClusterDefaults(ImmutableSortedDictionary<string, string> stored) =>
        Sorted(stored.Where(setting => IsWanted(setting.Key)).Select(setting =>
        BrokerConfigs.Find(setting.Key) is { } key
            ? Describe(key, setting.Value, ConfigSource.DynamicDefaultBroker, isReadOnly: false,
                [new ConfigEntry(key, setting.Value, ConfigSource.DynamicDefaultBroker)])
            : Undeclared(setting.Key, ConfigSource.DynamicDefaultBroker, isReadOnly: false)));

    // As in Kafka, a broker's own value is told in its own unit, while the source is that of whatever counts.
    private Entry DescribeBroker(BrokerConfig broker, ConfigKey key)
    {
        var entries = broker.EntriesFor(key).ToList();
        var own = entries.Find(entry => entry.Key == key).Value;
        var source = entries.Count > 0 ? entries[0].Source : ConfigSource.Default;
        return Describe(key, own, source, key.UpdateMode == ConfigUpdateMode.ReadOnly, entries);
    }

    private Entry Describe(ConfigKey key, string? value, ConfigSource source, bool isReadOnly,
        IEnumerable<ConfigEntry> entries) => new()
    {
        Name = key.Name,
        Value = key.IsSensitive ? null : value,
        ReadOnly = isReadOnly,
        ConfigSource = (sbyte)source,
        IsSensitive = key.IsSensitive,
        ConfigType = (sbyte)key.Type,
        Documentation = withDocs ? key.Doc : null,
        Synonyms = withSynonyms ? [.. entries.Select(Describe)] : [],
    };

    private static Synonym Describe(ConfigEntry entry) => new()
    {
        Name = entry.Key.Name,
        Value = entry.Key.IsSensitive ? null : entry.Value,
        Source = (sbyte)entry.Source,
    };

    // Nobody knows whether it is a secret, so that it is treated as one.
    private static Entry Undeclared(string name, ConfigSource source, bool isReadOnly) =>
        new() { Name = name, Value = null, ReadOnly = isReadOnly, ConfigSource = (sbyte)source, IsSensitive = true };

    private bool IsUndeclared(string name) => IsWanted(name) && BrokerConfigs.Find(name) is null;

    private bool IsWanted(string name) => names is null or { Count: 0 } || names.Contains(name);

    private static List<Entry> Sorted(IEnumerable<Entry> entries) =>
        [.. entries.OrderBy(entry => entry.Name, StringComparer.Ordinal)];
}
