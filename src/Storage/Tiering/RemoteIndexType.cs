namespace Platform.Storage;

/// <summary>What is kept in remote storage beside the records of a segment (KIP-405).</summary>
public enum RemoteIndexType
{
    /// <summary>Offset to position: <c>.index</c>.</summary>
    Offset,
    /// <summary>Timestamp to offset: <c>.timeindex</c>.</summary>
    Timestamp,
    /// <summary>Producers at the end of the segment: <c>.snapshot</c>.</summary>
    ProducerSnapshot,
    /// <summary>Aborted transactions: <c>.txnindex</c>; missing when the segment has none.</summary>
    Transaction,
    /// <summary>Leader epochs from the beginning of the log to the end of the segment, as the text of a
    /// leader-epoch-checkpoint file.</summary>
    LeaderEpoch,
}
