namespace Platform.Storage;

/// <summary>A transaction that a marker ended.</summary>
/// <param name="ProducerId">Whose transaction.</param>
/// <param name="FirstOffset">Offset of its first record.</param>
/// <param name="LastOffset">Offset of the marker.</param>
/// <param name="IsAborted">Aborted, not committed.</param>
internal readonly record struct CompletedTransaction(
    long ProducerId, long FirstOffset, long LastOffset, bool IsAborted);

/// <summary>
/// The transactions of a partition that hold back readers of committed records: those that are open, and those whose
/// marker is not replicated yet. Confined to the log's lock.
/// </summary>
internal sealed class OpenTransactions
{
    private readonly SortedDictionary<long, long> _open = [];               // first offset -> producer id
    private readonly SortedDictionary<long, long> _unreplicated = [];       // first offset -> offset of the marker

    /// <summary>First offset that is not decided or not replicated; -1 when all are. Read after every append.</summary>
    internal long FirstUnstableOffset { get; private set; } = -1;

    internal void Begin(long firstOffset, long producerId)
    {
        _open[firstOffset] = producerId;
        FindFirst();
    }

    /// <summary>A marker ended a transaction; it counts as open until the marker is replicated.</summary>
    internal void End(in CompletedTransaction completed)
    {
        _open.Remove(completed.FirstOffset);
        _unreplicated[completed.FirstOffset] = completed.LastOffset;
        FindFirst();
    }

    /// <summary>What the last stable offset will be when a transaction is over and its marker replicated.</summary>
    internal long LastStableOffsetAfter(in CompletedTransaction completed)
    {
        foreach (var first in _open.Keys)
        {
            if (first != completed.FirstOffset)
                return first;
        }
        return completed.LastOffset + 1;
    }

    /// <summary>Forgets transactions whose marker is replicated now.</summary>
    internal void OnHighWatermark(long highWatermark)
    {
        if (_unreplicated.Count == 0)
            return;
        foreach (var first in _unreplicated.Where(t => t.Value < highWatermark).Select(t => t.Key).ToList())
            _unreplicated.Remove(first);
        FindFirst();
    }

    internal void Clear()
    {
        _open.Clear();
        _unreplicated.Clear();
        FindFirst();
    }

    private void FindFirst() => FirstUnstableOffset = (First(_open), First(_unreplicated)) switch
    {
        (var open, -1) => open,
        (-1, var unreplicated) => unreplicated,
        var (open, unreplicated) => Math.Min(open, unreplicated),
    };

    private static long First(SortedDictionary<long, long> transactions)
    {
        foreach (var first in transactions.Keys)
            return first;
        return -1;
    }
}
