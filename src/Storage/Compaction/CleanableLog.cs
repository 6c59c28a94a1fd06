namespace Platform.Storage;

/// <summary>How much compaction would find to do in a log, and from where to where it may work.</summary>
/// <param name="Log">The log.</param>
/// <param name="FirstDirtyOffset">Everything before was compacted.</param>
/// <param name="FirstUncleanableOffset">Where compaction must stop; a segment begins there.</param>
/// <param name="CleanBytes">Bytes that were compacted before.</param>
/// <param name="DirtyBytes">Bytes that may be compacted now.</param>
/// <param name="MustCleanNow">A record waits for longer than <c>max.compaction.lag.ms</c>.</param>
internal sealed record CleanableLog(
    UnifiedLog Log, long FirstDirtyOffset, long FirstUncleanableOffset, long CleanBytes, long DirtyBytes,
    bool MustCleanNow)
{
    /// <summary>Share of the bytes that is not compacted yet.</summary>
    internal double Ratio => DirtyBytes == 0 ? 0 : (double)DirtyBytes / (CleanBytes + DirtyBytes);

    /// <summary>True when the log's settings ask for compaction.</summary>
    internal bool IsDue => DirtyBytes > 0 && (MustCleanNow || Ratio > Log.Config.MinCleanableDirtyRatio);

    /// <summary>Looks at a log without changing it.</summary>
    internal static CleanableLog Of(UnifiedLog log, long nowMs)
    {
        var segments = log.Segments;
        var config = log.Config;
        var firstDirty = FirstDirty(log);
        var stop = FirstUncleanable(segments, config, firstDirty, log.LastStableOffset, nowMs);
        var (clean, dirty, oldest) = (0L, 0L, long.MaxValue);
        for (var i = 0; i < segments.Length && segments[i].BaseOffset < stop; i++)
        {
            if (EndOf(segments, i) <= firstDirty)
            {
                clean += segments[i].Size;
                continue;
            }
            dirty += segments[i].Size;
            if (segments[i].FirstBatchTimestamp is > 0 and var timestamp)
                oldest = Math.Min(oldest, timestamp);
        }
        return new CleanableLog(log, firstDirty, stop, clean, dirty, oldest < nowMs - config.MaxCompactionLagMs);
    }

    // A log that was cut, or whose begin moved, is not compacted up to where it once was.
    private static long FirstDirty(UnifiedLog log)
    {
        var (start, end, cleaned) = (log.LogStartOffset, log.LogEndOffset, log.CleanedOffset ?? 0);
        return cleaned < start || cleaned > end ? start : cleaned;
    }

    private static long FirstUncleanable(
        LogSegment[] segments, LogConfig config, long firstDirty, long lastStableOffset, long nowMs)
    {
        for (var i = 0; i < segments.Length - 1; i++)
        {
            var isYoung = config.MinCompactionLagMs > 0 && EndOf(segments, i) > firstDirty &&
                segments[i].LargestTimestamp > nowMs - config.MinCompactionLagMs;
            if (isYoung || EndOf(segments, i) > lastStableOffset)
                return segments[i].BaseOffset;
        }
        return segments[^1].BaseOffset;
    }

    private static long EndOf(LogSegment[] segments, int index) => segments[index + 1].BaseOffset;
}
