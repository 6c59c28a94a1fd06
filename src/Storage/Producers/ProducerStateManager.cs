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

    /// <summary>Checks a batch that a client sent.</summary>
    internal SequenceCheck Check(in RecordBatchHeader batch)
    {
        if (!batch.HasProducerId || Find(batch.ProducerId) is not { } producer)
            return default;     // no state, because it expired or never was: any sequence is accepted
        if (batch.ProducerEpoch < producer.Epoch)
            return new SequenceCheck(ErrorCode.InvalidProducerEpoch, 
                $"{partition}: epoch {batch.ProducerEpoch} of producer {batch.ProducerId} is older than " +
                $"{producer.Epoch}");
        if (batch.ProducerEpoch > producer.Epoch)
            return batch.BaseSequence == 0 ? default : OutOfOrder(batch, "a new epoch begins at sequence 0");
        if (producer.TryFind(batch.BaseSequence, batch.LastSequence, out var earlier))
            return new SequenceCheck(ErrorCode.None, Duplicate: earlier);
        if (producer.CurrentTxnFirstOffset != ProducerStateEntry.NoTransaction && !batch.IsTransactional)
            return new SequenceCheck(ErrorCode.InvalidTxnState, 
                $"{partition}: producer {batch.ProducerId} has an open transaction that this batch is not part of");
        if (producer.IsEmpty || batch.BaseSequence == RecordBatchHeader.AddSequence(producer.LastSequence, 1))
            return default;
        return OutOfOrder(batch, $"the last one was {producer.LastSequence}");
    }

    /// <summary>Takes a batch that was appended.</summary>
    internal void Update(in RecordBatchHeader batch)
    {
        MapEndOffset = batch.NextOffset;
        if (!batch.HasProducerId)
            return;
        if (!_producers.TryGetValue(batch.ProducerId, out var producer))
            _producers[batch.ProducerId] = producer = new ProducerStateEntry(batch.ProducerId);
        producer.SetEpoch(batch.ProducerEpoch);
        if (batch.IsControl)
        {
            producer.CurrentTxnFirstOffset = ProducerStateEntry.NoTransaction;
            producer.LastTimestamp = batch.MaxTimestamp;
            return;
        }
        producer.Add(new BatchMetadata(
            batch.BaseSequence, batch.LastSequence, batch.LastOffset, batch.LastOffsetDelta, batch.MaxTimestamp));
        if (batch.IsTransactional && producer.CurrentTxnFirstOffset == ProducerStateEntry.NoTransaction)
            producer.CurrentTxnFirstOffset = batch.BaseOffset;
    }

    /// <summary>Forgets producers without an open transaction that were silent for so long.</summary>
    /// <returns>How many.</returns>
    internal int RemoveExpired(long nowMs, long expirationMs)
    {
        List<long>? expired = null;
        foreach (var (producerId, producer) in _producers)
        {
            if (producer.CurrentTxnFirstOffset == ProducerStateEntry.NoTransaction &&
                nowMs - producer.LastTimestamp >= expirationMs)
                (expired ??= []).Add(producerId);
        }
        expired?.ForEach(id => _producers.Remove(id));
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
        _producers.Clear();
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

    /// <summary>Forgets everything, as the log begins anew.</summary>
    internal void Clear(long offset)
    {
        foreach (var snapshot in SnapshotOffsets())
            files.DeleteFile(PathOf(snapshot));
        _producers.Clear();
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

    internal void MovedTo(string directory) => _directory = directory;

    private bool TryLoad(long offset)
    {
        var path = PathOf(offset);
        try
        {
            foreach (var producer in ProducerSnapshot.Decode(path, AtomicFile.Read(files, path)))
                _producers[producer.ProducerId] = producer;
            MapEndOffset = LastSnapshotOffset = offset;
            return true;
        }
        catch (CorruptLogException)
        {
            // Torn by a crash: an older one and a longer replay give the same state.
            files.DeleteFile(path);
            _producers.Clear();
            return false;
        }
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

    private SequenceCheck OutOfOrder(in RecordBatchHeader batch, string why) => new(ErrorCode.OutOfOrderSequenceNumber,
        $"{partition}: sequence {batch.BaseSequence} of producer {batch.ProducerId}: {why}");
}
