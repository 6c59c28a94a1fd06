namespace Platform.Storage;

/// <summary>Decides how many of the oldest local segments of a tiered log may go. Pure. Never one that is not in remote
/// storage, unless the log begins behind it (KIP-405).</summary>
internal static class LocalRetentionPolicy
{
    /// <param name="segments">All local segments, oldest first.</param>
    /// <param name="config">Settings of the log.</param>
    /// <param name="logStartOffset">First offset of the log, remote part included.</param>
    /// <param name="highestRemoteOffset">Last offset that is in remote storage; -1 for none.</param>
    /// <param name="highWatermark">Nothing at or behind it goes.</param>
    /// <param name="nowMs">The time, in ms since 1970.</param>
    internal static int CountDeletable(ReadOnlySpan<SegmentSummary> segments, LogConfig config, long logStartOffset,
        long highestRemoteOffset, long highWatermark, long nowMs)
    {
        var total = Total(segments);
        var deletable = 0;
        // The newest segment is not in remote storage by definition.
        for (; deletable < segments.Length - 1; deletable++)
        {
            var segment = segments[deletable];
            if (segment.EndOffset > highWatermark)
                break;
            var isRemote = segment.EndOffset - 1 <= highestRemoteOffset;
            if (segment.EndOffset > logStartOffset && !(isRemote && IsExpired(segment, config, total, nowMs)))
                break;
            total -= segment.SizeInBytes;
        }
        return deletable;
    }

    /// <summary>True when the newest segment is all that is left and has expired: it must be closed to be copied.</summary>
    internal static bool IsActiveExpired(
        ReadOnlySpan<SegmentSummary> segments, LogConfig config, long highWatermark, long nowMs)
    {
        var active = segments[^1];
        return active.SizeInBytes > 0 && active.EndOffset <= highWatermark
            && config.EffectiveLocalRetentionMs is >= 0 and var ms && nowMs - active.LargestTimestamp > ms;
    }

    private static bool IsExpired(in SegmentSummary segment, LogConfig config, long totalBytes, long nowMs) =>
        config.EffectiveLocalRetentionMs is >= 0 and var ms && nowMs - segment.LargestTimestamp > ms
        || config.EffectiveLocalRetentionBytes is >= 0 and var bytes && totalBytes - segment.SizeInBytes >= bytes;

    private static long Total(ReadOnlySpan<SegmentSummary> segments)
    {
        var total = 0L;
        foreach (var segment in segments)
            total += segment.SizeInBytes;
        return total;
    }
}
