using System.Buffers.Binary;
using System.Text;
using Platform.Api.SchemaRegistry.Schemas;

namespace Platform.Api.SchemaRegistry.Protobuf;

internal enum WireType
{
    Varint = 0, Fixed64 = 1, Bytes = 2, StartGroup = 3, EndGroup = 4, Fixed32 = 5,
}

/// <summary>Reads the encoding of Protobuf, field after field.</summary>
internal ref struct WireReader(ReadOnlySpan<byte> data)
{
    private const int MaxVarintBits = 64;

    private ReadOnlySpan<byte> _rest = data;

    public readonly bool AtEnd => _rest.IsEmpty;

    /// <summary>What was not read yet.</summary>
    public readonly ReadOnlySpan<byte> Rest => _rest;

    public (int Number, WireType Type) Tag()
    {
        var tag = Varint();
        var number = tag >> 3;
        if (number is 0 or > 536_870_911 || (tag & 7) > 5)
            throw Fail("it holds a field without a legal number or type");
        return ((int)number, (WireType)(tag & 7));
    }

    public ulong Varint()
    {
        ulong value = 0;
        for (var shift = 0; shift < MaxVarintBits; shift += 7)
        {
            if (_rest.IsEmpty)
                throw Fail("it ends within a number");
            var part = _rest[0];
            _rest = _rest[1..];
            value |= (ulong)(part & 0x7f) << shift;
            if (part < 0x80)
                return value;
        }
        throw Fail("it holds a number of more than ten bytes");
    }

    public int Int32() => (int)Varint();

    public uint Fixed32() => BinaryPrimitives.ReadUInt32LittleEndian(Take(sizeof(uint)));

    public ulong Fixed64() => BinaryPrimitives.ReadUInt64LittleEndian(Take(sizeof(ulong)));

    public ReadOnlySpan<byte> Bytes()
    {
        var length = Varint();
        return Take(length > int.MaxValue ? int.MaxValue : (int)length);
    }

    public string Text() => Encoding.UTF8.GetString(Bytes());

    /// <summary>Passes over a value whose field nobody knows.</summary>
    public void Skip(WireType type, int number)
    {
        switch (type)
        {
            case WireType.Varint:
                Varint();
                break;
            case WireType.Fixed64:
                Take(sizeof(ulong));
                break;
            case WireType.Fixed32:
                Take(sizeof(uint));
                break;
            case WireType.Bytes:
                Bytes();
                break;
            default:
                SkipGroup(number);
                break;
        }
    }

    /// <summary>The bytes up to the end of the group that has begun, which is passed over.</summary>
    public ReadOnlySpan<byte> Group(int number)
    {
        var start = _rest;
        var length = SkipGroup(number);
        return start[..length];
    }

    // Nested groups are counted instead of called, so that their depth costs nothing.
    private int SkipGroup(int number)
    {
        var open = new Stack<int>();
        open.Push(number);
        var before = _rest.Length;
        while (true)
        {
            var atTag = _rest.Length;
            var (inner, type) = Tag();
            if (type == WireType.StartGroup)
                open.Push(inner);
            else if (type != WireType.EndGroup)
                Skip(type, inner);
            else if (open.Pop() != inner)
                throw Fail("a group ends that did not begin");
            if (open.Count == 0)
                return before - atTag;
        }
    }

    private ReadOnlySpan<byte> Take(int length)
    {
        if (length > _rest.Length)
            throw Fail("it ends within a value");
        var taken = _rest[..length];
        _rest = _rest[length..];
        return taken;
    }

    private static SchemaParseException Fail(string reason) => new($"not Protobuf: {reason}");
}
