using System.Buffers.Binary;

namespace Platform.Protocol.Records;

/// <summary>A record batch of format 2 within bytes that belong to someone else: its header, decoded, and all of its
/// bytes. The records stay as they are until <see cref="Records"/> reads them.</summary>
public readonly struct RecordBatch
{
    private RecordBatch(RecordBatchHeader header, ReadOnlyMemory<byte> bytes)
    {
        Header = header;
        Bytes = bytes;
    }

    /// <summary>The decoded header.</summary>
    public RecordBatchHeader Header { get; }

    /// <summary>The whole batch, its header included.</summary>
    public ReadOnlyMemory<byte> Bytes { get; }

    /// <summary>Takes the batch at the start of <paramref name="bytes"/>; what follows it is left out.</summary>
    /// <exception cref="CorruptRecordException">The batch is incomplete, of another format, or its length is
    /// impossible. The checksum is not looked at.</exception>
    public static RecordBatch Parse(ReadOnlyMemory<byte> bytes)
    {
        var size = ReadSize(bytes.Span);
        if (size > bytes.Length)
            throw new CorruptRecordException($"a batch of {size} bytes is cut off after {bytes.Length}");
        var header = RecordBatchHeader.Read(bytes.Span);
        return new RecordBatch(header, bytes[..size]);
    }

    /// <summary>The size that the batch at the start of <paramref name="bytes"/> claims to have.</summary>
    /// <exception cref="CorruptRecordException">No batch of format 2 begins here.</exception>
    public static int ReadSize(ReadOnlySpan<byte> bytes)
    {
        if (bytes.Length < RecordBatchHeader.MagicPosition + 1)
            throw new CorruptRecordException($"a batch header is cut off after {bytes.Length} bytes");
        var magic = (sbyte)bytes[RecordBatchHeader.MagicPosition];
        if (magic != RecordBatchHeader.CurrentMagic)
            throw new CorruptRecordException($"a batch has format {magic}; only format 2 is supported");
        var length = BinaryPrimitives.ReadInt32BigEndian(bytes[RecordBatchHeader.LengthPosition..]);
        const int shortest = RecordBatchHeader.Size - RecordBatchHeader.LogOverhead;
        if (length is < shortest or > int.MaxValue - RecordBatchHeader.LogOverhead)
            throw new CorruptRecordException($"a batch claims a length of {length}; the shortest has {shortest}");
        return length + RecordBatchHeader.LogOverhead;
    }

    /// <summary>True when the bytes match their CRC-32C.</summary>
    public bool IsCrcValid => RecordBatchHeader.IsValidCrc(Bytes.Span);

    /// <summary>Throws with both checksums when they differ.</summary>
    /// <param name="place">Where the batch came from, for the message.</param>
    /// <exception cref="CorruptRecordException">The checksum is wrong.</exception>
    public void EnsureValidCrc(string place)
    {
        var computed = RecordBatchHeader.ComputeCrc(Bytes.Span);
        if (computed != Header.Crc)
            throw CorruptRecordException.WrongCrc($"{place}, offset {Header.BaseOffset}", Header.Crc, computed);
    }

    /// <summary>Reads the records, which must be disposed of when they were compressed.</summary>
    /// <param name="maxDecompressedBytes">Bytes that the records may take when decompressed.</param>
    /// <exception cref="CorruptRecordException">The records cannot be decompressed, or not within the
    /// limit.</exception>
    public RecordBatchReader Records(int maxDecompressedBytes) => new(this, maxDecompressedBytes);
}
