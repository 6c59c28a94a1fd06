using System.Collections.Immutable;

namespace Platform.Cluster.Configuration;

/// <summary>The settings of one topic: its own, then those of the broker, then the defaults.
/// Immutable; reading is a lookup.</summary>
public sealed class TopicConfig : ConfigValues
{
    private readonly BrokerConfig _broker;

    /// <summary>Settings of a topic with these overrides on this broker.</summary>
    public TopicConfig(ImmutableSortedDictionary<string, string> overrides, BrokerConfig broker)
        : base(ConfigScope.Topic)
    {
        (Overrides, _broker) = (overrides, broker);
        Values = TopicConfigs.All.Select(Resolve).ToArray();
    }

    /// <summary>What was set for the topic itself.</summary>
    public ImmutableSortedDictionary<string, string> Overrides { get; }

    /// <summary>Everywhere that <paramref name="key"/> is set, the entry that counts first, the default last.</summary>
    public IEnumerable<ConfigEntry> EntriesFor(ConfigKey key)
    {
        if (Overrides.TryGetValue(key.Name, out var own))
            yield return new ConfigEntry(key, own, ConfigSource.DynamicTopic);
        foreach (var entry in _broker.EntriesFor(key.Synonyms))
            yield return entry;
        if (key.Synonyms.Count == 0)
            yield return new ConfigEntry(key, key.DefaultText, ConfigSource.Default);
    }

    /// <summary>The entry that counts, its text in the unit of <paramref name="key"/>.</summary>
    public ConfigEntry EffectiveEntry(ConfigKey key)
    {
        var first = EntriesFor(key).First();
        var synonym = key.Synonyms.FirstOrDefault(synonym => synonym.Key == first.Key);
        var text = synonym is null || first.Value is null ? first.Value : synonym.Convert(first.Value);
        return new ConfigEntry(key, text ?? key.DefaultText, first.Source);
    }

    private object? Resolve(ConfigKey key) =>
        Overrides.TryGetValue(key.Name, out var own) && key.TryParseBoxed(own, out var value)
            ? value : _broker.Resolve(key, key.Synonyms);
}
