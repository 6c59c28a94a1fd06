namespace Platform.Storage;

/// <summary>Which leader epoch wrote which offsets of one log: what decides whether a remote copy holds the records of
/// this log, or of one that was given up by an unclean election (KIP-101, KIP-405).</summary>
public readonly struct LeaderEpochLineage
{
    private readonly IReadOnlyList<(int Epoch, long StartOffset)> _epochs;

    /// <summary>The epochs of a log.</summary>
    /// <param name="epochs">Each with its first offset, oldest first.</param>
    /// <param name="endOffset">End of the log.</param>
    public LeaderEpochLineage(IReadOnlyList<(int Epoch, long StartOffset)> epochs, long endOffset) =>
        (_epochs, EndOffset) = (epochs, endOffset);

    /// <summary>End of the log.</summary>
    public long EndOffset { get; }

    /// <summary>First offset whose epoch is known; the end of the log when none is.</summary>
    public long StartOffset => _epochs.Count == 0 ? EndOffset : _epochs[0].StartOffset;

    /// <summary>The oldest epoch; -1 when none is known.</summary>
    public int FirstEpoch => _epochs.Count == 0 ? -1 : _epochs[0].Epoch;

    /// <summary>The epoch that wrote an offset, and where it ends; null when it is not known.</summary>
    public (int Epoch, long EndOffset)? At(long offset)
    {
        if (offset >= EndOffset)
            return null;
        for (var i = _epochs.Count - 1; i >= 0; i--)
            if (_epochs[i].StartOffset <= offset)
                return (_epochs[i].Epoch, i + 1 < _epochs.Count ? _epochs[i + 1].StartOffset : EndOffset);
        return null;
    }

    /// <summary>Is every record of a copy, as far as it is not before the begin of this lineage, one of this
    /// log?</summary>
    public bool Contains(RemoteLogSegmentMetadata segment)
    {
        if (segment.EndOffset >= EndOffset || segment.EndOffset < StartOffset)
            return false;
        var epochs = segment.SegmentLeaderEpochs;
        for (var i = 0; i < epochs.Count; i++)
        {
            var end = i + 1 < epochs.Count ? epochs[i + 1].StartOffset : segment.EndOffset + 1;
            if (end > StartOffset && !Contains(epochs[i].Epoch, Math.Max(epochs[i].StartOffset, StartOffset), end))
                return false;
        }
        return true;
    }

    /// <summary>Does a copy hold any record of this log?</summary>
    public bool Overlaps(RemoteLogSegmentMetadata segment)
    {
        var epochs = segment.SegmentLeaderEpochs;
        for (var i = 0; i < epochs.Count; i++)
        {
            var end = i + 1 < epochs.Count ? epochs[i + 1].StartOffset : segment.EndOffset + 1;
            for (var j = 0; j < _epochs.Count; j++)
                if (_epochs[j].Epoch == epochs[i].Epoch && _epochs[j].StartOffset < end
                    && epochs[i].StartOffset < (j + 1 < _epochs.Count ? _epochs[j + 1].StartOffset : EndOffset))
                    return true;
        }
        return false;
    }

    private bool Contains(int epoch, long start, long end) =>
        At(start) is { } own && own.Epoch == epoch && end <= own.EndOffset;
}
