namespace Platform.Cluster.Raft;

/// <summary>An end of the log: the offset after the last record, and the epoch of that record.</summary>
/// <param name="Offset">Offset after the last record.</param>
/// <param name="Epoch">Epoch of the leader that appended the last record; 0 for an empty log.</param>
public readonly record struct OffsetAndEpoch(long Offset, int Epoch)
{
    /// <summary>Raft's rule for votes: the later epoch wins, within an epoch the longer log.</summary>
    public bool IsAtLeastAsUpToDateAs(OffsetAndEpoch other) =>
        Epoch > other.Epoch || (Epoch == other.Epoch && Offset >= other.Offset);
}
