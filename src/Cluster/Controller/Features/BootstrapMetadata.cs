using System.Globalization;
using Platform.Cluster.Configuration;
using Platform.Cluster.Metadata;
using Platform.Cluster.Transactions;
using Platform.Protocol.Messages;

namespace Platform.Cluster.Controller;

/// <summary>The first records of a new cluster.</summary>
public static class BootstrapMetadata
{
    /// <summary>Levels of features, metadata.version first, as every reader of the log expects, and what eligible leaders
    /// ask for: min.insync.replicas stored for the cluster (KIP-966).</summary>
    /// <param name="minInSyncReplicas">min.insync.replicas of the controller's own settings.</param>
    public static IReadOnlyList<IMetadataRecord> Records(int minInSyncReplicas = 1) =>
    [
        Level(MetadataVersion.FeatureName, MetadataVersion.Latest),
        Level(EligibleLeaderReplicasVersion.FeatureName, EligibleLeaderReplicasVersion.Latest),
        Level(TransactionVersion.FeatureName, TransactionVersion.Latest),
        new ConfigRecord
        {
            ResourceType = (sbyte)ConfigResourceType.Broker,
            ResourceName = ConfigResource.ClusterDefault.Name,
            Name = BrokerConfigs.MinInSyncReplicas.Name,
            Value = minInSyncReplicas.ToString(CultureInfo.InvariantCulture),
        },
    ];

    private static FeatureLevelRecord Level(string name, short level) => new() { Name = name, FeatureLevel = level };
}
