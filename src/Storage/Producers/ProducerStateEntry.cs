using System.Runtime.CompilerServices;

namespace Platform.Storage;

/// <summary>What is remembered of one batch of an idempotent producer.</summary>
/// <param name="FirstSequence">Sequence number of its first record.</param>
/// <param name="LastSequence">Sequence number of its last record.</param>
/// <param name="LastOffset">Offset of its last record.</param>
/// <param name="OffsetDelta">Last offset minus first.</param>
/// <param name="Timestamp">Its largest timestamp, in ms since 1970.</param>
internal readonly record struct BatchMetadata(
    int FirstSequence, int LastSequence, long LastOffset, int OffsetDelta, long Timestamp)
{
    internal long FirstOffset => LastOffset - OffsetDelta;
}

/// <summary>One producer in one partition: its epoch and its last five batches, which is as many as a producer may have
/// in flight.</summary>
internal sealed class ProducerStateEntry(long producerId)
{
    internal const int BatchesMax = 5;
    internal const long NoTransaction = -1;

    private Ring _batches;
    private int _first;
    private int _count;

    internal long ProducerId { get; } = producerId;
    internal short Epoch { get; private set; } = -1;
    internal int CoordinatorEpoch { get; set; } = -1;
    internal long LastTimestamp { get; set; } = -1;

    /// <summary>First offset of the open transaction, or <see cref="NoTransaction"/>.</summary>
    internal long CurrentTxnFirstOffset { get; set; } = NoTransaction;

    internal bool HasOpenTransaction => CurrentTxnFirstOffset != NoTransaction;

    internal bool IsEmpty => _count == 0;

    internal BatchMetadata Last => _batches[(_first + _count - 1) % BatchesMax];

    /// <summary>Sequence number of the last record; -1 when nothing is known.</summary>
    internal int LastSequence => IsEmpty ? -1 : Last.LastSequence;

    internal long LastOffset => IsEmpty ? -1 : Last.LastOffset;

    /// <summary>The batch with exactly these sequence numbers.</summary>
    internal bool TryFind(int firstSequence, int lastSequence, out BatchMetadata batch)
    {
        for (var i = 0; i < _count; i++)
        {
            batch = _batches[(_first + i) % BatchesMax];
            if (batch.FirstSequence == firstSequence && batch.LastSequence == lastSequence)
                return true;
        }
        batch = default;
        return false;
    }

    /// <summary>A new epoch begins without batches.</summary>
    internal void SetEpoch(short epoch)
    {
        if (epoch == Epoch)
            return;
        Epoch = epoch;
        _count = 0;
    }

    internal void Add(in BatchMetadata batch)
    {
        if (_count == BatchesMax)
        {
            _batches[_first] = batch;
            _first = (_first + 1) % BatchesMax;
        }
        else
        {
            _batches[(_first + _count++) % BatchesMax] = batch;
        }
        LastTimestamp = batch.Timestamp;
    }

    [InlineArray(BatchesMax)]
    private struct Ring
    {
        private BatchMetadata _element;
    }
}
