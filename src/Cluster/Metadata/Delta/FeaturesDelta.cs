using Platform.Protocol.Messages;

namespace Platform.Cluster.Metadata;

/// <summary>Changes of features.</summary>
public sealed class FeaturesDelta
{
    private readonly FeaturesImage _image;
    private readonly SortedDictionary<string, short> _changes = new(StringComparer.Ordinal);

    internal FeaturesDelta(FeaturesImage image) => _image = image;

    /// <summary>New levels by name; 0 turns a feature off.</summary>
    public IReadOnlyDictionary<string, short> Changes => _changes;

    /// <summary>True when a level was set.</summary>
    public bool HasChanges => _changes.Count > 0;

    internal void Replay(FeatureLevelRecord record) => _changes[record.Name] = record.FeatureLevel;

    internal FeaturesImage Apply()
    {
        if (!HasChanges)
            return _image;
        var levels = _image.Levels.SetItems(_changes);
        return new FeaturesImage(levels.RemoveRange(_changes.Where(change => change.Value == 0).Select(change =>
            change.Key)));
    }
}
