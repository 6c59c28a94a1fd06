using Platform.Protocol;

namespace Platform.Storage;

/// <summary>What a read found.</summary>
/// <remarks>Records in a file hold it open: whoever takes the result disposes <see cref="FileRecordsSlice"/> after
/// sending or dropping it.</remarks>
public readonly record struct FetchDataInfo
{
    /// <summary><see cref="ErrorCode.OffsetOutOfRange"/> when the log does not hold the offset.</summary>
    public ErrorCode Error { get; init; }
    /// <summary>Whole batches, of which the first may begin before the offset asked for, and the last may be
    /// cut.</summary>
    public RecordsData Records { get; init; }
    /// <summary>The offset asked for.</summary>
    public long FetchOffset { get; init; }
    /// <summary>The first batch is larger than what was asked for, so nothing is here.</summary>
    public bool FirstEntryIncomplete { get; init; }
    /// <summary>First offset of the log.</summary>
    public long LogStartOffset { get; init; }
    /// <summary>High watermark at the time of reading.</summary>
    public long HighWatermark { get; init; }
    /// <summary>Last stable offset at the time of reading.</summary>
    public long LastStableOffset { get; init; }
    /// <summary>Aborted transactions that may have records among these, for readers of committed records; null for
    /// others.</summary>
    public IReadOnlyList<AbortedTransaction>? AbortedTransactions { get; init; }
    /// <summary>End of the log at the time of reading.</summary>
    public long LogEndOffset { get; init; }

    /// <summary>Lets go of the file that the records lie in.</summary>
    public void Release() => (Records.Slice as FileRecordsSlice)?.Dispose();
}
