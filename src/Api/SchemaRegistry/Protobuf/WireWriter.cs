using System.Buffers.Binary;
using System.Text;

namespace Platform.Api.SchemaRegistry.Protobuf;

/// <summary>Writes the encoding of Protobuf.</summary>
internal sealed class WireWriter
{
    private readonly MemoryStream _bytes = new();

    public long Length => _bytes.Length;

    public byte[] ToArray() => _bytes.ToArray();

    public void Tag(int number, WireType type) => Varint(((ulong)(uint)number << 3) | (uint)type);

    public void Varint(ulong value)
    {
        for (; value >= 0x80; value >>= 7)
            _bytes.WriteByte((byte)(value | 0x80));
        _bytes.WriteByte((byte)value);
    }

    public void Fixed32(uint value)
    {
        Span<byte> bytes = stackalloc byte[sizeof(uint)];
        BinaryPrimitives.WriteUInt32LittleEndian(bytes, value);
        _bytes.Write(bytes);
    }

    public void Fixed64(ulong value)
    {
        Span<byte> bytes = stackalloc byte[sizeof(ulong)];
        BinaryPrimitives.WriteUInt64LittleEndian(bytes, value);
        _bytes.Write(bytes);
    }

    public void Bytes(ReadOnlySpan<byte> value)
    {
        Varint((ulong)value.Length);
        _bytes.Write(value);
    }

    public void Raw(ReadOnlySpan<byte> value) => _bytes.Write(value);

    /// <summary>A whole field: nothing is written for null.</summary>
    public void Text(int number, string? value)
    {
        if (value is null)
            return;
        Tag(number, WireType.Bytes);
        Bytes(Encoding.UTF8.GetBytes(value));
    }

    /// <summary>A whole field; negative numbers take ten bytes, as the encoding wants it.</summary>
    public void Int(int number, int? value)
    {
        if (value is not { } given)
            return;
        Tag(number, WireType.Varint);
        Varint((ulong)(long)given);
    }

    public void Bool(int number, bool value)
    {
        if (value)
            Int(number, 1);
    }

    /// <summary>A whole field with what <paramref name="write"/> writes in it.</summary>
    public void Message(int number, Action<WireWriter> write, bool evenIfEmpty = true)
    {
        var inner = new WireWriter();
        write(inner);
        if (inner.Length == 0 && !evenIfEmpty)
            return;
        Tag(number, WireType.Bytes);
        Bytes(inner.ToArray());
    }
}
