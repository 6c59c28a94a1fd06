namespace Platform.Storage;

/// <summary>Where a log stands when it is decided what to copy.</summary>
/// <param name="LogStartOffset">First offset of the log, remote part included.</param>
/// <param name="StableOffset">The last stable offset: nothing at or behind it is copied.</param>
/// <param name="HighestRemoteOffset">Last offset that is in remote storage; -1 for none.</param>
/// <param name="NowMs">The time, in ms since 1970.</param>
public readonly record struct CopyPosition(
    long LogStartOffset, long StableOffset, long HighestRemoteOffset, long NowMs);

/// <summary>Decides which segments are copied to remote storage. Pure. Only closed ones, whole, below the last stable
/// offset, in order: one that must wait keeps all behind it.</summary>
public static class CopyPolicy
{
    /// <summary>The segments to copy now, oldest first.</summary>
    /// <param name="segments">All local segments, oldest first.</param>
    /// <param name="position">Where the log stands.</param>
    /// <param name="config">Settings of the log.</param>
    public static List<LocalSegment> Choose(
        IReadOnlyList<LocalSegment> segments, in CopyPosition position, LogConfig config)
    {
        var chosen = new List<LocalSegment>();
        var behind = Sum(segments);
        foreach (var segment in segments)
        {
            behind -= segment.SizeInBytes;
            if (segment.IsActive || segment.EndOffset > position.StableOffset)
                break;
            if (IsNeedless(segment, position))
                continue;
            if (!IsDue(segment, behind, position, config))
                break;
            chosen.Add(segment);
        }
        return chosen;
    }

    /// <summary>Bytes of closed segments that are not in remote storage yet, and how many segments.</summary>
    public static (long Bytes, int Segments) Lag(IReadOnlyList<LocalSegment> segments, in CopyPosition position)
    {
        var (bytes, count) = (0L, 0);
        foreach (var segment in segments)
        {
            if (segment.IsActive || IsNeedless(segment, position))
                continue;
            bytes += segment.SizeInBytes;
            count++;
        }
        return (bytes, count);
    }

    private static bool IsNeedless(in LocalSegment segment, in CopyPosition position) =>
        segment.EndOffset - 1 <= position.HighestRemoteOffset || segment.EndOffset <= position.LogStartOffset
        || segment.SizeInBytes == 0;

    // KIP-1241: a segment may wait until it is so old, or so much lies behind it; whichever comes first.
    private static bool IsDue(in LocalSegment segment, long bytesBehind, in CopyPosition position, LogConfig config)
    {
        if (config.RemoteCopyLagMs <= 0 && config.RemoteCopyLagBytes <= 0)
            return true;
        return config.RemoteCopyLagMs > 0 && position.NowMs - segment.LargestTimestamp >= config.RemoteCopyLagMs
            || config.RemoteCopyLagBytes > 0 && bytesBehind >= config.RemoteCopyLagBytes;
    }

    private static long Sum(IReadOnlyList<LocalSegment> segments)
    {
        var sum = 0L;
        foreach (var segment in segments)
            sum += segment.SizeInBytes;
        return sum;
    }
}
