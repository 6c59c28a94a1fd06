using System.Buffers;
using Platform.Protocol.Compression;

namespace Platform.Protocol.Records;

/// <summary>
/// Collects records into one batch of format 2. Reusable after <see cref="Reset"/>; not thread-safe. Records are
/// encoded as they come, into pooled memory, and compressed once at the end.
/// </summary>
public sealed class RecordBatchBuilder : IDisposable
{
    private const int InitialCapacity = 4096;

    private readonly PooledBuffer _records = new(InitialCapacity);
    private long _firstTimestamp;
    private long _maxTimestamp;
    private long _lastOffset;

    /// <summary>Codec of the records.</summary>
    public CompressionType Compression { get; init; }

    /// <summary>Level of the codec; null for its default.</summary>
    public int? CompressionLevel { get; init; }

    /// <summary>Offset of the first record; a broker replaces it.</summary>
    public long BaseOffset { get; set; }

    /// <summary>Epoch of the leader that appends; -1 when a client builds the batch.</summary>
    public int PartitionLeaderEpoch { get; set; } = -1;

    /// <summary>Id of an idempotent producer, or -1.</summary>
    public long ProducerId { get; set; } = -1;

    /// <summary>Epoch of that producer, or -1.</summary>
    public short ProducerEpoch { get; set; } = -1;

    /// <summary>Sequence number of the first record, or -1.</summary>
    public int BaseSequence { get; set; } = -1;

    /// <summary>Part of a transaction.</summary>
    public bool IsTransactional { get; set; }

    /// <summary>Holds control records.</summary>
    public bool IsControl { get; set; }

    /// <summary>When set, every record gets this time, in ms since 1970, instead of its own (LogAppendTime).</summary>
    public long? LogAppendTimeMs { get; set; }

    /// <summary>When set, from this time on, in ms since 1970, compaction may remove the batch's tombstones
    /// (KIP-534).</summary>
    public long? DeleteHorizonMs { get; set; }

    /// <summary>When set, the batch ends at this offset although the record there is gone (compaction).</summary>
    public long? LastOffsetOverride { get; set; }

    /// <summary>Records appended so far.</summary>
    public int Count { get; private set; }

    /// <summary>Bytes of the batch as it stands, uncompressed: what it takes at most, save for incompressible
    /// data.</summary>
    public int EstimatedSize => RecordBatchHeader.Size + _records.Length;

    /// <summary>Bytes by which a record makes the batch larger at most, before compression.</summary>
    public static int MaxRecordSize(int keyLength, int valueLength, ReadOnlySpan<RecordHeader> headers = default) =>
        RecordEncoder.MaxSize(keyLength, valueLength, headers);

    /// <summary>Appends a record behind the last.</summary>
    /// <param name="timestamp">In ms since 1970, or -1.</param>
    /// <param name="key">The key, or null.</param>
    /// <param name="value">The value, or null.</param>
    /// <param name="headers">The headers, none by default.</param>
    /// <returns>The record's offset.</returns>
    public long Append(long timestamp, byte[]? key, byte[]? value, ReadOnlySpan<RecordHeader> headers = default) =>
        Append(timestamp, Nullable(key), Nullable(value), headers);

    /// <inheritdoc cref="Append(long, byte[], byte[], ReadOnlySpan{RecordHeader})"/>
    public long Append(
        long timestamp,
        ReadOnlyMemory<byte>? key,
        ReadOnlyMemory<byte>? value,
        ReadOnlySpan<RecordHeader> headers = default)
    {
        var offset = Count == 0 ? BaseOffset : _lastOffset + 1;
        AppendAt(offset, timestamp, key, value, headers);
        return offset;
    }

    /// <summary>Appends a record that keeps its offset, which must be behind the last one (compaction leaves
    /// gaps).</summary>
    public void AppendAt(
        long offset,
        long timestamp,
        ReadOnlyMemory<byte>? key,
        ReadOnlyMemory<byte>? value,
        ReadOnlySpan<RecordHeader> headers = default)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(offset, Count == 0 ? BaseOffset : _lastOffset + 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(offset - BaseOffset, int.MaxValue, nameof(offset));
        if (Count == 0)
            (_firstTimestamp, _maxTimestamp) = (DeleteHorizonMs ?? timestamp, timestamp);
        RecordEncoder.Write(
            _records, (int)(offset - BaseOffset), timestamp - _firstTimestamp, key, value, headers);
        _lastOffset = offset;
        _maxTimestamp = Math.Max(_maxTimestamp, timestamp);
        Count++;
    }

    /// <summary>Appends a record of another batch with its offset and time.</summary>
    public void AppendAt(Record record) =>
        AppendAt(record.Offset, record.Timestamp, record.Key, record.Value, record.Headers.ToArray());

    /// <summary>The batch, sealed with its checksum, in an array of its own.</summary>
    public byte[] Build()
    {
        using var batch = new PooledBuffer(EstimatedSize);
        Build(batch);
        return batch.WrittenSpan.ToArray();
    }

    /// <summary>Appends the batch, sealed with its checksum, to <paramref name="destination"/>.</summary>
    /// <returns>The header as it was written.</returns>
    public RecordBatchHeader Build(PooledBuffer destination)
    {
        var start = destination.Length;
        destination.Append(RecordBatchHeader.Size);
        var codec = CompressionCodecs.For(Compression);
        if (Count > 0)
            codec.Compress(_records.WrittenSpan, destination, CompressionLevel ?? codec.DefaultLevel);

        var batch = destination.WrittenSpan[start..];
        HeaderFor(batch.Length).Write(batch);
        RecordBatchHeader.SealCrc(batch);
        return RecordBatchHeader.Read(batch);
    }

    /// <summary>Appends the batch, sealed with its checksum, to any other buffer.</summary>
    public void Build(IBufferWriter<byte> destination)
    {
        using var batch = new PooledBuffer(EstimatedSize);
        Build(batch);
        destination.Write(batch.WrittenSpan);
    }

    /// <summary>Forgets the records; codec, offsets and producer stay.</summary>
    public void Reset()
    {
        _records.Truncate(0);
        Count = 0;
    }

    /// <summary>Gives the memory back.</summary>
    public void Dispose() => _records.Dispose();

    private RecordBatchHeader HeaderFor(int size) => new()
    {
        BaseOffset = BaseOffset,
        BatchLength = size - RecordBatchHeader.LogOverhead,
        PartitionLeaderEpoch = PartitionLeaderEpoch,
        Magic = RecordBatchHeader.CurrentMagic,
        Attributes = Attributes,
        LastOffsetDelta = (int)((LastOffsetOverride ?? LastOffset) - BaseOffset),
        BaseTimestamp = Count > 0 ? _firstTimestamp : DeleteHorizonMs ?? -1,
        MaxTimestamp = LogAppendTimeMs ?? (Count > 0 ? _maxTimestamp : -1),
        ProducerId = ProducerId,
        ProducerEpoch = ProducerEpoch,
        BaseSequence = BaseSequence,
        RecordCount = Count,
    };

    private long LastOffset => Count > 0 ? _lastOffset
        : throw new InvalidOperationException("A batch without records needs LastOffsetOverride.");

    private short Attributes => (short)((int)Compression
        | (LogAppendTimeMs is null ? 0 : RecordBatchHeader.LogAppendTimeFlag)
        | (IsTransactional ? RecordBatchHeader.TransactionalFlag : 0)
        | (IsControl ? RecordBatchHeader.ControlFlag : 0)
        | (DeleteHorizonMs is null ? 0 : RecordBatchHeader.DeleteHorizonFlag));

    // A bare null would become an empty memory here: byte[] converts to it, null included.
    private static ReadOnlyMemory<byte>? Nullable(byte[]? bytes) =>
        bytes is null ? default(ReadOnlyMemory<byte>?) : bytes;
}
