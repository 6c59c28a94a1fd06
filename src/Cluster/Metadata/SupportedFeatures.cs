using System.Collections.Immutable;
using Platform.Cluster.Raft;
using Platform.Cluster.Transactions;

namespace Platform.Cluster.Metadata;

/// <summary>Features that this node can work with (KIP-584).</summary>
public static class SupportedFeatures
{
    /// <summary>Range of levels by name; a least level of 0 means that the feature may be off.</summary>
    public static readonly ImmutableSortedDictionary<string, FeatureRange> All = ImmutableSortedDictionary
        .Create<string, FeatureRange>(StringComparer.Ordinal)
        .Add(MetadataVersion.FeatureName, new FeatureRange(MetadataVersion.Minimum, MetadataVersion.Latest))
        .Add(EligibleLeaderReplicasVersion.FeatureName, new FeatureRange(0, EligibleLeaderReplicasVersion.Latest))
        .Add(KRaftVersion.FeatureName, new FeatureRange(0, KRaftVersion.Latest))
        .Add(TransactionVersion.FeatureName, new FeatureRange(0, TransactionVersion.Latest));
}
