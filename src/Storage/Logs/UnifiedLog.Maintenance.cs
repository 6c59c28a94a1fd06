using Platform.Protocol;

namespace Platform.Storage;

public sealed partial class UnifiedLog
{
    /// <summary>Makes everything appended so far survive a power cut, and moves the recovery point.</summary>
    /// <exception cref="KafkaStorageException">The log directory failed, now or before.</exception>
    public void Flush() => FlushUpTo(long.MaxValue);

    /// <summary>Begins a new segment at the end of the log, unless the newest one is empty.</summary>
    public void Roll()
    {
        lock (_lock)
        {
            if (_segments.Active.Size > 0)
                Guarded("rolling", () => RollAt(_end.Offset, _segments.Active.CreatedMs));
        }
    }

    /// <summary>Deletes segments that retention by time or size, or the log start offset, gave up.</summary>
    /// <returns>How many.</returns>
    public int DeleteOldSegments(long nowMs)
    {
        LogSegment[] deleted;
        lock (_structureLock)
        {
            deleted = Config.IsTiering ? TakeTieredSegments(nowMs) : TakeOldSegments(nowMs);
            if (deleted.Length > 0)
                Guarded("deleting segments", () => MarkDeleted(deleted, nowMs + Config.FileDeleteDelayMs));
        }
        ReleaseAll(deleted);
        return deleted.Length;
    }

    private LogSegment[] TakeOldSegments(long nowMs)
    {
        lock (_lock)
        {
            ThrowIfUnusable();
            var segments = _segments.All;
            var count = RetentionPolicy.CountDeletable(
                Summarize(segments), Config, _logStartOffset, _highWatermark.Offset, nowMs);
            if (count == 0)
                return [];
            if (count == segments.Length && !TryRoll(nowMs) && --count == 0)
                return [];
            var deleted = _segments.Remove(..count);
            RaiseLogStart(_segments.First.BaseOffset);
            Guarded("deleting snapshots", () => _producers.DeleteSnapshotsBefore(_logStartOffset));
            return deleted;
        }
    }

    private void RaiseLogStart(long offset)
    {
        Volatile.Write(ref _logStartOffset, Math.Max(_logStartOffset, offset));
        _leaderEpochs.TruncateFromStart(_logStartOffset);
        PublishFirstUnstable();
    }

    // Deleting is what helps a full disk: that there is no room for a new segment must not keep it from the others.
    private bool TryRoll(long nowMs)
    {
        try
        {
            RollAt(_end.Offset, nowMs);
            return true;
        }
        catch (DiskFullException full)
        {
            _logDirectory.ReportFull(full, nowMs);
            return false;
        }
        catch (IOException error)
        {
            throw Fail("rolling", error);
        }
    }

    /// <summary>Cuts the log so that it ends at an offset, or in front of the batch that holds it.</summary>
    public void TruncateTo(long offset)
    {
        LogSegment[] removed;
        lock (_structureLock)
        {
            lock (_lock)
            {
                ThrowIfUnusable();
                if (offset >= _end.Offset)
                {
                    // An epoch that began at the end has no records; left in place, it would contradict the leader's
                    // next ones for ever.
                    _leaderEpochs.TruncateFromEnd(offset);
                    return;
                }
                LowerRecoveryPoint(WhereToCut(offset));
                removed = offset < _segments.First.BaseOffset ? StartOverAfterCut(offset) : CutTo(offset);
                OnTruncated();
            }
        }
        ReleaseAll(removed);
    }

    // The begin of the batch that holds the offset.
    private long WhereToCut(long offset)
    {
        var segments = _segments.All;
        var segment = segments[Math.Max(LogSegments.Floor(segments, offset), 0)];
        return segment.FindBatch(offset, segment.Size) is { } batch ? Math.Min(batch.Header.BaseOffset, offset) : offset;
    }

    // Before anything is cut: a log that ends before its recovery point has lost what was on disk.
    private void LowerRecoveryPoint(long offset)
    {
        if (offset >= _recoveryPoint)
            return;
        Volatile.Write(ref _recoveryPoint, offset);
        _recoveryPointLowered?.Invoke();
    }

    private LogSegment[] CutTo(long offset)
    {
        var removed = _segments.Remove((LogSegments.Floor(_segments.All, offset) + 1)..);
        // The newest first, all before the cut, and each step on disk before the next: whenever power is cut,
        // what is left has neither a hole nor old records behind new ones.
        Guarded("truncating", () =>
        {
            MarkDeleted(removed.Reverse(), dueMs: long.MinValue);
            if (removed.Length > 0)
                _files.SyncDirectory(DirectoryPath);
            CutActive(offset);
            _segments.Active.Flush();
        });
        return removed;
    }

    /// <summary>Drops everything; the log is empty and begins at an offset.</summary>
    public void TruncateFullyAndStartAt(long offset)
    {
        LogSegment[] removed;
        lock (_structureLock)
        {
            lock (_lock)
            {
                LowerRecoveryPoint(offset);
                removed = StartOver(offset);
                OnTruncated();
            }
        }
        ReleaseAll(removed);
    }

    /// <summary>Forgets idempotent producers that were silent for too long.</summary>
    /// <returns>How many.</returns>
    public int RemoveExpiredProducers(long nowMs, long expirationMs)
    {
        lock (_lock)
            return _producers.RemoveExpired(nowMs, expirationMs);
    }

    /// <summary>True when records wait for a flush that <c>flush.ms</c>, or a closed segment, asks for.</summary>
    internal bool NeedsFlush(long nowMs) => !_sealedUnflushed.IsEmpty || RecoveryPoint < _segments.Active.BaseOffset ||
        IsFlushTimeOver(Config, nowMs) || Config.FlushMs != long.MaxValue && _firstUnflushedMs < 0;

    /// <summary>Flushes the segments that are closed already, and the newest one when <c>flush.ms</c> asks for
    /// it.</summary>
    internal void FlushDirty(long nowMs)
    {
        FlushUpTo(IsFlushTimeOver(Config, nowMs) ? long.MaxValue : _segments.Active.BaseOffset);
        lock (_lock)
        {
            // Copies of a leader's records come without a time.
            if (_firstUnflushedMs < 0 && _recoveryPoint < _end.Offset)
                _firstUnflushedMs = nowMs;
        }
    }

    /// <summary>Renames the directory, for example to one that awaits its deletion.</summary>
    internal void Rename(string path)
    {
        lock (_structureLock)
        {
            lock (_lock)
                MoveDirectory(path);
        }
    }

    private void MoveDirectory(string path)
    {
        Volatile.Write(ref _isLeaving, true);
        Guarded("renaming", () =>
        {
            _files.Move(DirectoryPath, path);
            _files.SyncDirectory(Path.GetDirectoryName(path)!);
        });
        DirectoryPath = path;
        _leaderEpochs.MovedTo(path);
        _producers.MovedTo(path);
        foreach (var segment in _segments.All)
            segment.MovedTo(path);
    }

    // Off the log's lock: appends go on while the disk works.
    private void FlushUpTo(long offset)
    {
        lock (_flushLock)
        {
            LogSegment[] segments;
            LogOffsetMetadata end;
            lock (_lock)
            {
                ThrowIfUnusable();
                segments = _segments.All;
                end = _end;
                if (offset >= end.Offset)
                    _firstUnflushedMs = -1;
            }
            var target = Math.Min(offset, end.Offset);
            try
            {
                FlushSegments(segments, target);
            }
            catch (IOException) when (IsGone)
            {
                return;     // the partition was deleted meanwhile, and with it the need to flush
            }
            catch (DiskFullException full)
            {
                // An index or checkpoint had no room. Records were written before, and a later flush may do it all.
                _logDirectory.ReportFull(full, NoTime);
                throw new KafkaStorageException(_logDirectory.Path, $"{TopicPartition}: flushing failed", full);
            }
            catch (IOException error)
            {
                throw Fail("flushing", error);
            }
            lock (_lock)
            {
                // A truncation meanwhile may have set it lower.
                var flushed = Math.Min(target, _end.Offset);
                if (flushed > _recoveryPoint)
                    Volatile.Write(ref _recoveryPoint, flushed);
            }
        }
    }

    private void FlushSegments(LogSegment[] segments, long target)
    {
        // Nothing new: idle logs are closed without touching the disk.
        var first = target > RecoveryPoint ? Math.Max(LogSegments.Floor(segments, RecoveryPoint), 0) : segments.Length;
        var abortsChanged = false;
        for (var i = first; i < segments.Length && segments[i].BaseOffset < target; i++)
            FlushSegment(segments[i], ref abortsChanged);
        while (_sealedUnflushed.TryDequeue(out var segment))
            FlushSegment(segment, ref abortsChanged);
        if (abortsChanged)
            TransactionIndexChecksums.Write(_files, DirectoryPath, segments);
        var hasNew = target > RecoveryPoint;
        _leaderEpochs.Write(flush: hasNew);
        if (!_directoryChanged || !hasNew)
            return;
        _directoryChanged = false;
        if (TopicId != Uuid.Zero)
            PartitionMetadataFile.Flush(_files, DirectoryPath);
        _files.SyncDirectory(DirectoryPath);
        _files.SyncDirectory(_logDirectory.Path);
    }

    private static void FlushSegment(LogSegment segment, ref bool abortsChanged)
    {
        if (!segment.File.TryAcquire())
            return;         // deleted meanwhile
        try
        {
            abortsChanged |= segment.AbortedTransactions.IsUnflushed;
            segment.Flush();
        }
        finally
        {
            segment.File.Release();
        }
    }

    private void FlushWhenDue(LogConfig config, long nowMs)
    {
        if (LogEndOffset - RecoveryPoint >= config.FlushMessages || IsFlushTimeOver(config, nowMs))
            Flush();
    }

    private bool IsFlushTimeOver(LogConfig config, long nowMs) =>
        config.FlushMs != long.MaxValue && Volatile.Read(ref _firstUnflushedMs) is var since and >= 0 &&
            nowMs - since >= config.FlushMs;

    private void RollAt(long offset, long nowMs)
    {
        _segments.Active.Seal();
        if (_segments.Active.HasUnflushedIndexes)
            _sealedUnflushed.Enqueue(_segments.Active);
        _producers.TakeSnapshot(flush: false);
        // Last, because nothing may fail once the file is there: the log would grow past where it begins.
        _segments.Add(LogSegment.Create(_files, DirectoryPath, offset, Config.MaxIndexBytes, nowMs));
        _directoryChanged = true;
        Volatile.Write(ref _end, new LogOffsetMetadata(_end.Offset, offset, 0));
        if (_highWatermark.Offset == _end.Offset)
            Volatile.Write(ref _highWatermark, _end);
    }

    private void CutActive(long offset)
    {
        var active = _segments.Active;
        active.TruncateTo(offset);
        var end = active.ReadNextOffset();
        _end = new LogOffsetMetadata(end, active.BaseOffset, active.Size);
        AfterTruncation();
    }

    // The producers' state is that of a shorter log: read it again.
    private void AfterTruncation()
    {
        _recoveryPoint = Math.Min(_recoveryPoint, _end.Offset);
        _logStartOffset = Math.Min(_logStartOffset, _end.Offset);
        if (_highWatermark.Offset >= _end.Offset)
            Volatile.Write(ref _highWatermark, _end);
        _leaderEpochs.TruncateFromEnd(_end.Offset);
        _highestRemote = Math.Min(_highestRemote, _end.Offset - 1);
        ProducerReplay.Run(
            _producers, _segments.All, Math.Max(_logStartOffset, _segments.First.BaseOffset), _end.Offset);
        PublishFirstUnstable();
    }

    private LogSegment[] StartOver(long offset)
    {
        LogSegment[] removed = [];
        Guarded("truncating", () =>
        {
            var createdMs = _segments.First.CreatedMs;
            MarkDeleted(_segments.All.Reverse(), long.MinValue);
            removed = _segments.Reset(
                LogSegment.Create(_files, DirectoryPath, offset, Config.MaxIndexBytes, createdMs));
            _leaderEpochs.Clear();
            _producers.Clear(offset);
            _end = new LogOffsetMetadata(offset, offset, 0);
            _logStartOffset = _recoveryPoint = offset;
            _highestRemote = RemoteCoverage.Nothing;
            _highWatermark = _end;
            PublishFirstUnstable();
            _files.SyncDirectory(DirectoryPath);
            _directoryChanged = true;
        });
        return removed;
    }

    private SegmentSummary[] Summarize(LogSegment[] segments)
    {
        var summaries = new SegmentSummary[segments.Length];
        for (var i = 0; i < segments.Length; i++)
        {
            var end = i + 1 < segments.Length ? segments[i + 1].BaseOffset : _end.Offset;
            summaries[i] = new SegmentSummary(
                segments[i].BaseOffset, end, segments[i].Size,
                    segments[i].Size == 0 ? -1 : segments[i].LargestTimestamp);
        }
        return summaries;
    }

    private void MarkDeleted(IEnumerable<LogSegment> segments, long dueMs)
    {
        foreach (var segment in segments)
        {
            foreach (var file in segment.MarkDeleted())
                _deletions.Add(file, isDirectory: false, dueMs);
        }
    }

    // Off the log's lock, as closing may be slow.
    private static void ReleaseAll(LogSegment[] segments)
    {
        foreach (var segment in segments)
            segment.Release();
    }
}
