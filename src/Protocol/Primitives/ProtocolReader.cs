using System.Buffers.Binary;
using System.Text;

namespace Platform.Protocol;

/// <summary>
/// Reads Kafka's big-endian primitives from one contiguous frame. Never reads past its end: malformed input throws
/// <see cref="ProtocolException"/>. Records are slices of the frame, everything else is copied.
/// </summary>
public ref struct ProtocolReader
{
    /// <summary>Most elements that one message may hold in all of its arrays together: bounds its memory.</summary>
    public const int MaxElements = 10_000_000;

    private const int MaxInitialCapacity = 1024;
    private readonly ReadOnlyMemory<byte> _memory;
    private readonly ReadOnlySpan<byte> _span;
    private int _position;
    private int _elementsLeft = MaxElements;

    /// <summary>Starts at the first byte of <paramref name="frame"/>.</summary>
    public ProtocolReader(ReadOnlyMemory<byte> frame)
    {
        _memory = frame;
        _span = frame.Span;
    }

    /// <summary>Bytes read so far.</summary>
    public readonly int Position => _position;

    /// <summary>Bytes left.</summary>
    public readonly int Remaining => _span.Length - _position;

    private ReadOnlySpan<byte> Take(int count)
    {
        if ((uint)count > (uint)Remaining)
            ThrowTruncated(count);
        var taken = _span.Slice(_position, count);
        _position += count;
        return taken;
    }

    private readonly void ThrowTruncated(int count) =>
        throw new ProtocolException($"{count} bytes expected at position {_position}, but only {Remaining} are left");

    /// <summary>Bytes without a length, as a view of the frame.</summary>
    public ReadOnlySpan<byte> ReadRaw(int count) => Take(count);

    private readonly ProtocolException ForbiddenNull(string what) =>
        new($"{what} before position {_position} is null, which this field forbids");

    /// <summary>One byte; anything but zero is true.</summary>
    public bool ReadBool() => Take(1)[0] != 0;
    /// <summary>A signed byte.</summary>
    public sbyte ReadInt8() => (sbyte)Take(1)[0];
    /// <summary>Two bytes.</summary>
    public short ReadInt16() => BinaryPrimitives.ReadInt16BigEndian(Take(2));
    /// <summary>Two bytes, unsigned.</summary>
    public ushort ReadUInt16() => BinaryPrimitives.ReadUInt16BigEndian(Take(2));
    /// <summary>Four bytes.</summary>
    public int ReadInt32() => BinaryPrimitives.ReadInt32BigEndian(Take(4));
    /// <summary>Four bytes, unsigned.</summary>
    public uint ReadUInt32() => BinaryPrimitives.ReadUInt32BigEndian(Take(4));
    /// <summary>Eight bytes.</summary>
    public long ReadInt64() => BinaryPrimitives.ReadInt64BigEndian(Take(8));
    /// <summary>An IEEE double.</summary>
    public double ReadFloat64() => BinaryPrimitives.ReadDoubleBigEndian(Take(8));
    /// <summary>An error code, as two bytes.</summary>
    public ErrorCode ReadErrorCode() => (ErrorCode)ReadInt16();
    /// <summary>Sixteen bytes.</summary>
    public Uuid ReadUuid() => new(ReadInt64(), ReadInt64());

    /// <summary>A base-128 number of up to five bytes.</summary>
    public uint ReadUnsignedVarint()
    {
        uint value = 0;
        for (var shift = 0; shift < 35; shift += 7)
        {
            var next = Take(1)[0];
            value |= (uint)(next & 0x7f) << shift;
            if (next < 0x80)
                return value;
        }
        throw new ProtocolException($"varint at position {_position - 5} is longer than 5 bytes");
    }

    /// <summary>A zig-zag number of up to five bytes.</summary>
    public int ReadVarint()
    {
        var raw = ReadUnsignedVarint();
        return (int)(raw >> 1) ^ -(int)(raw & 1);
    }

    /// <summary>A zig-zag number of up to ten bytes.</summary>
    public long ReadVarlong()
    {
        ulong value = 0;
        for (var shift = 0; shift < 70; shift += 7)
        {
            var next = Take(1)[0];
            value |= (ulong)(next & 0x7f) << shift;
            if (next < 0x80)
                return (long)(value >> 1) ^ -(long)(value & 1);
        }
        throw new ProtocolException($"varlong at position {_position - 10} is longer than 10 bytes");
    }

    // Compact lengths are one more than the length, with 0 for null; the others use -1 for null.
    private int ReadLength(bool compact, bool wide) =>
        compact ? ReadCompactLength() : wide ? ReadInt32() : ReadInt16();

    private int ReadCompactLength()
    {
        var raw = ReadUnsignedVarint();
        return raw <= int.MaxValue ? (int)raw - 1
            : throw new ProtocolException($"a length of {raw - 1} before position {_position} is impossible");
    }

    /// <summary>A string; null is an error.</summary>
    public string ReadString(bool compact) =>
        ReadNullableString(compact) ?? throw ForbiddenNull("a string");

    /// <summary>A string or null.</summary>
    public string? ReadNullableString(bool compact)
    {
        var length = ReadLength(compact, wide: false);
        return length < 0 ? null : length == 0 ? "" : Encoding.UTF8.GetString(Take(length));
    }

    /// <summary>Bytes, copied out of the frame; null is an error.</summary>
    public byte[] ReadBytes(bool compact) =>
        ReadNullableBytes(compact) ?? throw ForbiddenNull("a byte array");

    /// <summary>Bytes, copied out of the frame, or null.</summary>
    public byte[]? ReadNullableBytes(bool compact)
    {
        var length = ReadLength(compact, wide: true);
        return length < 0 ? null : Take(length).ToArray();
    }

    /// <summary>Record batches, as a slice of the frame: valid only as long as the frame.</summary>
    public RecordsData ReadRecords(bool compact) => ReadNullableRecords(compact);

    /// <summary>Record batches, as a slice of the frame, or the null of <see cref="RecordsData"/>.</summary>
    public RecordsData ReadNullableRecords(bool compact)
    {
        var length = ReadLength(compact, wide: true);
        if (length < 0)
            return default;
        var start = _position;
        Take(length);
        return new RecordsData(_memory.Slice(start, length));
    }

    /// <summary>The number of elements that follow; null is an error.</summary>
    public int ReadArrayLength(bool compact)
    {
        var length = ReadNullableArrayLength(compact);
        return length >= 0 ? length : throw ForbiddenNull("an array");
    }

    /// <summary>The number of elements that follow, or -1 for null. An element takes at least one byte.</summary>
    public int ReadNullableArrayLength(bool compact)
    {
        var length = ReadLength(compact, wide: true);
        if (length < 0)
            return -1;
        if (length > Remaining || (_elementsLeft -= length) < 0)
        {
            throw new ProtocolException($"an array before position {_position} claims {length} elements; " +
                $"{Remaining} bytes are left and {MaxElements} elements are allowed");
        }
        return length;
    }

    /// <summary>Room to reserve for a claimed number of elements, so that a lie costs little.</summary>
    public readonly int InitialCapacity(int count) => Math.Min(count, MaxInitialCapacity);

    /// <summary>The number of tagged fields that follow.</summary>
    public int ReadTagCount()
    {
        var count = ReadUnsignedVarint();
        return count <= Remaining ? (int)count
            : throw new ProtocolException($"{count} tagged fields claimed at position {_position}");
    }

    /// <summary>The next tag; <paramref name="end"/> is where its value ends.</summary>
    public uint ReadTag(out int end)
    {
        var tag = ReadUnsignedVarint();
        var size = ReadUnsignedVarint();
        if (size > Remaining)
        {
            throw new ProtocolException(
                $"tagged field {tag} claims {size} bytes at position {_position}, but only {Remaining} are left");
        }
        end = _position + (int)size;
        return tag;
    }

    /// <summary>Ends a tagged field, skipping it when its tag was unknown.</summary>
    public void EndTag(int end)
    {
        if (_position > end)
            throw new ProtocolException($"a tagged field that ends at {end} was read up to {_position}");
        _position = end;
    }

    /// <summary>Skips all tagged fields of a struct that knows none.</summary>
    public void SkipTaggedFields()
    {
        for (var left = ReadTagCount(); left > 0; left--)
        {
            ReadTag(out var end);
            EndTag(end);
        }
    }
}
