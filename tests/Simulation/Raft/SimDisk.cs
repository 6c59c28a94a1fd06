using Platform.Cluster.Raft;
using Platform.Protocol.Records;

namespace Platform.Simulation.Raft;

/// <summary>A batch in a simulated log.</summary>
public sealed record SimBatch(RecordBatchHeader Header, byte[] Bytes)
{
    /// <summary>True when both are the same batch, byte for byte.</summary>
    public bool IsSameAs(SimBatch other) => Header == other.Header && Bytes.AsSpan().SequenceEqual(other.Bytes);
}

/// <summary>The disk of a node: a log of which a crash loses what was not flushed, or the end of it, and the state
/// file, which is written atomically.</summary>
public sealed class SimDisk(Random random)
{
    private readonly List<SimBatch> _batches = [];
    private int _flushed;

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
    public void Save(QuorumState state) => State = state;

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
    public void Crash()
    {
        var survives = _flushed + random.Next(_batches.Count - _flushed + 1);
        _batches.RemoveRange(survives, _batches.Count - survives);
        _flushed = survives;
        Generation++;
    }

    /// <summary>Whole batches from an offset on, at least one, up to a size.</summary>
    public byte[] Read(long offset, int maxBytes)
    {
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
    public RaftLogFacts Facts() => new(0, EndOffset, Epochs());

    /// <summary>The first offset of each epoch.</summary>
    public IEnumerable<EpochStart> Epochs() => _batches.GroupBy(batch => batch.Header.PartitionLeaderEpoch)
        .Select(group => new EpochStart(group.Key, group.First().Header.BaseOffset));
}
