using Platform.Protocol;

namespace Platform.Storage;

/// <summary>What a log is opened with.</summary>
/// <param name="Files">The disk.</param>
/// <param name="LogDirectory">The directory that the partition's directory lies in.</param>
/// <param name="Path">The partition's own directory.</param>
/// <param name="Partition">The partition.</param>
/// <param name="Config">Settings of the log.</param>
/// <param name="RecoveryPoint">Offset up to which everything was flushed.</param>
/// <param name="LogStartOffset">First offset that readers may see, as far as a checkpoint says.</param>
/// <param name="WasCleanShutdown">The log was closed in order, so that nothing needs to be checked.</param>
/// <param name="NowMs">The time, in ms since 1970.</param>
internal sealed record LogLoadContext(
    IFileSystem Files, LogDirectory LogDirectory, string Path, TopicPartition Partition,
    LogConfig Config, long RecoveryPoint, long LogStartOffset, bool WasCleanShutdown, long NowMs)
{
    /// <summary>Offset up to which the log was compacted; null when it never was.</summary>
    internal long? CleanedOffset { get; init; }

    /// <summary>Called before offsets are missing from the log for the first time, to note that on disk.</summary>
    internal Action<UnifiedLog>? GapsExpected { get; init; }

    /// <summary>Called after the recovery point went back, before anything is cut off or appended behind it, to note
    /// that on disk.</summary>
    internal Action? RecoveryPointLowered { get; init; }

    /// <summary>The log may begin before its first segment, in remote storage (KIP-405): its checkpoint counts. Settings
    /// decide, as soon as they are known, whether it really is a tiered one.</summary>
    internal bool MayBeTiered { get; init; }

    /// <summary>Writes the log start offsets of the directory.</summary>
    internal Action? KeepLogStart { get; init; }

    /// <summary>Offsets may be missing, because the log is or was compacted. Settings alone do not tell: they are not
    /// known yet when logs are opened at the start of a broker, and the policy may have been another.</summary>
    internal bool MayHaveGaps => Config.IsCompacted || CleanedOffset is not null;
}

/// <summary>A log as it was found on disk.</summary>
internal sealed record LoadedLog(LogSegments Segments, LeaderEpochCache LeaderEpochs, ProducerStateManager Producers,
    Uuid TopicId, long LogStartOffset, long RecoveryPoint, LogOffsetMetadata End, LogRecoveryReport Recovery);

/// <summary>What opening a log had to repair.</summary>
/// <param name="BatchesChecked">Batches whose checksum was verified.</param>
/// <param name="BytesTruncated">Bytes cut off because no valid batch began there.</param>
/// <param name="SegmentsDropped">Segments behind the damage, removed.</param>
/// <param name="IndexesRebuilt">Segments whose indexes were missing or damaged.</param>
public readonly record struct LogRecoveryReport(
    int BatchesChecked, long BytesTruncated, int SegmentsDropped, int IndexesRebuilt)
{
    /// <summary>Adds the counts of two reports.</summary>
    public static LogRecoveryReport operator +(LogRecoveryReport a, LogRecoveryReport b) => new(
        a.BatchesChecked + b.BatchesChecked, a.BytesTruncated + b.BytesTruncated,
        a.SegmentsDropped + b.SegmentsDropped, a.IndexesRebuilt + b.IndexesRebuilt);
}

/// <summary>
/// Opens the files of a partition: 1. finishes what a crash interrupted (<see cref="LogFileCleanup"/>); 2. takes the
/// segments from the directory listing; 3. after an unclean end checks everything from the recovery point on and cuts
/// the log at the first batch that is not whole; 4. reads leader epochs and producer state.
/// </summary>
internal sealed class LogLoader(LogLoadContext context)
{
    private readonly IFileSystem _files = context.Files;
    private readonly LeaderEpochCache _leaderEpochs = new(context.Files, context.Path);
    private LogRecoveryReport _report;
    private long _recoveryPoint = context.RecoveryPoint;
    private long _abortsIndexed = long.MaxValue;
    private bool _removed;

    internal LoadedLog Load()
    {
        var names = LogFileCleanup.Run(_files, context.Path);
        var topicId = PartitionMetadataFile.Read(_files, context.Path) ?? Uuid.Zero;
        var isClean = TryLoadLeaderEpochs() && context.WasCleanShutdown;
        var segments = OpenSegments(names);
        CheckTransactionIndexes(segments, isClean);
        var nextOffset = isClean ? ReadEnd(segments) : Recover(segments);
        RequireFlushed(segments, nextOffset);
        if (segments.Count == 0 || nextOffset < context.LogStartOffset)
            nextOffset = StartOver(segments, Math.Max(nextOffset, context.LogStartOffset));
        // Before anything is appended: segments that came back after a power cut would continue what is new.
        if (_removed)
            _files.SyncDirectory(context.Path);
        var loaded = Finish(segments, nextOffset, topicId);
        // Each shutdown leaves a snapshot; those between segments are of no use but for the newest.
        if (names.Keys.Count(static name => name.EndsWith(LogFileNames.Snapshot, StringComparison.Ordinal)) > 1)
            loaded.Producers.RemoveStraySnapshots(segments.Select(static segment => segment.BaseOffset).ToHashSet());
        return loaded;
    }

    // What was on disk is there, or the disk has lost it; a log that was closed in order begins before it ends.
    private void RequireFlushed(List<LogSegment> segments, long nextOffset)
    {
        if (nextOffset < context.RecoveryPoint)
            throw Lost(segments, nextOffset, OffsetCheckpoint.RecoveryPointFile,
                $"although everything below {context.RecoveryPoint} was on disk before");
        if (context.WasCleanShutdown && nextOffset < context.LogStartOffset)
            throw Lost(segments, nextOffset, OffsetCheckpoint.LogStartFile,
                $"although it was closed in order and begins at offset {context.LogStartOffset}");
    }

    private CorruptLogException Lost(List<LogSegment> segments, long nextOffset, string checkpoint, string although) =>
        new(segments.Count == 0 ? context.Path : segments[^1].File.Name,
            $"the log ends at offset {nextOffset}, {although}. To get the records from another replica, move " +
            $"{context.Path} away; to go on with what is here, remove the line of {context.Partition} from " +
            $"{Path.Combine(context.LogDirectory.Path, checkpoint)}");

    /// <summary>Makes the directory of a new partition; nothing in it needs to be looked for.</summary>
    internal LoadedLog CreateNew()
    {
        var offset = context.LogStartOffset;
        _files.CreateDirectory(context.Path);
        var segment = LogSegment.Create(_files, context.Path, offset, context.Config.MaxIndexBytes, context.NowMs);
        var producers = new ProducerStateManager(_files, context.Path, context.Partition);
        return new LoadedLog(new LogSegments([segment]), _leaderEpochs, producers, Uuid.Zero, offset, offset,
            new LogOffsetMetadata(offset, offset, 0), default);
    }

    // A damaged file of leader epochs is made again from all batches.
    private bool TryLoadLeaderEpochs()
    {
        try
        {
            _leaderEpochs.Load();
            return true;
        }
        catch (CorruptLogException)
        {
            _leaderEpochs.Clear();
            _recoveryPoint = 0;
            return false;
        }
    }

    private LoadedLog Finish(List<LogSegment> segments, long nextOffset, Uuid topicId)
    {
        var localStart = Math.Max(context.LogStartOffset, segments[0].BaseOffset);
        var logStart = context.MayBeTiered ? context.LogStartOffset : localStart;
        _leaderEpochs.TruncateFromEnd(nextOffset);
        _leaderEpochs.TruncateFromStart(logStart);
        var producers = new ProducerStateManager(_files, context.Path, context.Partition);
        ProducerReplay.Run(producers, segments, localStart, nextOffset, _abortsIndexed);
        var end = new LogOffsetMetadata(nextOffset, segments[^1].BaseOffset, segments[^1].Size);
        foreach (var segment in segments)
        {
            // Indexes that were made anew are kept, also when they hold no entry.
            segment.Seal();
            segment.AbortedTransactions.Flush();
            segment.CloseUntilUsed();
        }
        return new LoadedLog(new LogSegments([.. segments]), _leaderEpochs, producers, topicId, logStart,
            Math.Clamp(_recoveryPoint, localStart, nextOffset), end, _report);
    }

    private List<LogSegment> OpenSegments(Dictionary<string, FileSystemEntry> names)
    {
        var segments = new List<LogSegment>();
        foreach (var entry in names.Values.OrderBy(entry => entry.Name, StringComparer.Ordinal))
        {
            if (!LogFileNames.TryParseOffset(entry.Name, LogFileNames.Log, out var baseOffset))
                continue;
            if (entry.Length > int.MaxValue)
                throw new CorruptLogException(LogFileNames.For(context.Path, baseOffset, LogFileNames.Log),
                    $"{entry.Length} bytes; a segment has at most {int.MaxValue}");
            var digits = entry.Name[..^LogFileNames.Log.Length];
            var hasIndex = names.TryGetValue(digits + LogFileNames.OffsetIndex, out var index);
            var hasTimes = names.TryGetValue(digits + LogFileNames.TimeIndex, out var times);
            names.TryGetValue(digits + LogFileNames.TransactionIndex, out var aborted);
            var found = new SegmentFiles(
                entry.Length, index.Length, times.Length, entry.LastModifiedMs, hasIndex, hasTimes, aborted.Length);
            segments.Add(LogSegment.Open(_files, context.Path, baseOffset, found, context.Config.MaxIndexBytes));
        }
        return segments;
    }

    // Aborted transactions behind the recovery point may not have reached the disk; those of a damaged index are lost.
    // Both are found in the log again when producers are replayed.
    private void CheckTransactionIndexes(List<LogSegment> segments, bool isClean)
    {
        if (!isClean)
            _abortsIndexed = _recoveryPoint;
        var checksums = TransactionIndexChecksums.Read(_files, context.Path);
        foreach (var segment in segments)
        {
            if (segment.AbortedTransactions.IsPlausible() && checksums.Matches(segment, isClean))
                continue;
            segment.AbortedTransactions.Clear();
            _abortsIndexed = Math.Min(_abortsIndexed, segment.BaseOffset);
        }
    }

    // After a clean end only indexes that are missing, or cannot be right, are rebuilt.
    private long ReadEnd(List<LogSegment> segments)
    {
        for (var i = 0; i < segments.Count; i++)
        {
            var isActive = i + 1 == segments.Count;
            if (isActive ? !segments[i].HasPlausibleIndexes : !segments[i].HasIndexes)
                Rebuild(segments[i], segments[i].BaseOffset);
        }
        return segments.Count == 0 ? 0 : segments[^1].ReadNextOffset();
    }

    private long Recover(List<LogSegment> segments)
    {
        for (var i = 0; i < segments.Count; i++)
        {
            var endOfSegment = i + 1 < segments.Count ? segments[i + 1].BaseOffset : long.MaxValue;
            var isFlushed = endOfSegment <= _recoveryPoint;
            if (isFlushed && segments[i].HasPlausibleIndexes)
                continue;
            var isCut = Rebuild(segments[i], isFlushed ? segments[i].BaseOffset : _recoveryPoint);
            // Nothing may follow a hole, and only compaction makes holes that are none.
            if ((isCut || !context.MayHaveGaps) && segments[i].ReadNextOffset() is var next && next != endOfSegment)
            {
                if (i + 1 < segments.Count)
                    RequireFlushed(segments[..(i + 1)], next);
                DropSegmentsBehind(segments, i);
            }
        }
        return segments.Count == 0 ? 0 : segments[^1].ReadNextOffset();
    }

    private bool Rebuild(LogSegment segment, long fromOffset)
    {
        var recovery = SegmentRecovery.Run(segment, fromOffset, context, _leaderEpochs);
        _report += recovery;
        if (recovery.BytesTruncated > 0)
            segment.Flush();
        return recovery.BytesTruncated > 0;
    }

    private void DropSegmentsBehind(List<LogSegment> segments, int last)
    {
        for (var i = segments.Count - 1; i > last; i--)
        {
            Remove(segments[i]);
            segments.RemoveAt(i);
            _report += new LogRecoveryReport(0, 0, 1, 0);
        }
    }

    // No segment, or all of it lies in front of the log start: an empty log that begins there.
    private long StartOver(List<LogSegment> segments, long offset)
    {
        foreach (var segment in segments)
            Remove(segment);
        segments.Clear();
        _leaderEpochs.Clear();
        segments.Add(LogSegment.Create(_files, context.Path, offset, context.Config.MaxIndexBytes, context.NowMs));
        return offset;
    }

    private void Remove(LogSegment segment)
    {
        foreach (var file in segment.MarkDeleted())
            _files.DeleteFile(file);
        segment.Release();
        _removed = true;
    }
}
