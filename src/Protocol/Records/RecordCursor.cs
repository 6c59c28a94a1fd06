using System.Runtime.CompilerServices;
using System.Text;

namespace Platform.Protocol.Records;

/// <summary>Reads the varints and slices of records. Whatever passes the end of the bytes throws
/// <see cref="CorruptRecordException"/>, without the place, which the reader of the batch adds.</summary>
internal ref struct RecordCursor(ReadOnlyMemory<byte> memory, int position)
{
    private readonly ReadOnlySpan<byte> _span = memory.Span;
    private int _position = position;

    internal readonly int Position => _position;
    internal readonly int Remaining => _span.Length - _position;

    internal byte ReadByte() => _position < _span.Length ? _span[_position++] : throw CutOff();

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal int ReadVarint()
    {
        // Nearly all lengths and deltas take one byte.
        if (_position < _span.Length && _span[_position] < 0x80)
            return ZigZag(_span[_position++]);
        return ReadLongVarint();
    }

    private int ReadLongVarint()
    {
        uint value = 0;
        for (var shift = 0; shift < 35; shift += 7)
        {
            var next = ReadByte();
            value |= (uint)(next & 0x7f) << shift;
            if (next < 0x80)
                return ZigZag(value);
        }
        throw new CorruptRecordException($"a varint before byte {_position} is longer than 5 bytes");
    }

    internal long ReadVarlong()
    {
        ulong value = 0;
        for (var shift = 0; shift < 70; shift += 7)
        {
            var next = ReadByte();
            value |= (ulong)(next & 0x7f) << shift;
            if (next < 0x80)
                return (long)(value >> 1) ^ -(long)(value & 1);
        }
        throw new CorruptRecordException($"a varlong before byte {_position} is longer than 10 bytes");
    }

    private static int ZigZag(uint raw) => (int)(raw >> 1) ^ -(int)(raw & 1);

    /// <summary>Bytes with their length in front; a negative length is null.</summary>
    internal ReadOnlyMemory<byte>? ReadNullableBytes()
    {
        var length = ReadVarint();
        return length < 0 ? default(ReadOnlyMemory<byte>?) : Take(length);
    }

    internal ReadOnlyMemory<byte> Take(int length)
    {
        if ((uint)length > (uint)Remaining)
            throw CutOff();
        var taken = memory.Slice(_position, length);
        _position += length;
        return taken;
    }

    internal RecordHeader ReadHeader()
    {
        var key = ReadHeaderKey();
        return new RecordHeader(Encoding.UTF8.GetString(key.Span), ReadNullableBytes());
    }

    /// <summary>Checks the form of a header without decoding it.</summary>
    internal void SkipHeader()
    {
        ReadHeaderKey();
        ReadNullableBytes();
    }

    private ReadOnlyMemory<byte> ReadHeaderKey() => ReadNullableBytes()
        ?? throw new CorruptRecordException($"the key of a header before byte {_position} is null");

    private readonly CorruptRecordException CutOff() => new($"a record is cut off at byte {_position}");
}
