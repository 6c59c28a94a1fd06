namespace Platform.Protocol.Records;

/// <summary>What a control record says, as in its key.</summary>
public enum ControlRecordType
{
    /// <summary>The producer's transaction was aborted.</summary>
    Abort = 0,
    /// <summary>The producer's transaction was committed.</summary>
    Commit = 1,
    /// <summary>A raft leader begins its epoch (KIP-595).</summary>
    LeaderChange = 2,
    /// <summary>First record of a raft snapshot (KIP-630).</summary>
    SnapshotHeader = 3,
    /// <summary>Last record of a raft snapshot (KIP-630).</summary>
    SnapshotFooter = 4,
    /// <summary>Version of the raft protocol (KIP-853).</summary>
    KRaftVersion = 5,
    /// <summary>The set of voters (KIP-853).</summary>
    KRaftVoters = 6,
}
