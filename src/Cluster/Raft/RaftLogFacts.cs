namespace Platform.Cluster.Raft;

/// <summary>An epoch and the offset of its first record.</summary>
/// <param name="Epoch">The epoch.</param>
/// <param name="StartOffset">Offset of its first record.</param>
public readonly record struct EpochStart(int Epoch, long StartOffset);

/// <summary>
/// What the node must know of the log to decide: where it ends, what is on disk, and where each epoch begins. Kept by
/// the node itself as it orders appends and truncations, so that deciding needs no I/O.
/// Invariant: <c>start ≤ flushed ≤ end</c>, and epochs and their start offsets grow together.
/// </summary>
public sealed class RaftLogFacts
{
    private readonly List<EpochStart> _epochs;

    /// <summary>The facts of a log that was just opened, whose records are all on disk.</summary>
    public RaftLogFacts(long startOffset, long endOffset, IEnumerable<EpochStart> epochs)
    {
        StartOffset = startOffset;
        EndOffset = endOffset;
        FlushedOffset = endOffset;
        _epochs = [.. epochs];
    }

    /// <summary>The facts of an empty log.</summary>
    public static RaftLogFacts Empty => new(0, 0, []);

    /// <summary>Offset of the first record.</summary>
    public long StartOffset { get; }

    /// <summary>Offset after the last record.</summary>
    public long EndOffset { get; private set; }

    /// <summary>Offset below which everything is on disk.</summary>
    public long FlushedOffset { get; private set; }

    /// <summary>Epoch of the last record; 0 for an empty log.</summary>
    public int LastEpoch => _epochs.Count == 0 ? 0 : _epochs[^1].Epoch;

    /// <summary>The end of the log.</summary>
    public OffsetAndEpoch End => new(EndOffset, LastEpoch);

    /// <summary>Every epoch that has records, oldest first.</summary>
    public IReadOnlyList<EpochStart> Epochs => _epochs;

    /// <summary>The largest epoch in the log up to <paramref name="epoch"/>, and the offset after its last
    /// record.</summary>
    public OffsetAndEpoch EndOffsetForEpoch(int epoch)
    {
        var end = EndOffset;
        for (var i = _epochs.Count - 1; i >= 0; i--)
        {
            if (_epochs[i].Epoch <= epoch)
                return new OffsetAndEpoch(end, _epochs[i].Epoch);
            end = _epochs[i].StartOffset;
        }
        return new OffsetAndEpoch(StartOffset, 0);
    }

    internal void Append(int epoch, long nextOffset)
    {
        if (epoch > LastEpoch)
            _epochs.Add(new EpochStart(epoch, EndOffset));
        EndOffset = nextOffset;
    }

    internal void TruncateTo(long endOffset)
    {
        EndOffset = endOffset;
        FlushedOffset = Math.Min(FlushedOffset, endOffset);
        while (_epochs.Count > 0 && _epochs[^1].StartOffset >= endOffset)
            _epochs.RemoveAt(_epochs.Count - 1);
    }

    // A flush may have been ordered before a truncation, and then says more than there is.
    internal void FlushedTo(long offset) => FlushedOffset = Math.Max(FlushedOffset, Math.Min(offset, EndOffset));
}
