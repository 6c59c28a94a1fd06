namespace Platform.Cluster.Raft;

/// <summary>A set of voters, and where the log says so. It counts from its append on, committed or not (KIP-853).</summary>
/// <param name="Offset">Offset of the record.</param>
/// <param name="Voters">The voters.</param>
public readonly record struct VotersAt(long Offset, VoterSet Voters);
