namespace Platform.Storage;

/// <summary>The files of a segment that are copied to remote storage. They are complete: nobody writes them any more,
/// and they stay where they are until the copy is done.</summary>
public sealed record LogSegmentData
{
    /// <summary>Records: path of the <c>.log</c> file.</summary>
    public required string LogSegment { get; init; }

    /// <summary>Path of the <c>.index</c> file.</summary>
    public required string OffsetIndex { get; init; }

    /// <summary>Path of the <c>.timeindex</c> file.</summary>
    public required string TimeIndex { get; init; }

    /// <summary>Path of the <c>.txnindex</c> file; null when the segment has no aborted transaction.</summary>
    public string? TransactionIndex { get; init; }

    /// <summary>Path of the <c>.snapshot</c> file at the end of the segment.</summary>
    public required string ProducerSnapshotIndex { get; init; }

    /// <summary>Leader epochs up to the end of the segment, as the text of a leader-epoch-checkpoint file.</summary>
    public required ReadOnlyMemory<byte> LeaderEpochIndex { get; init; }
}
