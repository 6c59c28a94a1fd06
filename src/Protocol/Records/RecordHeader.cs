namespace Platform.Protocol.Records;

/// <summary>A header of a record (KIP-82). Keys may repeat; the value may be null.</summary>
public readonly record struct RecordHeader(string Key, ReadOnlyMemory<byte>? Value)
{
    /// <summary>A header whose value may be null.</summary>
    public RecordHeader(string key, byte[]? value)
        : this(key, value is null ? default(ReadOnlyMemory<byte>?) : value)
    {
    }
}
