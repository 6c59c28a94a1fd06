using Platform.Protocol;

namespace Platform.Storage;

public sealed partial class UnifiedLog
{
    /// <summary>As a timestamp: the end of what the reader may see.</summary>
    public const long LatestTimestamp = -1;
    /// <summary>As a timestamp: the first offset.</summary>
    public const long EarliestTimestamp = -2;
    /// <summary>As a timestamp: the record with the largest timestamp (KIP-734).</summary>
    public const long MaxTimestamp = -3;
    /// <summary>As a timestamp: the first offset on local disks (KIP-405).</summary>
    public const long EarliestLocalTimestamp = -4;

    /// <summary>Finds batches from an offset on. The first may begin before it, the last may be cut off.</summary>
    /// <param name="startOffset">The offset.</param>
    /// <param name="maxBytes">Bytes to return at most.</param>
    /// <param name="isolation">How far the reader may see.</param>
    /// <param name="minOneMessage">Return the first batch whole even when it is larger than
    /// <paramref name="maxBytes"/>.</param>
    /// <returns>A slice of a file, which the caller releases; or an error, which is
    /// <see cref="ErrorCode.NotLeaderOrFollower"/> when the log was closed or deleted,
    /// <see cref="ErrorCode.CorruptMessage"/> where the file is damaged, and
    /// <see cref="ErrorCode.OffsetMovedToTieredStorage"/> for what is in remote storage only.</returns>
    /// <exception cref="KafkaStorageException">The log directory failed, now or before.</exception>
    public FetchDataInfo Read(long startOffset, int maxBytes, FetchIsolation isolation, bool minOneMessage)
    {
        if (IsClosed)
            return new FetchDataInfo { Error = ErrorCode.NotLeaderOrFollower, Records = RecordsData.Empty };
        ThrowIfUnusable();
        // In this order, so that each is at most the next one.
        var logStart = LogStartOffset;
        var highWatermark = Volatile.Read(ref _highWatermark);
        var unstable = Volatile.Read(ref _firstUnstable);
        var end = Volatile.Read(ref _end);
        var stable = unstable is not null && unstable.Offset < highWatermark.Offset ? unstable : highWatermark;
        var limit = isolation switch
        {
            FetchIsolation.LogEnd => end,
            FetchIsolation.TxnCommitted => stable,
            _ => highWatermark,
        };
        var found = new FetchDataInfo
        {
            Records = RecordsData.Empty,
            FetchOffset = startOffset,
            LogStartOffset = logStart,
            HighWatermark = highWatermark.Offset,
            LastStableOffset = stable.Offset,
            AbortedTransactions = isolation == FetchIsolation.TxnCommitted ? [] : null,
            LogEndOffset = end.Offset,
        };
        if (startOffset < logStart || startOffset > end.Offset)
            return found with { Error = ErrorCode.OffsetOutOfRange };
        if (startOffset < FirstSegmentOffset)
            return found with { Error = BelowLocalStart };
        if (startOffset >= limit.Offset)
            return found;
        try
        {
            return ReadUpTo(limit, found, maxBytes, minOneMessage);
        }
        catch (CorruptLogException)
        {
            // Going on with the next segment would hide records from consumers.
            return found with { Error = ErrorCode.CorruptMessage, Records = RecordsData.Empty };
        }
        catch (IOException) when (IsGone)
        {
            // Its directory was renamed while a file was opened.
            return found with { Error = ErrorCode.NotLeaderOrFollower, Records = RecordsData.Empty };
        }
        catch (IOException error)
        {
            throw Fail("reading", error);
        }
    }

    /// <summary>The first record with at least a timestamp, or what one of the special timestamps asks for.</summary>
    /// <param name="timestamp">In ms since 1970, or one of the constants above.</param>
    /// <param name="isolation">How far the reader may see.</param>
    /// <returns>Offset, timestamp (-1 for the special ones but the largest) and leader epoch; null when there is no
    /// such record.</returns>
    /// <exception cref="CorruptLogException">The file is damaged where the record should be.</exception>
    /// <exception cref="KafkaStorageException">The log directory failed, now or before.</exception>
    public (long Offset, long Timestamp, int? LeaderEpoch)? OffsetForTimestamp(
        long timestamp, FetchIsolation isolation = FetchIsolation.HighWatermark)
    {
        ThrowIfUnusable();
        try
        {
            return Find(timestamp, isolation switch
            {
                FetchIsolation.LogEnd => LogEndOffset,
                FetchIsolation.TxnCommitted => LastStableOffset,
                _ => HighWatermark,
            });
        }
        catch (IOException error) when (error is not CorruptLogException)
        {
            throw Fail("looking for a timestamp", error);
        }
    }

    private (long, long, int?)? Find(long timestamp, long limit)
    {
        switch (timestamp)
        {
            case LatestTimestamp:
                return (limit, -1, LatestEpoch < 0 ? null : LatestEpoch);
            case EarliestTimestamp:
                return (LogStartOffset, -1, EpochForOffset(LogStartOffset));
            case EarliestLocalTimestamp:
                return (LocalLogStartOffset, -1, EpochForOffset(LocalLogStartOffset));
            case MaxTimestamp:
                var largest = LargestTimestamp();
                return largest < 0 ? null : Search(largest, limit);
            default:
                return timestamp < 0 ? null : Search(timestamp, limit);
        }
    }

    private FetchDataInfo ReadUpTo(LogOffsetMetadata limit, FetchDataInfo found, int maxBytes, bool minOneMessage)
    {
        limit = Locate(limit);
        var segments = _segments.All;
        for (var i = Math.Max(LogSegments.Floor(segments, found.FetchOffset), 0); i < segments.Length; i++)
        {
            var segment = segments[i];
            if (segment.BaseOffset > limit.SegmentBaseOffset)
                break;
            // A place in a file that compaction has replaced says nothing of the new one, which is visible as a whole.
            var bytes = segment.BaseOffset == limit.SegmentBaseOffset && !segment.IsCleaned
                ? limit.Position
                : segment.Size;
            if (bytes == 0)
                continue;
            if (!segment.File.TryAcquire())
                return ReadAgain(limit, found, maxBytes, minOneMessage);
            if (Slice(segment, bytes, ref found, maxBytes, minOneMessage))
                return found.AbortedTransactions is null ? found : WithAborted(found, segments, i, limit.Offset);
        }
        return found;
    }

    // The segment went since we looked: retention took it and what was asked for is gone, or compaction put another in
    // its place.
    private FetchDataInfo ReadAgain(LogOffsetMetadata limit, FetchDataInfo found, int maxBytes, bool minOneMessage)
    {
        if (IsClosed)
            return found with { Error = ErrorCode.NotLeaderOrFollower };
        if (found.FetchOffset < LogStartOffset)
            return found with { Error = ErrorCode.OffsetOutOfRange, LogStartOffset = LogStartOffset };
        return found.FetchOffset < FirstSegmentOffset
            ? found with { Error = BelowLocalStart }
            : ReadUpTo(limit, found, maxBytes, minOneMessage);
    }

    private static FetchDataInfo WithAborted(FetchDataInfo found, LogSegment[] segments, int segment, long limit)
    {
        if (found.Records.Slice is not FileRecordsSlice slice)
            return found;
        if (!HasAborted(segments, segment))
            return found;
        var end = segment + 1 < segments.Length ? Math.Min(segments[segment + 1].BaseOffset, limit) : limit;
        var upperBound = segments[segment].UpperBoundOffset(slice.Position + slice.SizeInBytes) is { } bound
            ? Math.Min(bound, end)
            : end;
        return found with { AbortedTransactions = AbortedTransactions(segments, segment, found.FetchOffset, upperBound) };
    }

    private static bool HasAborted(LogSegment[] segments, int from)
    {
        for (var i = from; i < segments.Length; i++)
            if (segments[i].AbortedTransactions.Count > 0)
                return true;
        return false;
    }

    // Owns the segment's file; the slice takes it over.
    private bool Slice(LogSegment segment, int limit, ref FetchDataInfo found, int maxBytes, bool minOneMessage)
    {
        var taken = false;
        try
        {
            var isDense = !MayHaveGaps;
            if (segment.FindBatch(found.FetchOffset, limit, isDense) is not { } first)
                return isDense && limit == segment.Size ? throw Missing(segment, found.FetchOffset) : false;
            if (isDense && first.Header.BaseOffset > found.FetchOffset)
                throw Missing(segment, found.FetchOffset);
            var count = Math.Min(Math.Max(maxBytes, 0), limit - first.Position);
            var isIncomplete = count < first.Header.SizeInBytes;
            if (isIncomplete)
                count = minOneMessage ? first.Header.SizeInBytes : 0;
            found = found with { FirstEntryIncomplete = isIncomplete && !minOneMessage };
            if (count > 0)
            {
                segment.CheckOrder(first, count, isDense);
                found = found with { Records =
                    new RecordsData(new FileRecordsSlice(segment.File, first.Position, count)) };
                taken = true;
            }
            return true;
        }
        finally
        {
            if (!taken)
                segment.File.Release();
        }
    }

    private static CorruptLogException Missing(LogSegment segment, long offset) =>
        new(segment.File.Name, $"offset {offset} should be here and is not");

    // The high watermark of a follower, or one set from a checkpoint, and the first unstable offset are known by their
    // offsets only.
    private LogOffsetMetadata Locate(LogOffsetMetadata metadata)
    {
        if (metadata.HasPlace)
            return metadata;
        var segments = _segments.All;
        var segment = segments[Math.Max(LogSegments.Floor(segments, metadata.Offset), 0)];
        var size = segment.Size;
        var position = segment.FindBatch(metadata.Offset, size) is { } batch ? batch.Position : size;
        var located = new LogOffsetMetadata(metadata.Offset, segment.BaseOffset, position);
        Interlocked.CompareExchange(ref _highWatermark, located, metadata);
        Interlocked.CompareExchange(ref _firstUnstable, located, metadata);
        return located;
    }

    private long LargestTimestamp()
    {
        var largest = -1L;
        foreach (var segment in _segments.All)
        {
            if (!segment.File.TryAcquire())
                continue;
            largest = Math.Max(largest, segment.MaxTimestamp.Timestamp);
            segment.File.Release();
        }
        return largest;
    }

    private (long, long, int?)? Search(long timestamp, long limitOffset)
    {
        while (true)
        {
            var segments = _segments.All;
            if (TrySearch(segments, timestamp, out var found))
                return found is { } first && first.Offset < limitOffset
                    ? (first.Offset, first.Timestamp, EpochForOffset(first.Offset))
                    : null;
            ThrowIfUnusable();
        }
    }

    // False when a segment went meanwhile: another may have come in its place.
    private bool TrySearch(LogSegment[] segments, long timestamp, out TimestampOffset? found)
    {
        found = null;
        foreach (var segment in segments)
        {
            if (!segment.File.TryAcquire())
                return false;
            try
            {
                if (segment.MaxTimestamp.Timestamp >= timestamp)
                    found = segment.FindByTimestamp(timestamp, LogStartOffset, segment.Size);
            }
            finally
            {
                segment.File.Release();
            }
            if (found is not null)
                return true;
        }
        return true;
    }
}
