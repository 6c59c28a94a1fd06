namespace Platform.Cluster.Metadata;

/// <summary>Whether the leader of a partition was elected out of the in-sync replicas.</summary>
public enum LeaderRecoveryState : sbyte
{
    /// <summary>An ordinary leader.</summary>
    Recovered = 0,
    /// <summary>Elected uncleanly; it must recover its log before it serves.</summary>
    Recovering = 1,
}
