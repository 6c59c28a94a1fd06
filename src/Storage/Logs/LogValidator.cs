using System.Buffers.Binary;
using Platform.Protocol;
using Platform.Protocol.Compression;
using Platform.Protocol.Records;

namespace Platform.Storage;

/// <summary>
/// The rules that batches must keep before a leader appends them, each with its error code, and the corrections that
/// the broker makes. Batches keep their bytes unless the topic wants another codec or their offset deltas are no
/// sequence; timestamps are patched in place. Pure: runs outside of the log's lock.
/// </summary>
internal static class LogValidator
{
    /// <summary>Largest size that the records of one batch may decompress to.</summary>
    internal const int MaxDecompressedBytes = 256 * 1024 * 1024;

    /// <summary>Batches whose records are larger than this are looked at one at a time, so that bombs on many
    /// connections do not fill the memory together.</summary>
    internal const int CommonDecompressedBytes = 16 * 1024 * 1024;

    /// <summary>Records that an error names; a batch can hold many more that are wrong in the same way.</summary>
    internal const int RecordErrorsMax = 100;

    private static readonly Lock LargeBatch = new();

    /// <summary>Checks and corrects <paramref name="records"/>, whose bytes may be changed.</summary>
    internal static ValidatedRecords Validate(Span<byte> records, LogConfig config, AppendOrigin origin, long nowMs)
    {
        if (origin == AppendOrigin.Client)
            return CheckHeader(records, config, origin) is { } wrong
                ? ValidatedRecords.Failed(wrong.Error, wrong.Message)
                : ValidateRecords(records, config, origin, nowMs);
        return ValidateInternal(records, config, origin, nowMs);
    }

    // Batches of the broker itself: complete and whole, possibly several; their records are what we wrote.
    private static ValidatedRecords ValidateInternal(
        Span<byte> records, LogConfig config, AppendOrigin origin, long nowMs)
    {
        var (maxTimestamp, offsets) = (-1L, 0L);
        for (var rest = records; rest.Length > 0;)
        {
            if (CheckHeader(rest, config, origin) is { } wrong)
                return ValidatedRecords.Failed(wrong.Error, wrong.Message);
            var header = RecordBatchHeader.Read(rest);
            var batch = rest[..header.SizeInBytes];
            if (batch.Length == records.Length && !header.IsControl)
                return ValidateRecords(records, config, origin, nowMs);
            maxTimestamp = Math.Max(maxTimestamp, header.MaxTimestamp);
            offsets += header.LastOffsetDelta + 1L;
            rest = rest[batch.Length..];
        }
        return records.Length == 0
            ? ValidatedRecords.Failed(ErrorCode.InvalidRecord, "There is no batch to append")
            : new ValidatedRecords { Records = records, MaxTimestamp = maxTimestamp, OffsetCount = offsets };
    }

    private static (ErrorCode Error, string Message)? CheckHeader(
        Span<byte> records, LogConfig config, AppendOrigin origin)
    {
        if (records.Length < RecordBatchHeader.Size)
            return (ErrorCode.CorruptMessage, $"{records.Length} bytes are too few for a record batch");
        var batch = RecordBatchHeader.Read(records);
        if (batch.Magic is 0 or 1)
            return (ErrorCode.InvalidRecord, $"Message format {batch.Magic} is no longer accepted; format 2 is");
        if (!HeaderScanner.IsPlausible(batch) || batch.SizeInBytes > records.Length)
            return (ErrorCode.CorruptMessage,
                $"The batch says that it has format {batch.Magic} and {batch.BatchLength} bytes; " +
                $"{records.Length} are there");
        if (origin == AppendOrigin.Client && CheckClient(batch, records.Length) is { } refused)
            return (ErrorCode.InvalidRecord, refused);
        if (batch.SizeInBytes > config.MaxMessageBytes && origin == AppendOrigin.Client)
            return (ErrorCode.MessageTooLarge,
                $"The batch has {batch.SizeInBytes} bytes; max.message.bytes allows {config.MaxMessageBytes}");
        if (records.Length > config.SegmentBytes)
            return (ErrorCode.RecordListTooLarge,
                $"{records.Length} bytes of records do not fit a segment of {config.SegmentBytes} (segment.bytes)");
        if (!RecordBatchHeader.IsValidCrc(records[..batch.SizeInBytes]))
            return (ErrorCode.CorruptMessage, "The batch does not match its CRC");
        if (batch.RecordCount <= 0 || batch.LastOffsetDelta + 1 != batch.RecordCount)
            return (ErrorCode.InvalidRecord,
                $"The batch counts {batch.RecordCount} records, but its last offset delta is {batch.LastOffsetDelta}");
        return null;
    }

    private static string? CheckClient(in RecordBatchHeader batch, int bytes) =>
        batch.SizeInBytes < bytes ? "A produce request holds exactly one batch for a partition"
        : batch.BaseOffset != 0 ? $"The base offset of a batch to append must be 0, not {batch.BaseOffset}"
        : batch.IsControl ? "Clients cannot write control records"
        : batch.HasProducerId && batch.BaseSequence < 0
            ? $"Sequence {batch.BaseSequence} of producer {batch.ProducerId} is negative"
        : null;

    private static ValidatedRecords ValidateRecords(
        Span<byte> records, LogConfig config, AppendOrigin origin, long nowMs)
    {
        var batch = RecordBatchHeader.Read(records);
        if (batch.IsLogAppendTime && origin == AppendOrigin.Client)
            return ValidatedRecords.Failed(ErrorCode.InvalidTimestamp, "Only the broker may set the log append time");
        if ((int)batch.Compression > (int)CompressionType.Zstd)
            return ValidatedRecords.Failed(ErrorCode.UnsupportedCompressionType,
                $"Compression codec {(int)batch.Compression} does not exist");
        if (batch.Compression == CompressionType.None)
            return ValidatePlain(records, records[RecordBatchHeader.Size..], batch, config, origin, nowMs);
        try
        {
            return ValidateCompressed(records, batch, config, origin, nowMs);
        }
        catch (CompressionException error)
        {
            return ValidatedRecords.Failed(
                ErrorCode.InvalidRecord, $"The records cannot be decompressed: {error.Message}");
        }
    }

    private static ValidatedRecords ValidateCompressed(
        Span<byte> records, scoped in RecordBatchHeader batch, LogConfig config, AppendOrigin origin, long nowMs)
    {
        try
        {
            using var plain = CompressionCodecs.Decompress(
                batch.Compression, records[RecordBatchHeader.Size..], CommonDecompressedBytes);
            return ValidatePlain(records, plain.WrittenSpan, batch, config, origin, nowMs);
        }
        catch (CompressionException error) when (error.IsTooLarge)
        {
            lock (LargeBatch)
            {
                using var plain = CompressionCodecs.Decompress(
                    batch.Compression, records[RecordBatchHeader.Size..], MaxDecompressedBytes);
                return ValidatePlain(records, plain.WrittenSpan, batch, config, origin, nowMs);
            }
        }
    }

    private static ValidatedRecords ValidatePlain(Span<byte> records, scoped ReadOnlySpan<byte> plain,
        scoped in RecordBatchHeader batch, LogConfig config, AppendOrigin origin, long nowMs)
    {
        var check = RecordCheck.Run(plain, batch, config, origin, nowMs);
        if (check.Error != ErrorCode.None)
            return ValidatedRecords.Failed(check.Error, check.Message!, check.RecordErrors);

        var codec = config.CompressionType ?? batch.Compression;
        PooledBuffer? rewritten = null;
        if (codec != batch.Compression || !check.IsSequence)
            rewritten = Rewrite(records, plain, check.IsSequence, codec, config.CompressionLevel);
        var target = rewritten is null ? records : rewritten.WrittenSpan;
        var appendTime = config.TimestampType == TimestampType.LogAppendTime;
        var maxTimestamp = appendTime ? nowMs : check.MaxTimestamp;
        if (PatchTimestamps(target, appendTime, maxTimestamp) || rewritten is not null)
            RecordBatchHeader.SealCrc(target);
        return new ValidatedRecords
        {
            Records = target,
            Rewritten = rewritten,
            MaxTimestamp = maxTimestamp,
            OffsetCount = batch.LastOffsetDelta + 1L,
        };
    }

    private static bool PatchTimestamps(Span<byte> batch, bool appendTime, long maxTimestamp)
    {
        var attributes = BinaryPrimitives.ReadInt16BigEndian(batch[RecordBatchHeader.AttributesPosition..]);
        var wanted = (short)(appendTime
            ? attributes | RecordBatchHeader.LogAppendTimeFlag
            : attributes & ~RecordBatchHeader.LogAppendTimeFlag);
        var stated = BinaryPrimitives.ReadInt64BigEndian(batch[RecordBatchHeader.MaxTimestampPosition..]);
        if (attributes == wanted && stated == maxTimestamp)
            return false;
        BinaryPrimitives.WriteInt16BigEndian(batch[RecordBatchHeader.AttributesPosition..], wanted);
        BinaryPrimitives.WriteInt64BigEndian(batch[RecordBatchHeader.MaxTimestampPosition..], maxTimestamp);
        return true;
    }

    // The same header and records in another codec, or with offset deltas 0, 1, 2, ...
    private static PooledBuffer Rewrite(
        ReadOnlySpan<byte> batch, ReadOnlySpan<byte> plain, bool isSequence, CompressionType codec, int? level)
    {
        using var sequence = isSequence ? null : RecordCheck.WithSequentialOffsets(plain);
        var rewritten = new PooledBuffer(batch.Length);
        rewritten.Write(batch[..RecordBatchHeader.Size]);
        var chosen = CompressionCodecs.For(codec);
        chosen.Compress(sequence is null ? plain : sequence.WrittenSpan, rewritten, level ?? chosen.DefaultLevel);
        var bytes = rewritten.WrittenSpan;
        BinaryPrimitives.WriteInt32BigEndian(
            bytes[RecordBatchHeader.LengthPosition..], bytes.Length - RecordBatchHeader.LogOverhead);
        bytes[RecordBatchHeader.AttributesPosition + 1] = (byte)
            (bytes[RecordBatchHeader.AttributesPosition + 1] & ~RecordBatchHeader.CompressionMask | (int)codec);
        return rewritten;
    }
}
