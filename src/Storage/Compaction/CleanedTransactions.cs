using Platform.Protocol.Records;

namespace Platform.Storage;

/// <summary>
/// Follows transactions through batches in the order of the log, so that compaction drops what was aborted at once,
/// and a marker only after all data of its transaction is gone. One instance per pass over the log.
/// </summary>
internal sealed class CleanedTransactions
{
    private readonly PriorityQueue<AbortedTransaction, long> _waiting = new();
    private readonly Dictionary<long, Aborted> _aborted = [];
    private readonly HashSet<long> _committed = [];

    /// <summary>Called for an aborted transaction of which data may be left: the cleaned segment's index must go on
    /// naming it.</summary>
    internal Action<AbortedTransaction>? Retained { get; set; }

    /// <summary>Adds transactions whose data the pass comes to.</summary>
    internal void Add(IEnumerable<AbortedTransaction> aborted)
    {
        foreach (var transaction in aborted)
            _waiting.Enqueue(transaction, transaction.FirstOffset);
    }

    /// <summary>True when the records of a batch of data were aborted.</summary>
    internal bool OnBatch(in RecordBatchHeader batch)
    {
        TakeUpTo(batch.LastOffset);
        if (!batch.IsTransactional)
            return false;
        if (_aborted.TryGetValue(batch.ProducerId, out var aborted))
        {
            aborted.HasData = true;
            return true;
        }
        _committed.Add(batch.ProducerId);
        return false;
    }

    /// <summary>True when nothing is left of the transaction that a control batch ended.</summary>
    internal bool OnControlBatch(in RecordBatchHeader header, ReadOnlyMemory<byte> batch)
    {
        TakeUpTo(header.LastOffset);
        // What was emptied before says nothing any more.
        if (header.RecordCount == 0)
            return true;
        switch (TypeOf(batch))
        {
            case ControlRecordType.Abort:
                if (!_aborted.Remove(header.ProducerId, out var aborted) || !aborted.HasData)
                    return true;
                Retained?.Invoke(aborted.Transaction);
                return false;
            case ControlRecordType.Commit:
                return !_committed.Remove(header.ProducerId);
            default:
                return false;
        }
    }

    private void TakeUpTo(long offset)
    {
        while (_waiting.TryPeek(out var transaction, out var first) && first <= offset)
        {
            _waiting.Dequeue();
            _aborted.TryAdd(transaction.ProducerId, new Aborted(transaction));
        }
    }

    private static ControlRecordType TypeOf(ReadOnlyMemory<byte> batch)
    {
        foreach (var record in RecordBatch.Parse(batch).Records(LogValidator.MaxDecompressedBytes))
            return ControlRecord.Parse(record).Type;
        return (ControlRecordType)(-1);
    }

    private sealed class Aborted(AbortedTransaction transaction)
    {
        internal AbortedTransaction Transaction { get; } = transaction;
        internal bool HasData { get; set; }
    }
}
