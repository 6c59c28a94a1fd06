namespace Platform.Api.Serialization;

/// <summary>Reads Avro's binary encoding; every length is checked against what is there.</summary>
internal ref struct AvroBinaryReader(ReadOnlySpan<byte> data)
{
    /// <summary>Items of all arrays and maps of one value; items without bytes have no other bound.</summary>
    public const long MaxItems = 1_000_000;

    private ReadOnlySpan<byte> _rest = data;
    private long _items;

    public long Long()
    {
        ulong value = 0;
        for (var shift = 0; shift < 64; shift += 7)
        {
            var part = Take(1)[0];
            value |= (ulong)(part & 0x7f) << shift;
            if (part < 0x80)
                return (long)(value >> 1) ^ -(long)(value & 1);
        }
        throw new DataMismatchException("the data holds a number of more than ten bytes");
    }

    /// <summary>The number of a symbol or branch.</summary>
    public int Index(int count)
    {
        var index = Long();
        return index >= 0 && index < count ? (int)index
            : throw new DataMismatchException($"the data names the branch or symbol {index} of {count}");
    }

    public ReadOnlySpan<byte> Bytes()
    {
        var length = Long();
        return Take(length is >= 0 and <= int.MaxValue ? (int)length : int.MaxValue);
    }

    /// <summary>The number of items in the next block, 0 after the last. A negative one is followed by its size.</summary>
    public long Block()
    {
        var count = Long();
        if (count < 0)
        {
            count = -count;
            Long();
        }
        _items += count;
        return count >= 0 && _items <= MaxItems ? count
            : throw new DataMismatchException($"the data holds more than {MaxItems} items");
    }

    public ReadOnlySpan<byte> Take(int length)
    {
        if (length > _rest.Length)
            throw new DataMismatchException("the data ends too early");
        var taken = _rest[..length];
        _rest = _rest[length..];
        return taken;
    }
}
