namespace Platform.Cluster.Replication;

/// <summary>
/// A node that starts may take its first roles from metadata that is older than its logs: it was told how far the metadata
/// is committed by a controller that had lost touch with the others. In such an epoch it neither leads nor follows. To lead
/// would fork the partition; to follow would cut committed records down to a leader of long ago.
/// </summary>
public static class MetadataOfThePast
{
    /// <summary>Is this epoch over, as the log itself proves?</summary>
    /// <param name="leaderEpoch">Epoch that the metadata speaks of.</param>
    /// <param name="latestEpoch">Newest epoch in the log; -1 when there is none.</param>
    public static bool Is(int leaderEpoch, int latestEpoch) => leaderEpoch < latestEpoch;
}
