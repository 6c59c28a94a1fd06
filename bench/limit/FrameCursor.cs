using System.Buffers.Binary;

namespace Platform.Bench.Limit;

/// <summary>Walks over the fields of a request without making objects of them.</summary>
internal ref struct FrameCursor(Span<byte> frame)
{
    private Span<byte> _rest = frame;

    public short ReadInt16() => BinaryPrimitives.ReadInt16BigEndian(Take(2));
    public int ReadInt32() => BinaryPrimitives.ReadInt32BigEndian(Take(4));
    public long ReadInt64() => BinaryPrimitives.ReadInt64BigEndian(Take(8));

    /// <summary>The bytes of a string with two bytes of length; null is empty.</summary>
    public Span<byte> ReadString() => Take(Math.Max(ReadInt16(), (short)0));

    public Span<byte> Take(int count)
    {
        var taken = _rest[..count];
        _rest = _rest[count..];
        return taken;
    }
}
