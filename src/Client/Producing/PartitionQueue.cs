using Platform.Protocol;
using Platform.Protocol.Records;

namespace Platform.Client.Producing;

/// <summary>What the sender may do with a partition now.</summary>
/// <param name="IsReady">A batch may leave now.</param>
/// <param name="AtMs">Otherwise, when to look again; <see cref="long.MaxValue"/> for never.</param>
internal readonly record struct Readiness(bool IsReady, long AtMs);

/// <summary>
/// Batches of one partition in the order of their records, the last one still open. Keeps the sequence of an
/// idempotent producer: batches leave in order, and after a failure one at a time until the failed ones are through.
/// </summary>
internal sealed class PartitionQueue(TopicPartition partition, ProducerOptions options)
{
    private readonly LinkedList<ProducerBatch> _batches = new();
    private readonly List<ProducerBatch> _inFlight = [];
    private ProducerIdentity? _identity;
    private int _nextSequence;
    private long _nextOrdinal;
    private long _retryAtMs;

    public Lock Lock { get; } = new();

    public TopicPartition Partition => partition;

    /// <summary>True while the sender has it in its list.</summary>
    public bool IsListed { get; set; }

    /// <summary>True when sequence numbers were lost, so that the partition must start again under another
    /// id.</summary>
    public bool NeedsNewIdentity { get; private set; }

    /// <summary>The id whose sequence it counts, or null.</summary>
    public ProducerIdentity? Identity => _identity;

    public bool IsIdle => _batches.Count == 0 && _inFlight.Count == 0;

    /// <summary>Appends to the open batch; false when there is none with room.</summary>
    public bool TryAppend(in ProducerRecord record, int size, long timestamp, object? target, object? state,
        out bool filled)
    {
        var open = _batches.Last?.Value;
        filled = false;
        if (open is null or { IsFull: true } || open.Attempts > 0)
            return false;
        var appended = open.TryAppend(record, size, timestamp, target, state);
        filled = open.IsFull;
        return appended;
    }

    /// <summary>Adds an open batch behind the others.</summary>
    public void Add(ProducerBatch batch, int reservedBytes, long nowMs)
    {
        batch.Open(partition, _nextOrdinal++, reservedBytes, nowMs);
        _batches.AddLast(batch);
    }

    /// <summary>Whether the first batch may leave.</summary>
    public Readiness Readiness(long nowMs, bool hurry)
    {
        if (_batches.First is not { Value: var first } || MustWaitForOthers(first))
            return new Readiness(false, long.MaxValue);
        if (_retryAtMs > nowMs)
            return new Readiness(false, _retryAtMs);
        var isDue = hurry || first.IsFull || first.Attempts > 0 || _batches.Count > 1;
        var dueAtMs = first.CreatedMs + options.LingerMs;
        return isDue || dueAtMs <= nowMs ? new Readiness(true, nowMs) : new Readiness(false, dueAtMs);
    }

    private bool MustWaitForOthers(ProducerBatch first)
    {
        if (_inFlight.Count == 0)
            return false;
        return first.Attempts > 0 || NeedsNewIdentity || options.MaxInFlightRequestsPerConnection == 1
            || first.Ordinal - OldestInFlight() >= options.MaxInFlightRequestsPerConnection;
    }

    // Counted from the oldest that has no outcome yet, not by how many are under way: outcomes of later ones may be known
    // first, and a broker recognises a second copy only among the producer's last five batches.
    private long OldestInFlight()
    {
        var oldest = long.MaxValue;
        foreach (var batch in _inFlight)
            oldest = Math.Min(oldest, batch.Ordinal);
        return oldest;
    }

    /// <summary>Takes the first batch to send it; null when it would exceed <paramref name="maxBytes"/>.</summary>
    public ProducerBatch? Take(ProducerIdentity? identity, int maxBytes)
    {
        if (_batches.First is not { Value: var first } || first.EstimatedSize > maxBytes)
            return null;
        _batches.RemoveFirst();
        if (identity is not null && first.Identity is null)
            GiveSequence(first, identity);
        first.Attempts++;
        _inFlight.Add(first);
        return first;
    }

    private void GiveSequence(ProducerBatch batch, ProducerIdentity identity)
    {
        _identity ??= identity;
        batch.SetSequence(_identity, _nextSequence);
        _nextSequence = RecordBatchHeader.AddSequence(_nextSequence, batch.Count);
    }

    /// <summary>Starts the sequence again under another id; only while nothing is in flight.</summary>
    public void Restart(ProducerIdentity identity)
    {
        _identity = identity;
        _nextSequence = 0;
        NeedsNewIdentity = false;
        foreach (var batch in _batches)
            batch.ClearSequence();
    }

    /// <summary>The batch is through, or has failed for good. A failure leaves a hole in the sequence.</summary>
    public void OnDone(ProducerBatch batch, bool failed)
    {
        _inFlight.Remove(batch);
        if (failed && batch.Identity is not null && batch.Identity == _identity)
            NeedsNewIdentity = true;
    }

    /// <summary>Puts a batch back to its place, to be sent again.</summary>
    public void OnRetry(ProducerBatch batch, long retryAtMs, bool lostSequence)
    {
        _inFlight.Remove(batch);
        _retryAtMs = Math.Max(_retryAtMs, retryAtMs);
        NeedsNewIdentity |= lostSequence && batch.Identity == _identity;
        var next = _batches.First;
        while (next is not null && next.Value.Ordinal < batch.Ordinal)
            next = next.Next;
        if (next is null)
            _batches.AddLast(batch);
        else
            _batches.AddBefore(next, batch);
    }

    /// <summary>True when an earlier batch is not through yet, so that a gap before this one says nothing.</summary>
    public bool HasEarlier(ProducerBatch batch) =>
        _batches.Any(other => other.Ordinal < batch.Ordinal)
            || _inFlight.Exists(other => other.Ordinal < batch.Ordinal);

    /// <summary>Takes out a first batch that was not delivered within <c>delivery.timeout.ms</c>.</summary>
    public ProducerBatch? TakeExpired(long nowMs)
    {
        if (_batches.First is not { Value: var first } || first.CreatedMs + options.DeliveryTimeoutMs > nowMs)
            return null;
        _batches.RemoveFirst();
        NeedsNewIdentity |= first.Identity is not null && first.Identity == _identity;
        return first;
    }

    /// <summary>When the first batch expires.</summary>
    public long ExpiresAtMs =>
        _batches.First is { Value: var first } ? first.CreatedMs + options.DeliveryTimeoutMs : long.MaxValue;

    /// <summary>Takes out everything that is not in flight, when the producer closes.</summary>
    public List<ProducerBatch> TakeAll()
    {
        var all = _batches.ToList();
        _batches.Clear();
        return all;
    }
}
