namespace Platform.Storage;

/// <summary>Producers whose first append of a transaction waits for the coordinator's word (KIP-890). Confined to the
/// log's lock.</summary>
internal sealed class TransactionVerifications
{
    private readonly Dictionary<long, Entry> _entries = [];

    internal int Count => _entries.Count;

    /// <summary>The guard of a producer's transaction; a new one for a newer epoch.</summary>
    /// <param name="producerId">The producer.</param>
    /// <param name="epoch">Its epoch.</param>
    /// <param name="sequence">First sequence number of the batch that waits.</param>
    /// <param name="nowMs">The time, in ms since 1970.</param>
    internal VerificationGuard Begin(long producerId, short epoch, int sequence, long nowMs)
    {
        if (!_entries.TryGetValue(producerId, out var entry) || entry.Epoch < epoch)
            _entries[producerId] = entry = new Entry(epoch, sequence);
        entry.LowestSequence = Math.Min(entry.LowestSequence, sequence);
        entry.TouchedMs = nowMs;
        return entry.Guard;
    }

    /// <summary>True when the coordinator's word is still good for an append.</summary>
    internal bool IsValid(long producerId, VerificationGuard? guard) =>
        guard == VerificationGuard.NotAsked ||
        guard is not null && _entries.TryGetValue(producerId, out var entry) && entry.Guard == guard;

    /// <summary>True when a batch with a lower sequence number waits as well, and must come first.</summary>
    internal bool ComesTooEarly(long producerId, short epoch, int sequence) =>
        _entries.TryGetValue(producerId, out var entry) && entry.Epoch == epoch && sequence > entry.LowestSequence;

    /// <summary>A transaction has begun or ended: guards that were given out are void.</summary>
    internal void End(long producerId) => _entries.Remove(producerId);

    /// <summary>A transaction before this epoch has ended. The marker of the last transaction may come when the next
    /// one, which has the marker's own epoch, waits already: its guard stays good.</summary>
    internal void EndBefore(long producerId, short epoch)
    {
        if (_entries.TryGetValue(producerId, out var entry) && entry.Epoch < epoch)
            _entries.Remove(producerId);
    }

    internal void RemoveExpired(long nowMs, long expirationMs)
    {
        foreach (var producerId in _entries.Where(e => nowMs - e.Value.TouchedMs >= expirationMs)
            .Select(e => e.Key).ToList())
            _entries.Remove(producerId);
    }

    internal void Clear() => _entries.Clear();

    private sealed class Entry(short epoch, int sequence)
    {
        internal VerificationGuard Guard { get; } = new();
        internal short Epoch { get; } = epoch;
        internal int LowestSequence { get; set; } = sequence;
        internal long TouchedMs { get; set; }
    }
}
