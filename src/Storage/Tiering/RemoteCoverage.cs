namespace Platform.Storage;

/// <summary>How far a log lies in remote storage. Only what is there without a hole counts, read by the log's own leader
/// epochs: local segments are given up by it.</summary>
public static class RemoteCoverage
{
    /// <summary>No offset of the log is in remote storage.</summary>
    public const long Nothing = -1;

    /// <summary>The last offset up to which every record from <paramref name="from"/> on is in remote storage;
    /// <paramref name="from"/> - 1 when the first one is missing but what is before it is there; else
    /// <see cref="Nothing"/>.</summary>
    /// <param name="cache">What is in remote storage.</param>
    /// <param name="lineage">Epochs of the log.</param>
    /// <param name="from">Where to begin: the first local offset.</param>
    public static long HighestOffset(RemoteLogMetadataCache cache, in LeaderEpochLineage lineage, long from)
    {
        var next = from;
        while (EndOf(cache, lineage, next) is { } end)
            next = end;
        if (next > from)
            return next - 1;
        return from > 0 && EndOf(cache, lineage, from - 1) is not null ? from - 1 : Nothing;
    }

    /// <summary>First offset that can be read at all: what lies before it was deleted from remote storage.</summary>
    /// <param name="cache">What is in remote storage.</param>
    /// <param name="lineage">Epochs of the log.</param>
    /// <param name="logStart">Where the log is believed to begin.</param>
    /// <param name="localStart">Where the local log begins.</param>
    public static long FirstOffset(
        RemoteLogMetadataCache cache, in LeaderEpochLineage lineage, long logStart, long localStart)
    {
        if (logStart >= localStart || EndOf(cache, lineage, logStart) is not null)
            return logStart;
        foreach (var segment in cache.Segments)
            if (segment.State == RemoteLogSegmentState.CopySegmentFinished && segment.StartOffset > logStart
                && segment.StartOffset < localStart && lineage.Overlaps(segment))
                return segment.StartOffset;
        return localStart;
    }

    // Behind the last offset that the copy which holds this one has of its epoch.
    private static long? EndOf(RemoteLogMetadataCache cache, in LeaderEpochLineage lineage, long offset)
    {
        if (lineage.At(offset) is not { } epoch || cache.Find(epoch.Epoch, offset) is not { } segment)
            return null;
        var epochs = segment.SegmentLeaderEpochs;
        for (var i = 0; i + 1 < epochs.Count; i++)
            if (epochs[i].Epoch == epoch.Epoch)
                return Math.Min(epochs[i + 1].StartOffset, epoch.EndOffset);
        return Math.Min(segment.EndOffset + 1, epoch.EndOffset);
    }
}
