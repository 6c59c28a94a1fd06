namespace Platform.Cluster.Raft;

/// <summary>An epoch and the offset of its first record.</summary>
/// <param name="Epoch">The epoch.</param>
/// <param name="StartOffset">Offset of its first record.</param>
public readonly record struct EpochStart(int Epoch, long StartOffset);

/// <summary>
/// What the node must know of the log to decide: where it ends, what is on disk, and where each epoch begins. Kept by
/// the node itself as it orders appends and truncations, so that deciding needs no I/O. A log that does not begin at 0
/// begins where a snapshot ends.
/// Invariant: <c>start ≤ flushed ≤ end</c>, <c>start ≤ latest snapshot</c>, and epochs and their start offsets grow
/// together.
/// </summary>
public sealed class RaftLogFacts
{
    private readonly List<EpochStart> _epochs;
    private readonly List<VotersAt> _voters;

    /// <summary>The facts of a log that was just opened, whose records are all on disk.</summary>
    /// <param name="start">Where it begins: the end of a snapshot, or 0.</param>
    /// <param name="endOffset">Where it ends.</param>
    /// <param name="epochs">Its epochs, oldest first.</param>
    /// <param name="latestSnapshot">The newest snapshot, if there is one.</param>
    /// <param name="voters">Voter sets that the snapshot and the log name, oldest first (KIP-853).</param>
    public RaftLogFacts(OffsetAndEpoch start, long endOffset, IEnumerable<EpochStart> epochs,
        OffsetAndEpoch? latestSnapshot = null, IEnumerable<VotersAt>? voters = null)
    {
        _voters = [.. voters ?? []];
        Start = start;
        EndOffset = endOffset;
        FlushedOffset = endOffset;
        _epochs = [.. epochs];
        LatestSnapshot = latestSnapshot;
    }

    /// <summary>The facts of an empty log.</summary>
    public static RaftLogFacts Empty => new(default, 0, []);

    /// <summary>Where the log begins, and the epoch of what came before.</summary>
    public OffsetAndEpoch Start { get; private set; }

    /// <summary>The newest snapshot: what it holds ends at this offset, with a record of this epoch.</summary>
    public OffsetAndEpoch? LatestSnapshot { get; private set; }

    /// <summary>Offset of the first record.</summary>
    public long StartOffset => Start.Offset;

    /// <summary>Offset after the last record.</summary>
    public long EndOffset { get; private set; }

    /// <summary>Offset below which everything is on disk.</summary>
    public long FlushedOffset { get; private set; }

    /// <summary>Epoch of the last record; 0 when there never was one.</summary>
    public int LastEpoch => _epochs.Count == 0 ? Start.Epoch : _epochs[^1].Epoch;

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
        return Start;
    }

    /// <summary>True for a replica that lacks records which are only in a snapshot here (KIP-630). One that has nothing
    /// gets the snapshot even when the log goes back further: that is quicker.</summary>
    internal bool IsBehindSnapshot(long offset, int lastEpoch) => LatestSnapshot is not null
        && (offset == 0 || (Start.Offset > 0 && (offset < Start.Offset || lastEpoch < Start.Epoch
            || (offset == Start.Offset && lastEpoch != Start.Epoch))));

    /// <summary>The newest voters that the log or its snapshot names, committed or not; null when it names
    /// none.</summary>
    public VoterSet? Voters => _voters.Count == 0 ? null : _voters[^1].Voters;

    /// <summary>Offset of the record that names them; -1 when there is none.</summary>
    public long VotersOffset => _voters.Count == 0 ? -1 : _voters[^1].Offset;

    /// <summary>The voters before the last record about them; null when it is the first.</summary>
    public VoterSet? VotersBefore => _voters.Count < 2 ? null : _voters[^2].Voters;

    internal void AppendVoters(VotersAt voters) => _voters.Add(voters);

    internal void SnapshotLoaded(VoterSet voters)
    {
        _voters.Clear();
        _voters.Add(new VotersAt(Start.Offset - 1, voters));
    }

    internal void SnapshotTaken(OffsetAndEpoch snapshot, OffsetAndEpoch start)
    {
        if (LatestSnapshot is not { } latest || latest.Offset < snapshot.Offset)
            LatestSnapshot = snapshot;
        if (start.Offset > Start.Offset)
            StartAt(start);
    }

    /// <summary>The snapshot takes the place of everything that was there.</summary>
    internal void ResetTo(OffsetAndEpoch snapshot)
    {
        LatestSnapshot = Start = snapshot;
        EndOffset = FlushedOffset = snapshot.Offset;
        _epochs.Clear();
    }

    private void StartAt(OffsetAndEpoch start)
    {
        Start = start;
        while (_epochs.Count > 1 && _epochs[1].StartOffset <= start.Offset)
            _epochs.RemoveAt(0);
        if (_epochs.Count > 0 && EndOffset == start.Offset)
            _epochs.Clear();
        else if (_epochs.Count > 0 && _epochs[0].StartOffset < start.Offset)
            _epochs[0] = _epochs[0] with { StartOffset = start.Offset };
    }

    internal void Append(int epoch, long nextOffset)
    {
        // The epoch of what came before the log may go on in it.
        if (_epochs.Count == 0 || epoch > LastEpoch)
            _epochs.Add(new EpochStart(epoch, EndOffset));
        EndOffset = nextOffset;
    }

    internal void TruncateTo(long endOffset)
    {
        EndOffset = endOffset;
        FlushedOffset = Math.Min(FlushedOffset, endOffset);
        _voters.RemoveAll(voters => voters.Offset >= endOffset);
        while (_epochs.Count > 0 && _epochs[^1].StartOffset >= endOffset)
            _epochs.RemoveAt(_epochs.Count - 1);
    }

    // A flush may have been ordered before a truncation, and then says more than there is.
    internal void FlushedTo(long offset) => FlushedOffset = Math.Max(FlushedOffset, Math.Min(offset, EndOffset));
}
