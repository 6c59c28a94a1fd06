namespace Platform.Storage;

/// <summary>The segments of a log in order. Changed under the log's lock by replacing the array, so that readers take
/// what they see without one.</summary>
internal sealed class LogSegments(LogSegment[] segments)
{
    private LogSegment[] _segments = segments;

    /// <summary>All segments at this moment.</summary>
    internal LogSegment[] All => Volatile.Read(ref _segments);

    internal LogSegment First => All[0];

    /// <summary>The segment that is written.</summary>
    internal LogSegment Active => All[^1];

    internal long SizeInBytes
    {
        get
        {
            var size = 0L;
            foreach (var segment in All)
                size += segment.Size;
            return size;
        }
    }

    /// <summary>Index of the last segment that begins at or before an offset; -1 when all begin later.</summary>
    internal static int Floor(LogSegment[] segments, long offset)
    {
        // Nearly all readers are in the newest segment.
        if (segments[^1].BaseOffset <= offset)
            return segments.Length - 1;
        var (low, high) = (-1, segments.Length - 1);
        while (high - low > 1)
        {
            var middle = low + (high - low) / 2;
            if (segments[middle].BaseOffset <= offset)
                low = middle;
            else
                high = middle;
        }
        return low;
    }

    internal void Add(LogSegment segment) => Volatile.Write(ref _segments, [.. _segments, segment]);

    /// <summary>Takes out the segments from an index on, or up to one.</summary>
    internal LogSegment[] Remove(Range range)
    {
        var removed = _segments[range];
        Volatile.Write(ref _segments, [.. _segments.Except(removed)]);
        return removed;
    }

    /// <summary>Puts one segment in the place of neighbours.</summary>
    internal void Replace(LogSegment[] replaced, LogSegment segment)
    {
        var first = Array.IndexOf(_segments, replaced[0]);
        Volatile.Write(ref _segments, [.. _segments[..first], segment, .. _segments[(first + replaced.Length)..]]);
    }

    /// <summary>Replaces everything by one segment.</summary>
    internal LogSegment[] Reset(LogSegment segment)
    {
        var removed = _segments;
        Volatile.Write(ref _segments, [segment]);
        return removed;
    }
}
