using Platform.Cluster.Metadata;
using Platform.Cluster.Transactions;
using Platform.Protocol.Messages;

namespace Platform.Cluster.Controller;

/// <summary>The first records of a new cluster.</summary>
public static class BootstrapMetadata
{
    /// <summary>Levels of features, metadata.version first, as every reader of the log expects.</summary>
    /// <param name="features">Levels of other features, if any.</param>
    public static IReadOnlyList<IMetadataRecord> Records(IEnumerable<KeyValuePair<string, short>>? features = null) =>
    [
        new FeatureLevelRecord { Name = MetadataVersion.FeatureName, FeatureLevel = MetadataVersion.Latest },
        new FeatureLevelRecord { Name = TransactionVersion.FeatureName, FeatureLevel = TransactionVersion.Latest },
        .. (features ?? []).OrderBy(feature => feature.Key, StringComparer.Ordinal)
            .Select(feature => new FeatureLevelRecord { Name = feature.Key, FeatureLevel = feature.Value }),
    ];
}
