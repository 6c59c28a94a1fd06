using Platform.Protocol.Compression;
using Platform.Protocol.Records;

namespace Platform.Storage;

/// <summary>What compaction did, in records and bytes.</summary>
public readonly record struct CleanerStats
{
    /// <summary>Records looked at.</summary>
    public long RecordsRead { get; init; }
    /// <summary>Records kept.</summary>
    public long RecordsKept { get; init; }
    /// <summary>Records without a key, which a compacted log cannot hold; they were dropped.</summary>
    public long RecordsWithoutKey { get; init; }
    /// <summary>Bytes of batches looked at while rewriting.</summary>
    public long BytesRead { get; init; }
    /// <summary>Bytes of batches written.</summary>
    public long BytesWritten { get; init; }

    /// <summary>Adds two.</summary>
    public static CleanerStats operator +(CleanerStats a, CleanerStats b) => new()
    {
        RecordsRead = a.RecordsRead + b.RecordsRead,
        RecordsKept = a.RecordsKept + b.RecordsKept,
        RecordsWithoutKey = a.RecordsWithoutKey + b.RecordsWithoutKey,
        BytesRead = a.BytesRead + b.BytesRead,
        BytesWritten = a.BytesWritten + b.BytesWritten,
    };
}

/// <summary>What a pass over a log decides by.</summary>
/// <param name="Offsets">The newest offset of each key.</param>
/// <param name="Transactions">Which transactions were aborted.</param>
/// <param name="IsLastOfProducer">True for the batch that says where an active producer is.</param>
/// <param name="UpperBound">Where the pass ends.</param>
/// <param name="NowMs">The time, in ms since 1970.</param>
/// <param name="DeleteRetentionMs">How long tombstones and markers stay from now on.</param>
internal sealed record CleaningRules(
    OffsetMap Offsets, CleanedTransactions Transactions, Func<RecordBatchHeader, bool> IsLastOfProducer,
    long UpperBound, long NowMs, long DeleteRetentionMs);

/// <summary>
/// Decides what compaction keeps of a batch, and writes it. Batches are never merged, and keep their first and last
/// offset whatever is left between them. A tombstone or marker stays for <c>delete.retention.ms</c> after the first
/// pass that met it: that pass puts the time into the batch (KIP-534).
/// </summary>
internal sealed class BatchCleaner(CleaningRules rules) : IDisposable
{
    private readonly PooledBuffer _kept = new();
    private int _withoutKey;

    /// <summary>What happened since the last reset.</summary>
    internal CleanerStats Stats { get; private set; }

    /// <summary>Appends what is kept of a batch to <paramref name="output"/>.</summary>
    /// <exception cref="CorruptRecordException">The records cannot be read.</exception>
    internal void Clean(ReadOnlyMemory<byte> batch, in RecordBatchHeader header, PooledBuffer output)
    {
        var before = output.Length;
        _withoutKey = 0;
        var isOver = header.IsControl
            ? rules.Transactions.OnControlBatch(header, batch)
            : rules.Transactions.OnBatch(header);
        var isDiscarded = isOver && (!header.IsControl ||
            header.HasDeleteHorizon && header.BaseTimestamp <= rules.NowMs);
        var kept = isDiscarded || header.RecordCount == 0
            ? 0
            : CleanRecords(batch, header, endsEmptyTransaction: isOver && header.IsControl, output);
        // Producers must be found again after a restart, and the log must not end earlier than it did.
        if (kept == 0 && (header.HasProducerId && rules.IsLastOfProducer(header) ||
            header.NextOffset == rules.UpperBound))
            WriteEmpty(header, output);
        Stats += new CleanerStats
        {
            RecordsRead = header.RecordCount,
            RecordsKept = kept,
            RecordsWithoutKey = _withoutKey,
            BytesRead = batch.Length,
            BytesWritten = output.Length - before,
        };
    }

    public void Dispose() => _kept.Dispose();

    private int CleanRecords(
        ReadOnlyMemory<byte> batch, in RecordBatchHeader header, bool endsEmptyTransaction, PooledBuffer output)
    {
        if (header.Compression == CompressionType.None)
            return CleanPlain(batch.Span, batch.Span[RecordBatchHeader.Size..], header, endsEmptyTransaction, output);
        try
        {
            using var plain = CompressionCodecs.Decompress(
                header.Compression, batch.Span[RecordBatchHeader.Size..], LogValidator.MaxDecompressedBytes);
            return CleanPlain(batch.Span, plain.WrittenSpan, header, endsEmptyTransaction, output);
        }
        catch (CompressionException wrong)
        {
            throw new CorruptRecordException(
                $"the batch at offset {header.BaseOffset} cannot be decompressed: {wrong.Message}", wrong);
        }
    }

    private int CleanPlain(ReadOnlySpan<byte> batch, ReadOnlySpan<byte> plain, in RecordBatchHeader header,
        bool endsEmptyTransaction, PooledBuffer output)
    {
        var choice = Choose(plain, header);
        if (choice.Count == 0)
            return 0;
        var setsHorizon = !header.HasDeleteHorizon && (choice.HasTombstone || endsEmptyTransaction);
        if (choice.Count == header.RecordCount && !setsHorizon)
            output.Write(batch);
        else
            Rebuild(plain, header, choice, setsHorizon, output);
        return choice.Count;
    }

    private Choice Choose(ReadOnlySpan<byte> plain, in RecordBatchHeader header)
    {
        var choice = new Choice { MaxTimestamp = -1 };
        var records = new RecordWalker(plain);
        while (records.MoveNext())
        {
            if (!IsKept(records, header))
            {
                _withoutKey += records.HasKey ? 0 : 1;
                continue;
            }
            choice.Count++;
            choice.HasTombstone |= !records.HasValue;
            choice.MaxTimestamp = Math.Max(choice.MaxTimestamp, header.BaseTimestamp + records.TimestampDelta);
        }
        return choice;
    }

    private bool IsKept(in RecordWalker record, in RecordBatchHeader header)
    {
        var offset = header.BaseOffset + record.OffsetDelta;
        if (header.IsControl || offset > rules.Offsets.LatestOffset)
            return true;
        if (!record.HasKey)
            return false;
        return offset >= rules.Offsets.Get(record.Key) &&
            (record.HasValue || !header.HasDeleteHorizon || rules.NowMs < header.BaseTimestamp);
    }

    private void Rebuild(ReadOnlySpan<byte> plain, in RecordBatchHeader header, in Choice choice, bool setsHorizon,
        PooledBuffer output)
    {
        var horizon = rules.NowMs + rules.DeleteRetentionMs;
        _kept.Truncate(0);
        var records = new RecordWalker(plain);
        while (records.MoveNext())
        {
            if (!IsKept(records, header))
                continue;
            if (setsHorizon)
                WriteWithTimestamp(records, header.BaseTimestamp + records.TimestampDelta - horizon);
            else
                _kept.Write(records.Record);
        }
        var start = output.Length;
        output.Append(RecordBatchHeader.Size);
        var codec = CompressionCodecs.For(header.Compression);
        codec.Compress(_kept.WrittenSpan, output, codec.DefaultLevel);
        Seal(output.WrittenSpan[start..], header with
        {
            Attributes = setsHorizon
                ? (short)(header.Attributes | RecordBatchHeader.DeleteHorizonFlag)
                : header.Attributes,
            BaseTimestamp = setsHorizon ? horizon : header.BaseTimestamp,
            MaxTimestamp = header.IsLogAppendTime ? header.MaxTimestamp : choice.MaxTimestamp,
            RecordCount = choice.Count,
        });
    }

    // Deltas count from the base timestamp, which becomes the horizon.
    private void WriteWithTimestamp(in RecordWalker record, long timestampDelta)
    {
        Span<byte> delta = stackalloc byte[Varint.SizeMax];
        delta = delta[..Varint.Write(delta, timestampDelta)];
        Span<byte> length = stackalloc byte[Varint.SizeMax];
        length = length[..Varint.Write(length, 1 + delta.Length + record.AfterTimestamp.Length)];
        _kept.Write(length);
        _kept.Write([record.Attributes]);
        _kept.Write(delta);
        _kept.Write(record.AfterTimestamp);
    }

    private static void WriteEmpty(in RecordBatchHeader header, PooledBuffer output) =>
        Seal(output.Append(RecordBatchHeader.Size), header with
        {
            Attributes = (short)(header.Attributes &
                ~(RecordBatchHeader.CompressionMask | RecordBatchHeader.DeleteHorizonFlag)),
            BaseTimestamp = -1,
            RecordCount = 0,
        });

    private static void Seal(Span<byte> batch, in RecordBatchHeader header)
    {
        (header with { BatchLength = batch.Length - RecordBatchHeader.LogOverhead }).Write(batch);
        RecordBatchHeader.SealCrc(batch);
    }

    private struct Choice
    {
        internal int Count;
        internal bool HasTombstone;
        internal long MaxTimestamp;
    }
}
