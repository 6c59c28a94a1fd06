namespace Platform.Cluster.Metadata;

/// <summary>Levels of the feature <c>eligible.leader.replicas.version</c> (KIP-966).</summary>
public static class EligibleLeaderReplicasVersion
{
    /// <summary>Name of the feature.</summary>
    public const string FeatureName = "eligible.leader.replicas.version";

    /// <summary>Partitions remember who outside of the ISR holds every committed record.</summary>
    public const short Latest = 1;
}
