namespace Platform.Protocol.Records;

/// <summary>
/// One record of a batch. Key, value and headers are slices of the batch, or of the buffer into which the reader
/// decompressed it: valid only as long as the batch and the <see cref="RecordBatchReader"/>.
/// </summary>
public readonly struct Record
{
    /// <summary>Offset in the log.</summary>
    public long Offset { get; init; }

    /// <summary>In ms since 1970: the producer's, or the broker's when the batch says so; -1 when there is
    /// none.</summary>
    public long Timestamp { get; init; }

    /// <summary>The key, or null.</summary>
    public ReadOnlyMemory<byte>? Key { get; init; }

    /// <summary>The value, or null: for a compacted topic the order to delete the key.</summary>
    public ReadOnlyMemory<byte>? Value { get; init; }

    /// <summary>The headers.</summary>
    public RecordHeaders Headers { get; init; }

    /// <summary>Bytes of the record within the uncompressed batch, its own length included.</summary>
    public int SizeInBytes { get; init; }
}
