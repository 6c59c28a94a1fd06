namespace Platform.Cluster.Raft;

/// <summary>Who leads the quorum in which epoch.</summary>
/// <param name="LeaderId">Node that leads, or null when none is known.</param>
/// <param name="Epoch">The epoch; it only ever grows.</param>
public readonly record struct LeaderAndEpoch(int? LeaderId, int Epoch);
