using System.Buffers;
using System.Buffers.Binary;
using System.Text;

namespace Platform.Protocol;

/// <summary>
/// Writes Kafka's big-endian primitives into one growing pooled buffer. Records that live in a file are not copied:
/// they are noted as <see cref="Slices"/>, to be sent between the bytes around them.
/// </summary>
public sealed class ProtocolWriter : IDisposable
{
    /// <summary>Where in the buffer a slice of a file is to be sent.</summary>
    public readonly record struct SlicePlace(int Position, IRecordsSlice Slice);

    private byte[] _buffer;
    private int _position;
    private List<SlicePlace>? _slices;
    private long _sliceBytes;

    /// <summary>Rents a buffer of at least <paramref name="capacity"/> bytes.</summary>
    public ProtocolWriter(int capacity = 512) => _buffer = ArrayPool<byte>.Shared.Rent(capacity);

    /// <summary>Bytes in the buffer, without slices.</summary>
    public int Position => _position;

    /// <summary>Bytes of the message, with slices.</summary>
    public long TotalLength => _position + _sliceBytes;

    /// <summary>The bytes written so far; valid until the next write or dispose.</summary>
    public ReadOnlyMemory<byte> Written => _buffer.AsMemory(0, _position);

    /// <summary>The bytes written so far, for patching a length.</summary>
    public Span<byte> WrittenSpan => _buffer.AsSpan(0, _position);

    /// <summary>Slices of files, in the order of their places.</summary>
    public IReadOnlyList<SlicePlace> Slices => (IReadOnlyList<SlicePlace>?)_slices ?? [];

    /// <summary>Forgets everything written and lets go of slices; the buffer is kept.</summary>
    public void Reset()
    {
        _position = 0;
        _sliceBytes = 0;
        if (_slices is null)
            return;
        foreach (var place in _slices)
            place.Slice.Dispose();
        _slices.Clear();
    }

    /// <summary>Gives the buffer back and lets go of slices.</summary>
    public void Dispose()
    {
        Reset();
        var buffer = _buffer;
        _buffer = [];
        if (buffer.Length > 0)
            ArrayPool<byte>.Shared.Return(buffer);
    }

    private Span<byte> Reserve(int count)
    {
        if (_buffer.Length - _position < count)
            Grow(count);
        var reserved = _buffer.AsSpan(_position, count);
        _position += count;
        return reserved;
    }

    private void Grow(int count)
    {
        var larger = ArrayPool<byte>.Shared.Rent(Math.Max(_buffer.Length * 2, checked(_position + count)));
        _buffer.AsSpan(0, _position).CopyTo(larger);
        ArrayPool<byte>.Shared.Return(_buffer);
        _buffer = larger;
    }

    /// <summary>One byte.</summary>
    public void WriteBool(bool value) => Reserve(1)[0] = value ? (byte)1 : (byte)0;
    /// <summary>A signed byte.</summary>
    public void WriteInt8(sbyte value) => Reserve(1)[0] = (byte)value;
    /// <summary>Two bytes.</summary>
    public void WriteInt16(short value) => BinaryPrimitives.WriteInt16BigEndian(Reserve(2), value);
    /// <summary>Two bytes, unsigned.</summary>
    public void WriteUInt16(ushort value) => BinaryPrimitives.WriteUInt16BigEndian(Reserve(2), value);
    /// <summary>Four bytes.</summary>
    public void WriteInt32(int value) => BinaryPrimitives.WriteInt32BigEndian(Reserve(4), value);
    /// <summary>Four bytes, unsigned.</summary>
    public void WriteUInt32(uint value) => BinaryPrimitives.WriteUInt32BigEndian(Reserve(4), value);
    /// <summary>Eight bytes.</summary>
    public void WriteInt64(long value) => BinaryPrimitives.WriteInt64BigEndian(Reserve(8), value);
    /// <summary>An IEEE double.</summary>
    public void WriteFloat64(double value) => BinaryPrimitives.WriteDoubleBigEndian(Reserve(8), value);
    /// <summary>An error code, as two bytes.</summary>
    public void WriteErrorCode(ErrorCode value) => WriteInt16((short)value);

    /// <summary>Sixteen bytes.</summary>
    public void WriteUuid(Uuid value)
    {
        WriteInt64(value.MostSignificantBits);
        WriteInt64(value.LeastSignificantBits);
    }

    /// <summary>A base-128 number.</summary>
    public void WriteUnsignedVarint(uint value)
    {
        while (value >= 0x80)
        {
            Reserve(1)[0] = (byte)(value | 0x80);
            value >>= 7;
        }
        Reserve(1)[0] = (byte)value;
    }

    /// <summary>A zig-zag number of up to five bytes.</summary>
    public void WriteVarint(int value) => WriteUnsignedVarint((uint)((value << 1) ^ (value >> 31)));

    /// <summary>A zig-zag number of up to ten bytes.</summary>
    public void WriteVarlong(long value)
    {
        var raw = (ulong)((value << 1) ^ (value >> 63));
        while (raw >= 0x80)
        {
            Reserve(1)[0] = (byte)(raw | 0x80);
            raw >>= 7;
        }
        Reserve(1)[0] = (byte)raw;
    }

    /// <summary>Bytes without a length.</summary>
    public void WriteRaw(ReadOnlySpan<byte> bytes) => bytes.CopyTo(Reserve(bytes.Length));

    /// <summary>A string that must not be null.</summary>
    public void WriteString(string value, bool compact)
    {
        ArgumentNullException.ThrowIfNull(value);
        var length = Encoding.UTF8.GetByteCount(value);
        if (compact)
            WriteUnsignedVarint((uint)length + 1);
        else if (length <= short.MaxValue)
            WriteInt16((short)length);
        else
            throw new UnsupportedFieldException($"a string of {length} bytes is longer than the {short.MaxValue} that this version can carry");
        Encoding.UTF8.GetBytes(value, Reserve(length));
    }

    /// <summary>A string or null.</summary>
    public void WriteNullableString(string? value, bool compact)
    {
        if (value is not null)
            WriteString(value, compact);
        else if (compact)
            WriteUnsignedVarint(0);
        else
            WriteInt16(-1);
    }

    /// <summary>A string that may be null only when <paramref name="nullAllowed"/>.</summary>
    public void WriteNullableString(string? value, bool compact, bool nullAllowed, string field)
    {
        CheckNull(value is null, nullAllowed, field);
        WriteNullableString(value, compact);
    }

    /// <summary>Bytes that must not be null.</summary>
    public void WriteBytes(byte[] value, bool compact)
    {
        ArgumentNullException.ThrowIfNull(value);
        WriteLength(value.Length, compact);
        WriteRaw(value);
    }

    /// <summary>Bytes or null.</summary>
    public void WriteNullableBytes(byte[]? value, bool compact)
    {
        WriteLength(value?.Length ?? -1, compact);
        WriteRaw(value);
    }

    /// <summary>Bytes that may be null only when <paramref name="nullAllowed"/>.</summary>
    public void WriteNullableBytes(byte[]? value, bool compact, bool nullAllowed, string field)
    {
        CheckNull(value is null, nullAllowed, field);
        WriteNullableBytes(value, compact);
    }

    /// <summary>Record batches; those in a file are only noted.</summary>
    public void WriteRecords(RecordsData value, bool compact) => WriteNullableRecords(value, compact);

    /// <summary>Record batches or null; those in a file are only noted.</summary>
    public void WriteNullableRecords(RecordsData value, bool compact)
    {
        WriteLength(value.IsNull ? -1 : value.SizeInBytes, compact);
        if (value.Slice is { SizeInBytes: > 0 } slice)
        {
            (_slices ??= []).Add(new SlicePlace(_position, slice));
            _sliceBytes += slice.SizeInBytes;
        }
        else
        {
            WriteRaw(value.Memory.Span);
        }
    }

    /// <summary>Records that may be null only when <paramref name="nullAllowed"/>.</summary>
    public void WriteNullableRecords(RecordsData value, bool compact, bool nullAllowed, string field)
    {
        CheckNull(value.IsNull, nullAllowed, field);
        WriteNullableRecords(value, compact);
    }

    /// <summary>The number of elements that follow.</summary>
    public void WriteArrayLength(int length, bool compact) => WriteLength(length, compact);

    /// <summary>The number of elements that follow, or -1 for null.</summary>
    public void WriteNullableArrayLength(int length, bool compact, bool nullAllowed, string field)
    {
        CheckNull(length < 0, nullAllowed, field);
        WriteLength(length, compact);
    }

    private void WriteLength(int length, bool compact)
    {
        if (compact)
            WriteUnsignedVarint((uint)(length + 1));
        else
            WriteInt32(length);
    }

    private static void CheckNull(bool isNull, bool nullAllowed, string field)
    {
        if (isNull && !nullAllowed)
            throw new UnsupportedFieldException($"{field} is null, which this version of the message cannot carry");
    }

    /// <summary>Starts a tagged field; pass what it returns to <see cref="EndTag"/>.</summary>
    public int BeginTag(uint tag)
    {
        WriteUnsignedVarint(tag);
        return _position;
    }

    /// <summary>Ends a tagged field: its length is only now known, so that its bytes move to make room for it.</summary>
    public void EndTag(int start)
    {
        var length = _position - start;
        var width = VarintSize((uint)length);
        Reserve(width);
        _buffer.AsSpan(start, length).CopyTo(_buffer.AsSpan(start + width));
        _position = start;
        WriteUnsignedVarint((uint)length);
        _position += length;
    }

    /// <summary>Bytes that <paramref name="value"/> takes as an unsigned varint.</summary>
    public static int VarintSize(uint value) => value == 0 ? 1 : (38 - System.Numerics.BitOperations.LeadingZeroCount(value)) / 7;
}
