using Platform.Protocol.Records;

namespace Platform.Storage;

/// <content>What happens to the two logs of a partition that moves to another log directory of the node (KIP-113): the current
/// one, and the future one that becomes current once it holds the same.</content>
public sealed partial class UnifiedLog
{
    /// <summary>True for a copy that is on its way from another log directory.</summary>
    public bool IsFuture => DirectoryPath.EndsWith(LogFileNames.FutureDirectory, StringComparison.Ordinal);

    /// <summary>Ends a pass of compaction that is under way. What is copied from here on must not lack a tombstone whose
    /// record was copied before.</summary>
    internal void EndCleaning()
    {
        lock (_lock)
            Volatile.Write(ref _truncations, _truncations + 1);
    }

    /// <summary>Renames the directory of a log that goes on there.</summary>
    internal void MoveTo(string path)
    {
        lock (_structureLock)
        {
            lock (_lock)
            {
                MoveDirectory(path);
                Volatile.Write(ref _isLeaving, false);
            }
        }
    }

    /// <summary>Takes over from the log that this one is a full copy of what files do not hold, or not exactly: producers
    /// whose batches retention has deleted, appends that wait, the high watermark. The caller lets nobody append to
    /// either.</summary>
    internal void TakeOver(UnifiedLog previous)
    {
        var epochs = previous._leaderEpochs.Entries;
        lock (_lock)
        {
            foreach (var (epoch, startOffset) in epochs)
            {
                if (epoch > _leaderEpochs.LatestEpoch)
                    _leaderEpochs.Assign(epoch, startOffset);
            }
            lock (previous._lock)
            {
                _producers.TakeOver(previous._producers);
                _refused = previous._refused;
                previous._refused = new RefusedBatches();
            }
            if (previous.CleanedOffset is { } cleaned)
                Volatile.Write(ref _cleanedOffset, Math.Clamp(cleaned, _logStartOffset, _segments.Active.BaseOffset));
            PublishFirstUnstable();
        }
        UpdateHighWatermark(previous.HighWatermark);
        MaybeIncrementLogStartOffset(previous.LogStartOffset);
    }

    // The leader's log may begin within a batch, where DeleteRecords has put its start: a copy that is empty begins where
    // the batch does, and takes over the start afterwards.
    private void BeginWithBatch(ReadOnlySpan<byte> records)
    {
        if (records.Length < RecordBatchHeader.Size || LogEndOffset != LogStartOffset)
            return;
        var first = RecordBatchHeader.Read(records);
        if (HeaderScanner.IsPlausible(first) && first.BaseOffset < LogEndOffset && first.LastOffset >= LogEndOffset)
            TruncateFullyAndStartAt(first.BaseOffset);
    }
}
