using Platform.Protocol.Compression;

namespace Platform.Protocol.Records;

/// <summary>
/// Reads the records of one batch, one after the other, without allocating per record. Compressed records are
/// decompressed into one pooled buffer, which goes back at <see cref="Dispose"/>: records are not valid any longer.
/// </summary>
public ref struct RecordBatchReader
{
    private readonly RecordBatchHeader _header;
    private readonly PooledBuffer? _decompressed;
    private readonly ReadOnlyMemory<byte> _records;
    private int _position;
    private int _read;

    internal RecordBatchReader(RecordBatch batch, int maxDecompressedBytes)
    {
        _header = batch.Header;
        _records = batch.Bytes[RecordBatchHeader.Size..];
        if (_header.RecordCount < 0)
            throw Corrupt($"claims {_header.RecordCount} records");
        if (_header.Compression == CompressionType.None || _records.IsEmpty)
            return;
        _decompressed = Decompress(maxDecompressedBytes);
        _records = _decompressed.Written;
    }

    /// <summary>The record stood on.</summary>
    public Record Current { get; private set; }

    /// <summary>Bytes of all records, decompressed.</summary>
    public readonly int DecompressedBytes => _records.Length;

    /// <summary>For <c>foreach</c>, which also disposes.</summary>
    public readonly RecordBatchReader GetEnumerator() => this;

    /// <summary>Goes to the next record; false behind the last.</summary>
    /// <exception cref="CorruptRecordException">The record is malformed, or bytes are left behind the last.</exception>
    public bool MoveNext()
    {
        if (_read == _header.RecordCount)
        {
            if (_position != _records.Length)
                throw Corrupt($"has {_records.Length - _position} bytes behind its {_read} records");
            return false;
        }
        try
        {
            Current = ReadRecord();
        }
        catch (CorruptRecordException wrong)
        {
            throw Corrupt($"is malformed in record {_read} of {_header.RecordCount}: {wrong.Message}", wrong);
        }
        _read++;
        return true;
    }

    /// <summary>Gives the decompressed records back to the pool.</summary>
    public readonly void Dispose() => _decompressed?.Dispose();

    private readonly PooledBuffer Decompress(int maxBytes)
    {
        try
        {
            return CompressionCodecs.Decompress(_header.Compression, _records.Span, maxBytes);
        }
        catch (CompressionException wrong)
        {
            throw Corrupt($"cannot be decompressed: {wrong.Message}", wrong);
        }
    }

    private Record ReadRecord()
    {
        var cursor = new RecordCursor(_records, _position);
        var length = cursor.ReadVarint();
        var bodyStart = cursor.Position;
        if ((uint)length > (uint)cursor.Remaining)
            throw new CorruptRecordException($"it claims {length} bytes, but {cursor.Remaining} are left");

        cursor.ReadByte();                                        // attributes: no bit has a meaning yet
        var timestampDelta = cursor.ReadVarlong();
        var offsetDelta = cursor.ReadVarint();
        var record = new Record
        {
            Offset = _header.BaseOffset + offsetDelta,
            Timestamp = _header.IsLogAppendTime ? _header.MaxTimestamp : _header.BaseTimestamp + timestampDelta,
            Key = cursor.ReadNullableBytes(),
            Value = cursor.ReadNullableBytes(),
            Headers = ReadHeaders(ref cursor),
            SizeInBytes = bodyStart + length - _position,
        };
        if (cursor.Position != bodyStart + length)
            throw new CorruptRecordException($"it claims {length} bytes, but has {cursor.Position - bodyStart}");
        _position = cursor.Position;
        return record;
    }

    private readonly RecordHeaders ReadHeaders(ref RecordCursor cursor)
    {
        var count = cursor.ReadVarint();
        if ((uint)count > (uint)cursor.Remaining)
            throw new CorruptRecordException($"{count} headers do not fit into {cursor.Remaining} bytes");
        var start = cursor.Position;
        for (var left = count; left > 0; left--)
            cursor.SkipHeader();
        return new RecordHeaders(count, _records[start..cursor.Position]);
    }

    private readonly CorruptRecordException Corrupt(string what, Exception? inner = null) =>
        new($"the batch at offset {_header.BaseOffset} {what}", inner);
}
