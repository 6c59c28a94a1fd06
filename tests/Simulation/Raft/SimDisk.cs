using Platform.Cluster.Raft;
using Platform.Protocol.Records;

namespace Platform.Simulation.Raft;

/// <summary>A batch in a simulated log.</summary>
public sealed record SimBatch(RecordBatchHeader Header, byte[] Bytes)
{
    /// <summary>True when both are the same batch, byte for byte.</summary>
    public bool IsSameAs(SimBatch other) => Header == other.Header && Bytes.AsSpan().SequenceEqual(other.Bytes);
}

/// <summary>The disk of a node: a log of which a crash loses what was not flushed, or the end of it, the state file,
/// which is written atomically, and the newest snapshot. What the snapshot took the place of stays among
/// <see cref="Batches"/>, for comparison, but cannot be read any more.</summary>
public sealed class SimDisk(Random random)
{
    private readonly List<SimBatch> _batches = [];
    private readonly MemoryStream _fetched = new();
    private QuorumState _stateBefore = QuorumState.Initial;
    private int _flushed;
    private OffsetAndEpoch _start;
    private OffsetAndEpoch? _snapshot;

    /// <summary>The saved state.</summary>
    public QuorumState State { get; private set; } = QuorumState.Initial;

    /// <summary>All batches, flushed or not.</summary>
    public IReadOnlyList<SimBatch> Batches => _batches;

    /// <summary>Counts truncations: a flush that began before one says nothing about what came after it.</summary>
    public int Generation { get; private set; }

    /// <summary>Offset after the last record.</summary>
    public long EndOffset => EndOf(_batches.Count);

    /// <summary>Offset below which a crash loses nothing.</summary>
    public long DurableEndOffset => EndOf(_flushed);

    private long EndOf(int count) => count == 0 ? 0 : _batches[count - 1].Header.NextOffset;

    /// <summary>Replaces the state file.</summary>
    public void Save(QuorumState state) => (_stateBefore, State) = (State, state);

    /// <summary>Appends whole batches.</summary>
    public void Append(ReadOnlyMemory<byte> batches)
    {
        foreach (var batch in RecordBatches.In(batches))
            _batches.Add(new SimBatch(batch.Header, batch.Bytes.ToArray()));
    }

    /// <summary>Makes durable what lies below the offset.</summary>
    public void FlushTo(long offset) =>
        _flushed = Math.Max(_flushed, _batches.FindLastIndex(batch => batch.Header.NextOffset <= offset) + 1);

    /// <summary>Removes batches from the offset on.</summary>
    public List<SimBatch> Truncate(long endOffset)
    {
        var kept = _batches.FindLastIndex(batch => batch.Header.NextOffset <= endOffset) + 1;
        var removed = _batches[kept..];
        _batches.RemoveRange(kept, _batches.Count - kept);
        _flushed = Math.Min(_flushed, kept);
        Generation++;
        return removed;
    }

    /// <summary>The power goes: of what was not flushed an arbitrary first part survives.</summary>
    /// <param name="losesState">The state file was not flushed either: the one before it is back.</param>
    public void Crash(bool losesState = false)
    {
        if (losesState)
            State = _stateBefore;
        var survives = _flushed + random.Next(_batches.Count - _flushed + 1);
        _batches.RemoveRange(survives, _batches.Count - survives);
        _flushed = survives;
        Generation++;
    }

    /// <summary>Takes a snapshot of what is committed; the log begins behind it, or at the snapshot before.</summary>
    /// <returns>The snapshot, and where the log begins; null when there is nothing new to take.</returns>
    public (OffsetAndEpoch Snapshot, OffsetAndEpoch Start)? TakeSnapshot(long highWatermark)
    {
        var last = _batches.FindLastIndex(batch => batch.Header.NextOffset <= highWatermark);
        if (last < 0 || last >= _flushed || _batches[last].Header.NextOffset <= (_snapshot?.Offset ?? 0))
            return null;
        var id = new OffsetAndEpoch(_batches[last].Header.NextOffset, _batches[last].Header.PartitionLeaderEpoch);
        if (random.Next(2) == 0)
            _start = _snapshot ?? id;
        _snapshot = id;
        return (id, _start);
    }

    /// <summary>A piece of the newest snapshot, and the size of it all; null when it is another one.</summary>
    public (ReadOnlyMemory<byte> Bytes, long Size)? ReadSnapshot(OffsetAndEpoch snapshot, long position, int maxBytes)
    {
        if (snapshot != _snapshot)
            return null;
        byte[] all = [.. _batches.Where(batch => batch.Header.NextOffset <= snapshot.Offset).SelectMany(b => b.Bytes)];
        var start = (int)Math.Min(position, all.Length);
        return (all.AsMemory(start, Math.Min(maxBytes, all.Length - start)), all.Length);
    }

    /// <summary>Writes a piece of a snapshot that is being fetched.</summary>
    public void WriteSnapshot(long position, ReadOnlyMemory<byte> bytes)
    {
        if (position == 0)
            _fetched.SetLength(0);
        Assert.Equal(position, _fetched.Length);
        _fetched.Position = position;
        _fetched.Write(bytes.Span);
    }

    /// <summary>The fetched snapshot takes the place of the log.</summary>
    public void InstallSnapshot(OffsetAndEpoch snapshot)
    {
        _batches.Clear();
        Append(_fetched.ToArray());
        _flushed = _batches.Count;
        _snapshot = _start = snapshot;
        Assert.Equal(snapshot.Offset, EndOffset);
        Generation++;
    }

    /// <summary>Whole batches from an offset on, at least one, up to a size.</summary>
    public byte[] Read(long offset, int maxBytes)
    {
        Assert.InRange(offset, _start.Offset, EndOffset);
        var found = new List<byte>();
        for (var i = _batches.FindLastIndex(batch => batch.Header.NextOffset <= offset) + 1; i < _batches.Count; i++)
        {
            var batch = _batches[i];
            if (found.Count > 0 && found.Count + batch.Bytes.Length > maxBytes)
                break;
            found.AddRange(batch.Bytes);
        }
        return [.. found];
    }

    /// <summary>What a node finds when it opens the log.</summary>
    public RaftLogFacts Facts() => new(_start, EndOffset, Epochs(), _snapshot, VoterSets());

    /// <summary>Voter sets that the log names, what a snapshot took the place of included.</summary>
    public IEnumerable<VotersAt> VoterSets() =>
        _batches.Where(batch => batch.Header.IsControl).SelectMany(batch => Only(batch.Bytes));

    private static List<VotersAt> Only(byte[] batch)
    {
        var found = new List<VotersAt>();
        foreach (var parsed in RecordBatches.In(batch))
            found.AddRange(VoterRecords.In(parsed));
        return found;
    }

    /// <summary>The first offset of each epoch that can still be read.</summary>
    public IEnumerable<EpochStart> Epochs() => _batches.Where(batch => batch.Header.BaseOffset >= _start.Offset)
        .GroupBy(batch => batch.Header.PartitionLeaderEpoch)
        .Select(group => new EpochStart(group.Key, group.First().Header.BaseOffset));
}
