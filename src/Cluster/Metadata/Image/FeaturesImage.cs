using System.Collections.Immutable;
using Platform.Protocol.Messages;

namespace Platform.Cluster.Metadata;

/// <summary>Finalised levels of features (KIP-584).</summary>
/// <param name="Levels">Level by name, metadata.version included; a feature at level 0 is absent.</param>
public sealed record FeaturesImage(ImmutableSortedDictionary<string, short> Levels)
{
    /// <summary>No features.</summary>
    public static readonly FeaturesImage Empty = new(ImmutableSortedDictionary.Create<string,
        short>(StringComparer.Ordinal));

    /// <summary>Level of metadata.version; 0 before the first record.</summary>
    public short MetadataVersion => LevelOf(Metadata.MetadataVersion.FeatureName);

    /// <summary>Level of a feature; 0 when it is off.</summary>
    public short LevelOf(string feature) => Levels.GetValueOrDefault(feature);

    // metadata.version comes first: it says how everything after it is to be read.
    internal IEnumerable<IMetadataRecord> ToRecords() => Levels
        .OrderBy(level => level.Key == Metadata.MetadataVersion.FeatureName ? 0 : 1)
        .Select(level => new FeatureLevelRecord { Name = level.Key, FeatureLevel = level.Value });
}
