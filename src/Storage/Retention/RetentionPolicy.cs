namespace Platform.Storage;

/// <summary>What retention looks at in a segment.</summary>
/// <param name="BaseOffset">First offset.</param>
/// <param name="EndOffset">Offset behind the last: where the next segment, or the log's end, is.</param>
/// <param name="SizeInBytes">Bytes.</param>
/// <param name="LargestTimestamp">In ms since 1970.</param>
internal readonly record struct SegmentSummary(
    long BaseOffset, long EndOffset, long SizeInBytes, long LargestTimestamp);

/// <summary>Decides how many of the oldest segments may go. Pure. Only whole segments whose records are all below the
/// high watermark, only from the front: one that must stay keeps all behind it.</summary>
internal static class RetentionPolicy
{
    internal static int CountDeletable(
        ReadOnlySpan<SegmentSummary> segments, LogConfig config, long logStartOffset, long highWatermark, long nowMs)
    {
        var total = 0L;
        foreach (var segment in segments)
            total += segment.SizeInBytes;
        var deletable = 0;
        for (; deletable < segments.Length; deletable++)
        {
            var segment = segments[deletable];
            // Compaction may leave a segment without records; only the newest one is empty because it is new.
            var isNew = deletable == segments.Length - 1 && segment.SizeInBytes == 0;
            if (isNew || segment.EndOffset > highWatermark)
                break;
            if (!IsExpired(segment, config, logStartOffset, total, nowMs))
                break;
            total -= segment.SizeInBytes;
        }
        return deletable;
    }

    private static bool IsExpired(
        in SegmentSummary segment, LogConfig config, long logStartOffset, long totalBytes, long nowMs)
    {
        if (segment.EndOffset <= logStartOffset)
            return true;
        if ((config.CleanupPolicy & CleanupPolicies.Delete) == 0)
            return false;
        return config.RetentionMs >= 0 && nowMs - segment.LargestTimestamp > config.RetentionMs
            || config.RetentionBytes >= 0 && totalBytes - segment.SizeInBytes >= config.RetentionBytes;
    }
}
