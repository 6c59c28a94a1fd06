namespace Platform.Storage;

/// <summary>What is known of one copy of a segment in remote storage (KIP-405). Immutable.</summary>
public sealed record RemoteLogSegmentMetadata
{
    /// <summary>Which copy this is.</summary>
    public required RemoteLogSegmentId RemoteLogSegmentId { get; init; }

    /// <summary>First offset of the segment.</summary>
    public required long StartOffset { get; init; }

    /// <summary>Last offset of the segment, inclusive.</summary>
    public required long EndOffset { get; init; }

    /// <summary>The largest timestamp of its records, in ms since 1970.</summary>
    public required long MaxTimestampMs { get; init; }

    /// <summary>The broker that made this state of it.</summary>
    public required int BrokerId { get; init; }

    /// <summary>When this state was made, in ms since 1970.</summary>
    public required long EventTimestampMs { get; init; }

    /// <summary>Bytes of its records.</summary>
    public required int SegmentSizeInBytes { get; init; }

    /// <summary>What the remote storage wants to be told again when it is asked for this copy; null for
    /// nothing.</summary>
    public ReadOnlyMemory<byte>? CustomMetadata { get; init; }

    /// <summary>Where it is in its life.</summary>
    public required RemoteLogSegmentState State { get; init; }

    /// <summary>Leader epochs that have records in the segment, ascending, each with its first offset
    /// here.</summary>
    public required IReadOnlyList<(int Epoch, long StartOffset)> SegmentLeaderEpochs { get; init; }

    /// <summary>The segment holds no aborted transaction, so that nobody need ask for its transaction index
    /// (KIP-405, record field TxnIndexEmpty).</summary>
    public bool TxnIndexEmpty { get; init; }
}
