namespace Platform.Storage;

/// <summary>Puts neighbouring segments together that fit into one, so that compaction does not leave many small
/// ones. Pure.</summary>
internal static class SegmentGroups
{
    /// <param name="segments">Segments to clean, in order.</param>
    /// <param name="config">Limits of segments and indexes.</param>
    /// <param name="endOffset">Where the last of them ends.</param>
    internal static List<LogSegment[]> Of(ReadOnlySpan<LogSegment> segments, LogConfig config, long endOffset)
    {
        var groups = new List<LogSegment[]>();
        for (var start = 0; start < segments.Length;)
        {
            var count = 1;
            while (start + count < segments.Length && Fits(segments.Slice(start, count + 1), config,
                start + count + 1 < segments.Length ? segments[start + count + 1].BaseOffset : endOffset))
                count++;
            groups.Add(segments.Slice(start, count).ToArray());
            start += count;
        }
        return groups;
    }

    private static bool Fits(ReadOnlySpan<LogSegment> group, LogConfig config, long endOffset)
    {
        var (log, offsets, times) = (0L, 0L, 0L);
        foreach (var segment in group)
        {
            log += segment.Size;
            offsets += (long)segment.OffsetIndex.Count * OffsetIndex.EntrySize;
            times += (long)segment.TimeIndex.Count * TimeIndex.EntrySize;
        }
        // Without records in the last segment there is no offset that could lie too far away.
        return log <= config.SegmentBytes && offsets <= config.MaxIndexBytes && times <= config.MaxIndexBytes &&
            (group[^1].Size == 0 || endOffset - 1 - group[0].BaseOffset <= int.MaxValue);
    }
}
