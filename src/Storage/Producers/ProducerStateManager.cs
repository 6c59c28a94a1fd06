using Platform.Protocol;
using Platform.Protocol.Records;

namespace Platform.Storage;

/// <summary>What the producer state says of a batch.</summary>
/// <param name="Error">Why the batch is refused, or none.</param>
/// <param name="Message">The error in words.</param>
/// <param name="Duplicate">The batch that was appended before with the same sequence numbers.</param>
internal readonly record struct SequenceCheck(ErrorCode Error, string? Message = null, BatchMetadata? Duplicate = null);

/// <summary>
/// The idempotent producers of one partition (KIP-98): refuses gaps in their sequences, recognises batches that were
/// sent twice, and keeps itself in <c>.snapshot</c> files. Confined to the log's lock.
/// </summary>
internal sealed class ProducerStateManager(IFileSystem files, string directory, TopicPartition partition)
{
    private readonly Dictionary<long, ProducerStateEntry> _producers = [];
    private string _directory = directory;

    internal int Count => _producers.Count;

    /// <summary>The state holds every batch in front of this offset.</summary>
    internal long MapEndOffset { get; private set; }

    /// <summary>Offset of the newest snapshot that was written or read; -1 when there is none.</summary>
    internal long LastSnapshotOffset { get; private set; } = -1;

    internal ProducerStateEntry? Find(long producerId) => _producers.GetValueOrDefault(producerId);

    /// <summary>The transactions that hold back readers of committed records.</summary>
    internal OpenTransactions Transactions { get; private set; } = new();

    /// <summary>Appends that wait for the transaction coordinator.</summary>
    internal TransactionVerifications Verifications { get; private set; } = new();

    /// <summary>True when the producer has records of an open transaction here.</summary>
    internal bool HasOpenTransaction(long producerId, short epoch) =>
        Find(producerId) is { } producer && producer.HasOpenTransaction && producer.Epoch == epoch;

    /// <summary>Checks a batch that a client or a coordinator sent.</summary>
    internal SequenceCheck Check(in RecordBatchHeader batch, in TransactionAppend transaction)
    {
        if (!batch.HasProducerId)
            return default;
        var producer = Find(batch.ProducerId);
        if (producer is not null && batch.ProducerEpoch < producer.Epoch)
            return StaleEpoch(batch, producer);
        if (producer is not null && producer.Epoch == batch.ProducerEpoch &&
            producer.TryFind(batch.BaseSequence, batch.LastSequence, out var earlier))
            return new SequenceCheck(ErrorCode.None, Duplicate: earlier);
        if (batch.IsTransactional && !HasOpenTransaction(batch.ProducerId, batch.ProducerEpoch) &&
            !Verifications.IsValid(batch.ProducerId, transaction.Guard))
            return new SequenceCheck(ErrorCode.InvalidTxnState,
                $"{partition}: producer {batch.ProducerId} has no open transaction that this partition is part of");
        // Coordinators number nothing: they append one batch at a time.
        return batch.BaseSequence < 0 ? default : CheckSequence(batch, producer, transaction);
    }

    private SequenceCheck CheckSequence(
        in RecordBatchHeader batch, ProducerStateEntry? producer, in TransactionAppend transaction)
    {
        if (Verifications.ComesTooEarly(batch.ProducerId, batch.ProducerEpoch, batch.BaseSequence))
            return OutOfOrder(batch, "one with a lower sequence waits for the transaction coordinator");
        if (producer is null || producer.Epoch < 0)
        {
            // No state, because it expired or never was: any sequence is accepted. Only where each transaction has an
            // epoch of its own is it known that the first batch is number 0.
            return batch.IsTransactional && transaction.BumpsEpoch && batch.BaseSequence != 0
                ? OutOfOrder(batch, "a transaction begins at sequence 0")
                : default;
        }
        if (batch.ProducerEpoch > producer.Epoch)
            return batch.BaseSequence == 0 ? default : OutOfOrder(batch, "a new epoch begins at sequence 0");
        if (producer.HasOpenTransaction && !batch.IsTransactional)
            return new SequenceCheck(ErrorCode.InvalidTxnState,
                $"{partition}: producer {batch.ProducerId} has an open transaction that this batch is not part of");
        return batch.BaseSequence == RecordBatchHeader.AddSequence(producer.LastSequence, 1)
            ? default
            : OutOfOrder(batch, $"the last one was {producer.LastSequence}");
    }

    /// <summary>Checks a marker that a transaction coordinator sent.</summary>
    internal SequenceCheck Check(
        in RecordBatchHeader batch, in EndTransactionMarker marker, in TransactionAppend transaction)
    {
        if (Find(batch.ProducerId) is not { } producer)
            return default;
        // From version 2 on a marker comes with a new epoch. The same one again is a marker that was sent twice, as
        // long as nothing was opened since.
        var isStale = batch.ProducerEpoch < producer.Epoch || transaction.BumpsEpoch &&
            batch.ProducerEpoch == producer.Epoch && producer.HasOpenTransaction;
        if (isStale)
            return StaleEpoch(batch, producer);
        return marker.CoordinatorEpoch >= producer.CoordinatorEpoch
            ? default
            : new SequenceCheck(ErrorCode.TransactionCoordinatorFenced, $"{partition}: a marker of producer " +
                $"{batch.ProducerId} comes from coordinator epoch {marker.CoordinatorEpoch}, older than " +
                $"{producer.CoordinatorEpoch}");
    }

    /// <summary>Takes a batch that was appended.</summary>
    /// <param name="batch">Its header.</param>
    /// <param name="marker">What it says when it ends a transaction.</param>
    /// <param name="bumpsEpoch">The marker's epoch is that of the next transaction.</param>
    /// <returns>The transaction that it ended, if it had records here.</returns>
    internal CompletedTransaction? Update(
        in RecordBatchHeader batch, EndTransactionMarker? marker = null, bool bumpsEpoch = false)
    {
        MapEndOffset = batch.NextOffset;
        if (!batch.HasProducerId)
            return null;
        if (!_producers.TryGetValue(batch.ProducerId, out var producer))
            _producers[batch.ProducerId] = producer = new ProducerStateEntry(batch.ProducerId);
        producer.SetEpoch(batch.ProducerEpoch);
        if (batch.IsControl && bumpsEpoch)
            Verifications.EndBefore(batch.ProducerId, batch.ProducerEpoch);
        else if (batch.IsControl)
            Verifications.End(batch.ProducerId);
        if (batch.IsControl)
            return marker is { } end ? End(producer, batch, end) : null;
        if (batch.BaseSequence >= 0)
            producer.Add(new BatchMetadata(
                batch.BaseSequence, batch.LastSequence, batch.LastOffset, batch.LastOffsetDelta, batch.MaxTimestamp));
        producer.LastTimestamp = batch.MaxTimestamp;
        if (batch.IsTransactional)
            Begin(producer, batch.BaseOffset);
        return null;
    }

    private void Begin(ProducerStateEntry producer, long firstOffset)
    {
        Verifications.End(producer.ProducerId);
        if (producer.HasOpenTransaction)
            return;
        producer.CurrentTxnFirstOffset = firstOffset;
        Transactions.Begin(firstOffset, producer.ProducerId);
    }

    private CompletedTransaction? End(
        ProducerStateEntry producer, in RecordBatchHeader batch, in EndTransactionMarker marker)
    {
        producer.CoordinatorEpoch = marker.CoordinatorEpoch;
        producer.LastTimestamp = batch.MaxTimestamp;
        if (!producer.HasOpenTransaction)
            return null;        // a marker without records neither holds anybody back nor needs an entry
        var completed = new CompletedTransaction(
            producer.ProducerId, producer.CurrentTxnFirstOffset, batch.LastOffset, marker.IsAbort);
        producer.CurrentTxnFirstOffset = ProducerStateEntry.NoTransaction;
        Transactions.End(completed);
        return completed;
    }

    /// <summary>All producers, by id.</summary>
    internal List<ProducerInfo> Describe() => [.. _producers.Values.OrderBy(p => p.ProducerId).Select(p =>
        new ProducerInfo(
            p.ProducerId, p.Epoch, p.LastSequence, p.LastTimestamp, p.CoordinatorEpoch, p.CurrentTxnFirstOffset))];

    /// <summary>Forgets producers without an open transaction that were silent for so long.</summary>
    /// <returns>How many.</returns>
    internal int RemoveExpired(long nowMs, long expirationMs)
    {
        List<long>? expired = null;
        foreach (var (producerId, producer) in _producers)
        {
            if (!producer.HasOpenTransaction &&
                nowMs - producer.LastTimestamp >= expirationMs)
                (expired ??= []).Add(producerId);
        }
        expired?.ForEach(id => _producers.Remove(id));
        Verifications.RemoveExpired(nowMs, expirationMs);
        return expired?.Count ?? 0;
    }

    /// <summary>Writes the state up to <see cref="MapEndOffset"/>, unless the newest snapshot says the same.</summary>
    internal void TakeSnapshot(bool flush)
    {
        if (MapEndOffset <= LastSnapshotOffset)
            return;
        var producers = _producers.Values.OrderBy(producer => producer.ProducerId).ToList();
        AtomicFile.Write(files, PathOf(MapEndOffset), ProducerSnapshot.Encode(producers), flush);
        LastSnapshotOffset = MapEndOffset;
    }

    /// <summary>Forgets everything and reads the newest readable snapshot at or before <paramref name="endOffset"/>;
    /// newer and damaged ones are removed. The caller replays what lies between.</summary>
    internal void Reload(long logStartOffset, long endOffset)
    {
        Forget();
        MapEndOffset = logStartOffset;
        LastSnapshotOffset = -1;
        var offsets = SnapshotOffsets();
        for (var i = offsets.Count - 1; i >= 0; i--)
        {
            if (offsets[i] <= endOffset && TryLoad(offsets[i]))
                return;
            if (offsets[i] > endOffset)
                files.DeleteFile(PathOf(offsets[i]));
        }
    }

    /// <summary>Reads the newest readable snapshot at or before an offset; deletes none.</summary>
    internal void LoadNewest(long startOffset, long endOffset)
    {
        MapEndOffset = startOffset;
        foreach (var offset in SnapshotOffsets().Where(o => o >= startOffset && o < endOffset).OrderDescending())
        {
            if (!IsReadable(files, PathOf(offset)))
                continue;
            TryLoad(offset);
            return;
        }
    }

    /// <summary>True for a snapshot that is there and whole.</summary>
    internal static bool IsReadable(IFileSystem files, string path)
    {
        try
        {
            return AtomicFile.Read(files, path) is { } bytes && ProducerSnapshot.Decode(path, bytes) is not null;
        }
        catch (CorruptLogException)
        {
            return false;
        }
    }

    /// <summary>Writes what is known as the snapshot of an offset.</summary>
    internal void WriteSnapshot(long offset) => AtomicFile.Write(files, PathOf(offset),
        ProducerSnapshot.Encode([.. _producers.Values.OrderBy(static producer => producer.ProducerId)]));

    /// <summary>Forgets everything, as the log begins anew.</summary>
    internal void Clear(long offset)
    {
        foreach (var snapshot in SnapshotOffsets())
            files.DeleteFile(PathOf(snapshot));
        Forget();
        MapEndOffset = offset;
        LastSnapshotOffset = -1;
    }

    /// <summary>Keeps the snapshots that belong to a segment, and the newest.</summary>
    internal void RemoveStraySnapshots(IReadOnlySet<long> segmentBases)
    {
        var offsets = SnapshotOffsets();
        foreach (var offset in offsets.SkipLast(1).Where(offset => !segmentBases.Contains(offset)))
            files.DeleteFile(PathOf(offset));
    }

    /// <summary>The log begins later: snapshots before it are of no use.</summary>
    internal void DeleteSnapshotsBefore(long offset)
    {
        foreach (var snapshot in SnapshotOffsets().Where(snapshot => snapshot < offset))
            files.DeleteFile(PathOf(snapshot));
    }

    /// <summary>Segments were merged into the one before them: their snapshots are of no use, but for the
    /// newest.</summary>
    internal void DeleteSnapshotsOf(IEnumerable<long> segmentBases)
    {
        foreach (var offset in segmentBases.Where(offset => offset != LastSnapshotOffset))
            files.DeleteFile(PathOf(offset));
    }

    internal void MovedTo(string directory) => _directory = directory;

    /// <summary>Takes the state of a log that ends where this one does; that one starts anew.</summary>
    internal void TakeOver(ProducerStateManager other)
    {
        _producers.Clear();
        foreach (var (producerId, producer) in other._producers)
            _producers[producerId] = producer;
        (Transactions, Verifications) = (other.Transactions, other.Verifications);
        other._producers.Clear();
        (other.Transactions, other.Verifications) = (new(), new());
    }

    private bool TryLoad(long offset)
    {
        var path = PathOf(offset);
        try
        {
            foreach (var producer in ProducerSnapshot.Decode(path, AtomicFile.Read(files, path)))
                Restore(producer);
            MapEndOffset = LastSnapshotOffset = offset;
            return true;
        }
        catch (CorruptLogException)
        {
            // Torn by a crash: an older one and a longer replay give the same state.
            files.DeleteFile(path);
            Forget();
            return false;
        }
    }

    private void Restore(ProducerStateEntry producer)
    {
        _producers[producer.ProducerId] = producer;
        if (producer.HasOpenTransaction)
            Transactions.Begin(producer.CurrentTxnFirstOffset, producer.ProducerId);
    }

    private void Forget()
    {
        _producers.Clear();
        Transactions.Clear();
        Verifications.Clear();
    }

    private List<long> SnapshotOffsets()
    {
        var offsets = new List<long>();
        foreach (var entry in files.List(_directory))
        {
            if (LogFileNames.TryParseOffset(entry.Name, LogFileNames.Snapshot, out var offset))
                offsets.Add(offset);
        }
        return offsets;
    }

    private string PathOf(long offset) => LogFileNames.For(_directory, offset, LogFileNames.Snapshot);

    private SequenceCheck StaleEpoch(in RecordBatchHeader batch, ProducerStateEntry producer) => new(
        ErrorCode.InvalidProducerEpoch, $"{partition}: epoch {batch.ProducerEpoch} of producer {batch.ProducerId} " +
        $"does not follow {producer.Epoch}, the newest that is known");

    private SequenceCheck OutOfOrder(in RecordBatchHeader batch, string why) => new(ErrorCode.OutOfOrderSequenceNumber,
        $"{partition}: sequence {batch.BaseSequence} of producer {batch.ProducerId}: {why}");
}
