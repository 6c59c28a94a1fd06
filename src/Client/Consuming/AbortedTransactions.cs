using System.Buffers.Binary;
using Platform.Protocol.Messages;
using Platform.Protocol.Records;

namespace Platform.Client.Consuming;

/// <summary>
/// Finds out, batch by batch, what a read_committed consumer must not see: control records, and the records of
/// transactions that the broker named as aborted, from their first offset up to their abort marker.
/// </summary>
internal sealed class AbortedTransactions
{
    private const short AbortMarker = 0;
    private const int MarkerKeyBytes = 4;

    private readonly Queue<FetchResponse.AbortedTransaction> _ahead;
    private readonly HashSet<long> _open = [];

    /// <summary>Null hides control records only.</summary>
    public AbortedTransactions(IEnumerable<FetchResponse.AbortedTransaction>? aborted) =>
        _ahead = new Queue<FetchResponse.AbortedTransaction>((aborted ?? [])
            .OrderBy(transaction => transaction.FirstOffset));

    /// <summary>True when the batch's records must not be handed out. Batches must come in order.</summary>
    public bool Hides(RecordBatch batch)
    {
        while (_ahead.TryPeek(out var next) && next.FirstOffset <= batch.Header.LastOffset)
            _open.Add(_ahead.Dequeue().ProducerId);
        if (!batch.Header.IsControl)
            return batch.Header.IsTransactional && _open.Contains(batch.Header.ProducerId);
        if (IsAbortMarker(batch))
            _open.Remove(batch.Header.ProducerId);
        return true;
    }

    private static bool IsAbortMarker(RecordBatch batch)
    {
        using var records = batch.Records(FetchedData.MaxDecompressedBatchBytes);
        return records.MoveNext() && records.Current.Key is { Length: >= MarkerKeyBytes } key
            && BinaryPrimitives.ReadInt16BigEndian(key.Span[2..]) == AbortMarker;
    }
}
