using Platform.Protocol.Records;

namespace Platform.Storage;

/// <content>What compaction needs of a log, and does to it. Files of segments are renamed and deleted under the lock of
/// the log's structure, which is taken before the log's own.</content>
public sealed partial class UnifiedLog
{
    private const long NoOffset = -1;
    private readonly Lock _structureLock = new();
    private readonly Action<UnifiedLog>? _gapsExpected;
    private int _truncations;
    private long _cleanedOffset = NoOffset;
    private bool _isLeaving;

    /// <summary>Offset up to which the log was compacted; null when it never was. A log with such an offset may have
    /// gaps.</summary>
    public long? CleanedOffset => Volatile.Read(ref _cleanedOffset) is var offset and >= 0 ? offset : null;

    internal LogSegment[] Segments => _segments.All;

    /// <summary>Offsets may be missing, because the log is or was compacted.</summary>
    internal bool MayHaveGaps => Config.IsCompacted || Volatile.Read(ref _cleanedOffset) != NoOffset;

    /// <summary>True when its files are no longer where they were: the log is closed, or its directory was
    /// renamed.</summary>
    internal bool IsGone => IsClosed || Volatile.Read(ref _isLeaving);

    /// <summary>What a pass of compaction works on.</summary>
    internal CleaningView BeginCleaning()
    {
        lock (_lock)
        {
            ThrowIfUnusable();
            return new CleaningView(_segments.All, _truncations);
        }
    }

    /// <summary>True when the log is no longer what a pass of compaction began with.</summary>
    internal bool IsOutdated(CleaningView view) => IsGone || Volatile.Read(ref _truncations) != view.Truncations;

    /// <summary>True for the batch that a producer, as far as it is remembered, continues from: the last one with data,
    /// or the marker that says its epoch.</summary>
    internal bool IsLastOfProducer(RecordBatchHeader batch)
    {
        lock (_lock)
        {
            if (_producers.Find(batch.ProducerId) is not { } producer)
                return false;
            return producer.IsEmpty
                ? batch.IsControl && batch.ProducerEpoch == producer.Epoch
                : batch.LastOffset == producer.LastOffset;
        }
    }

    /// <summary>The segment that compaction writes in place of others.</summary>
    internal LogSegment CreateCleanedSegment(LogSegment[] replaced) => LogSegment.CreateCleaned(
        _files, DirectoryPath, replaced[0].BaseOffset, Config.MaxIndexBytes, replaced[^1].CreatedMs);

    /// <summary>
    /// Puts a cleaned segment in the place of others, so that a crash leaves either those or this one. 1. Its files are
    /// complete on disk under the suffix .swap. 2. From here on it counts: readers get it, and a start would put it in
    /// place. 3. The old files are marked as deleted. 4. Its files get their names.
    /// </summary>
    /// <returns>False when the log changed meanwhile, and nothing was done.</returns>
    internal bool Replace(CleaningView view, LogSegment[] replaced, LogSegment cleaned)
    {
        cleaned.FinishCleaned();
        lock (_structureLock)
        {
            if (!CanReplace(view, replaced))
                return false;
            ExpectGaps();
            Guarded("compacting", () => MakeSwap(cleaned));
            lock (_lock)
                _segments.Replace(replaced, cleaned);
            Guarded("compacting", () => PutInPlace(cleaned, replaced));
        }
        ReleaseAll(replaced);
        return true;
    }

    /// <summary>Notes up to where the log is compacted.</summary>
    internal void SetCleaned(CleaningView view, long offset)
    {
        lock (_lock)
        {
            if (!IsOutdated(view))
                Volatile.Write(ref _cleanedOffset, offset);
        }
    }

    private bool CanReplace(CleaningView view, LogSegment[] replaced)
    {
        lock (_lock)
        {
            // Retention may have deleted some of them.
            return !IsOutdated(view) && Array.TrueForAll(replaced, _segments.All.Contains);
        }
    }

    private void MakeSwap(LogSegment cleaned)
    {
        cleaned.Rename(LogFileNames.Swap);
        _files.SyncDirectory(DirectoryPath);
    }

    private void PutInPlace(LogSegment cleaned, LogSegment[] replaced)
    {
        MarkDeleted(replaced, replaced[^1].CreatedMs);
        _producers.DeleteSnapshotsOf(replaced.Skip(1).Select(static segment => segment.BaseOffset));
        _files.SyncDirectory(DirectoryPath);
        cleaned.Rename("");
        _files.SyncDirectory(DirectoryPath);
        if (Array.Exists(replaced, static segment => segment.AbortedTransactions.Count > 0))
            TransactionIndexChecksums.Write(_files, DirectoryPath, _segments.All);
    }

    // A start must know that offsets may be missing before the first is: it would cut the log there.
    private void ExpectGaps()
    {
        if (CleanedOffset is not null)
            return;
        Volatile.Write(ref _cleanedOffset, LogStartOffset);
        _gapsExpected?.Invoke(this);
    }

    // Called under the lock: a pass of compaction must not bring back what was cut.
    private void OnTruncated()
    {
        Volatile.Write(ref _truncations, _truncations + 1);
        if (CleanedOffset > _segments.Active.BaseOffset)
            Volatile.Write(ref _cleanedOffset, _segments.Active.BaseOffset);
    }
}
