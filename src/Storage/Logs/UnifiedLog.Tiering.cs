using System.Globalization;
using System.Text;
using Platform.Protocol;

namespace Platform.Storage;

/// <content>A log whose older part lies in remote storage (KIP-405). <see cref="LogStartOffset"/> is where the whole log
/// begins, <see cref="LocalLogStartOffset"/> where its segments on this disk begin:
/// <c>LogStartOffset &lt;= LocalLogStartOffset</c>, and what lies between is in remote storage.</content>
public sealed partial class UnifiedLog
{
    private readonly Action? _keepLogStart;
    private long _highestRemote = RemoteCoverage.Nothing;

    /// <summary>First offset on local disk that readers may see.</summary>
    public long LocalLogStartOffset => Math.Max(LogStartOffset, FirstSegmentOffset);

    /// <summary>Last offset up to which the log is in remote storage without a hole; -1 for none, or while that is not
    /// known yet. Local segments are given up by it.</summary>
    public long HighestOffsetInRemoteStorage => Volatile.Read(ref _highestRemote);

    /// <summary>Epochs of the log, to tell its own copies in remote storage from others.</summary>
    public LeaderEpochLineage Lineage => new(LeaderEpochs, LogEndOffset);

    /// <summary>The segments on local disk, oldest first.</summary>
    public IReadOnlyList<LocalSegment> LocalSegments
    {
        get
        {
            var segments = _segments.All;
            var summaries = Summarize(segments);
            return Array.ConvertAll(summaries, s => new LocalSegment(
                s.BaseOffset, s.EndOffset, s.SizeInBytes, s.LargestTimestamp, s.BaseOffset == segments[^1].BaseOffset));
        }
    }

    // A tiered log has it in remote storage. For others this is a race with retention: it is gone.
    private ErrorCode BelowLocalStart =>
        Config.RemoteStorageEnable ? ErrorCode.OffsetMovedToTieredStorage : ErrorCode.OffsetOutOfRange;

    /// <summary>Says up to where the log is in remote storage, as <see cref="RemoteCoverage"/> found it.</summary>
    public void SetHighestOffsetInRemoteStorage(long offset)
    {
        lock (_lock)
            Volatile.Write(ref _highestRemote, Math.Min(offset, _end.Offset - 1));
    }

    /// <summary>Transactions that were aborted by a marker in a local segment from an offset on, for readers who come
    /// from remote storage.</summary>
    /// <param name="segmentOffset">Local segments before the one with this offset are left out.</param>
    /// <param name="fetchOffset">First offset of the records in question.</param>
    /// <param name="upperBound">Offset behind the last of them.</param>
    public IReadOnlyList<AbortedTransaction> LocalAbortedTransactions(
        long segmentOffset, long fetchOffset, long upperBound)
    {
        var segments = _segments.All;
        return AbortedTransactions(
            segments, Math.Max(LogSegments.Floor(segments, segmentOffset), 0), fetchOffset, upperBound);
    }

    /// <summary>A closed segment with all that is copied of it; null when it is not there any more, or not
    /// closed.</summary>
    /// <exception cref="KafkaStorageException">The log directory failed, now or before.</exception>
    public TierableSegment? OpenForCopy(long baseOffset)
    {
        lock (_structureLock)
        {
            var segments = _segments.All;
            var index = Array.FindIndex(segments, segment => segment.BaseOffset == baseOffset);
            if (index < 0 || index == segments.Length - 1 || IsGone)
                return null;
            var next = segments[index + 1].BaseOffset;
            TierableSegment? opened = null;
            Guarded("preparing a segment for remote storage", () => opened = Tierable(segments[index], next));
            return opened;
        }
    }

    /// <summary>Drops everything local; the log goes on at an offset, and begins before it in remote storage
    /// (KIP-405).</summary>
    /// <param name="localStart">First offset that will be local.</param>
    /// <param name="logStart">First offset of the whole log.</param>
    /// <param name="leaderEpochs">Epochs up to there, as text of a leader-epoch-checkpoint.</param>
    /// <param name="producerSnapshot">Producers at that offset, as a snapshot file; empty for none.</param>
    /// <exception cref="CorruptLogException">Epochs or producers cannot be read; nothing was changed.</exception>
    public void RebuildFromRemote(
        long localStart, long logStart, ReadOnlyMemory<byte> leaderEpochs, ReadOnlyMemory<byte> producerSnapshot)
    {
        var epochs = LeaderEpochCache.Parse("leader epochs of remote storage", Encoding.UTF8.GetString(leaderEpochs.Span));
        if (producerSnapshot.Length > 0)
            ProducerSnapshot.Decode("producers of remote storage", producerSnapshot.Span);
        TruncateFullyAndStartAt(localStart);
        lock (_lock)
        {
            foreach (var (epoch, startOffset) in epochs)
                _leaderEpochs.Assign(epoch, startOffset);
            _leaderEpochs.TruncateFromEnd(localStart);
            Volatile.Write(ref _logStartOffset, logStart);
            _leaderEpochs.TruncateFromStart(logStart);
            Guarded("taking producers from remote storage", () => LoadProducers(localStart, producerSnapshot));
            PublishFirstUnstable();
        }
        _keepLogStart?.Invoke();
    }

    private void LoadProducers(long offset, ReadOnlyMemory<byte> snapshot)
    {
        if (snapshot.Length > 0)
            AtomicFile.Write(_files, LogFileNames.For(DirectoryPath, offset, LogFileNames.Snapshot), snapshot.Span);
        _leaderEpochs.Write(flush: true);
        _producers.Reload(offset, offset);
    }

    private TierableSegment Tierable(LogSegment segment, long next)
    {
        var hasAborted = segment.AbortedTransactions.Count > 0;
        return new TierableSegment
        {
            StartOffset = segment.BaseOffset,
            EndOffset = next - 1,
            MaxTimestampMs = segment.LargestTimestamp,
            SizeInBytes = segment.Size,
            LeaderEpochs = EpochsOf(segment.BaseOffset, next),
            Data = new LogSegmentData
            {
                LogSegment = PathOf(segment.BaseOffset, LogFileNames.Log),
                OffsetIndex = IndexFile(segment.BaseOffset, LogFileNames.OffsetIndex),
                TimeIndex = IndexFile(segment.BaseOffset, LogFileNames.TimeIndex),
                TransactionIndex = hasAborted ? PathOf(segment.BaseOffset, LogFileNames.TransactionIndex) : null,
                ProducerSnapshotIndex = SnapshotAt(next),
                LeaderEpochIndex = Encoding.UTF8.GetBytes(CheckpointText.Format(
                    _leaderEpochs.Entries.Where(entry => entry.StartOffset < next).ToList(), static (line, entry) =>
                        line.Append(CultureInfo.InvariantCulture, $"{entry.Epoch} {entry.StartOffset}"))),
            },
        };
    }

    private string PathOf(long baseOffset, string kind) => LogFileNames.For(DirectoryPath, baseOffset, kind);

    // A small segment may have no index entry, and then no file.
    private string IndexFile(long baseOffset, string kind)
    {
        var path = PathOf(baseOffset, kind);
        if (!_files.FileExists(path))
            _files.OpenFile(path, FileOpening.ExistingOrNew).Dispose();
        return path;
    }

    // Each segment begins with a snapshot of what came before. One that a crash took is made again.
    private string SnapshotAt(long offset)
    {
        var path = PathOf(offset, LogFileNames.Snapshot);
        if (ProducerStateManager.IsReadable(_files, path))
            return path;
        var producers = new ProducerStateManager(_files, DirectoryPath, TopicPartition);
        var segments = Array.FindAll(_segments.All, segment => segment.BaseOffset < offset);
        ProducerReplay.RunUpTo(producers, segments, offset);
        producers.WriteSnapshot(offset);
        return path;
    }

    private List<(int Epoch, long StartOffset)> EpochsOf(long start, long end)
    {
        var epochs = new List<(int Epoch, long StartOffset)>();
        foreach (var entry in _leaderEpochs.Entries)
        {
            if (entry.StartOffset >= end)
                break;
            if (entry.StartOffset <= start)
                epochs.Clear();
            epochs.Add((entry.Epoch, Math.Max(entry.StartOffset, start)));
        }
        return epochs;
    }

    private LogSegment[] TakeTieredSegments(long nowMs)
    {
        if (CountTieredDeletable(nowMs) == 0)
            return [];
        // On disk before a segment goes: a start after a crash must not take the log to begin with what is left.
        _keepLogStart?.Invoke();
        lock (_lock)
        {
            var count = CountTieredDeletable(nowMs);
            if (count == 0)
                return [];
            var deleted = _segments.Remove(..count);
            Guarded("deleting snapshots", () => _producers.DeleteSnapshotsBefore(_segments.First.BaseOffset));
            return deleted;
        }
    }

    private int CountTieredDeletable(long nowMs)
    {
        lock (_lock)
        {
            ThrowIfUnusable();
            var summaries = Summarize(_segments.All);
            if (LocalRetentionPolicy.IsActiveExpired(summaries, Config, _highWatermark.Offset, nowMs))
                TryRoll(nowMs);
            return LocalRetentionPolicy.CountDeletable(
                summaries, Config, _logStartOffset, _highestRemote, _highWatermark.Offset, nowMs);
        }
    }

    // The log is no tiered one: what is not here is not there.
    private void BeginAtLocalStart()
    {
        lock (_lock)
        {
            if (Config.RemoteStorageEnable)
                return;
            RaiseLogStart(_segments.First.BaseOffset);
            _highestRemote = RemoteCoverage.Nothing;
        }
    }

    // A follower that is cut before its first segment has nothing left, and goes on where it was cut. What is before that
    // is still in remote storage, and the epochs say whose it is.
    private LogSegment[] StartOverAfterCut(long offset)
    {
        if (!Config.RemoteStorageEnable || offset <= _logStartOffset)
            return StartOver(offset);
        var (logStart, epochs) = (_logStartOffset, _leaderEpochs.Entries);
        var removed = StartOver(offset);
        foreach (var entry in epochs.Where(entry => entry.StartOffset < offset))
            _leaderEpochs.Assign(entry.Epoch, entry.StartOffset);
        Volatile.Write(ref _logStartOffset, logStart);
        return removed;
    }
}
