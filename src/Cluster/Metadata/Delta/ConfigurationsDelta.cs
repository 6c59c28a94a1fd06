using System.Collections.Immutable;
using Platform.Protocol.Messages;

namespace Platform.Cluster.Metadata;

/// <summary>Changes of stored settings.</summary>
public sealed class ConfigurationsDelta
{
    private readonly ConfigurationsImage _image;
    private readonly SortedDictionary<ConfigResource, ImmutableSortedDictionary<string, string>> _changes = [];

    internal ConfigurationsDelta(ConfigurationsImage image) => _image = image;

    /// <summary>All settings of what has other ones than before.</summary>
    public IReadOnlyDictionary<ConfigResource, ImmutableSortedDictionary<string, string>> Changes => _changes;

    /// <summary>True when something changed.</summary>
    public bool HasChanges => _changes.Count > 0;

    internal void Replay(ConfigRecord record)
    {
        var resource = new ConfigResource((ConfigResourceType)record.ResourceType, record.ResourceName);
        var settings = _changes.TryGetValue(resource, out var changed) ? changed : _image.Of(resource);
        _changes[resource] = record.Value is null ? settings.Remove(record.Name)
            : settings.SetItem(record.Name, record.Value);
    }

    // The settings of a topic go with it, without records of their own.
    internal void RemoveTopic(string name)
    {
        var resource = ConfigResource.Topic(name);
        if (_image.Resources.ContainsKey(resource) || _changes.ContainsKey(resource))
            _changes[resource] = Configuration.ConfigOverrides.Empty;
    }

    internal ConfigurationsImage Apply()
    {
        if (!HasChanges)
            return _image;
        var resources = _image.Resources.ToBuilder();
        foreach (var (resource, settings) in _changes)
        {
            if (settings.IsEmpty)
                resources.Remove(resource);
            else
                resources[resource] = settings;
        }
        return new ConfigurationsImage(resources.ToImmutable());
    }
}
