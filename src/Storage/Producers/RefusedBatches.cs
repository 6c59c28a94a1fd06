using Platform.Protocol;
using Platform.Protocol.Records;

namespace Platform.Storage;

/// <summary>
/// The first batch of each idempotent producer that was refused for a reason that passes (a full disk, too few replicas,
/// a leader that does not lead yet), while the batches behind it are under way already. Those get the same answer. Any
/// other would harm: appended, they would overtake it; answered OUT_OF_ORDER_SEQUENCE_NUMBER, librdkafka takes a new epoch
/// for <em>all</em> of its partitions, and sends again under it what other leaders have appended but not yet acknowledged.
/// Confined to the log's lock.
/// </summary>
internal sealed class RefusedBatches
{
    /// <summary>A producer that has given up a batch by then (delivery.timeout.ms) shall learn of the gap.</summary>
    internal const long LifetimeMs = 120_000;

    /// <summary>The most producers that are remembered at a time.</summary>
    internal const int Limit = 10_000;

    private readonly Dictionary<long, Refusal> _byProducer = [];

    internal int Count => _byProducer.Count;

    /// <summary>A batch was refused. One that stands behind another that was refused before changes nothing.</summary>
    internal void Add(in RecordBatchHeader batch, ErrorCode error, string? message, long nowMs)
    {
        if (!batch.HasProducerId || batch.IsControl || batch.BaseSequence < 0)
            return;
        var known = _byProducer.TryGetValue(batch.ProducerId, out var earlier);
        if (known ? earlier.Epoch == batch.ProducerEpoch && IsBehind(batch.BaseSequence, earlier.Sequence) : !HasRoom(nowMs))
            return;
        _byProducer[batch.ProducerId] = new Refusal(batch.ProducerEpoch, batch.BaseSequence, error, message, nowMs);
    }

    /// <summary>The answer to a batch that stands behind one that was refused; null when there is none.</summary>
    internal (ErrorCode Error, string? Message)? Find(in RecordBatchHeader batch, long nowMs)
    {
        if (_byProducer.Count == 0 || !_byProducer.TryGetValue(batch.ProducerId, out var earlier) ||
            earlier.Epoch != batch.ProducerEpoch || !IsBehind(batch.BaseSequence, earlier.Sequence))
            return null;
        if (nowMs - earlier.RefusedMs < LifetimeMs)
            return (earlier.Error, earlier.Message);
        _byProducer.Remove(batch.ProducerId);
        return null;
    }

    /// <summary>A batch of the producer was appended: it is in order again.</summary>
    internal void Forget(long producerId)
    {
        if (_byProducer.Count > 0)
            _byProducer.Remove(producerId);
    }

    private bool HasRoom(long nowMs)
    {
        if (_byProducer.Count < Limit)
            return true;
        foreach (var (producerId, refusal) in _byProducer)
        {
            if (nowMs - refusal.RefusedMs >= LifetimeMs)
                _byProducer.Remove(producerId);
        }
        return _byProducer.Count < Limit;
    }

    // Sequences wrap: the nearer way round tells which comes first.
    private static bool IsBehind(int sequence, int earlier) =>
        sequence != earlier && ((sequence - earlier) & int.MaxValue) <= int.MaxValue / 2;

    private readonly record struct Refusal(short Epoch, int Sequence, ErrorCode Error, string? Message, long RefusedMs);
}
