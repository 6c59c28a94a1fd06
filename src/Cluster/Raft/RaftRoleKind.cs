namespace Platform.Cluster.Raft;

/// <summary>What a node is in the quorum at the moment.</summary>
public enum RaftRoleKind
{
    /// <summary>Knows no leader; a voter waits for one, an observer looks for one.</summary>
    Unattached,
    /// <summary>Fetches from the leader.</summary>
    Follower,
    /// <summary>Asks whether it would win an election, without raising the epoch (KIP-996).</summary>
    Prospective,
    /// <summary>Stands for election in a new epoch.</summary>
    Candidate,
    /// <summary>Leads its epoch.</summary>
    Leader,
    /// <summary>Led its epoch, and gave up.</summary>
    Resigned,
}
