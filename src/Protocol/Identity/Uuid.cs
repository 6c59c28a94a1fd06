using System.Buffers;
using System.Buffers.Binary;
using System.Buffers.Text;

namespace Platform.Protocol;

/// <summary>Kafka's 128-bit id, printed as 22 characters of base64url without padding.</summary>
public readonly record struct Uuid(long MostSignificantBits, long LeastSignificantBits) : IComparable<Uuid>
{
    /// <summary>All bits zero: "no id".</summary>
    public static readonly Uuid Zero;

    /// <summary>Topic id of the metadata log.</summary>
    public static readonly Uuid MetadataTopic = new(0, 1);

    /// <summary>A random version 4 id that does not begin with a dash, which command lines would take for an option.</summary>
    public static Uuid Random()
    {
        Span<byte> bytes = stackalloc byte[16];
        while (true)
        {
            // As random as RandomNumberGenerator, without loading OpenSSL: 5 MB in a broker that needs it for nothing else.
            Guid.NewGuid().TryWriteBytes(bytes, bigEndian: true, out _);
            var id = FromRandomBytes(bytes);
            if (!id.ToString().StartsWith('-'))
                return id;
        }
    }

    /// <summary>A version 4 id made of 16 random bytes, for callers with a source of randomness of their own.</summary>
    public static Uuid FromRandomBytes(ReadOnlySpan<byte> bytes)
    {
        var most = BinaryPrimitives.ReadInt64BigEndian(bytes) & ~0xF000L | 0x4000L;
        var least = BinaryPrimitives.ReadInt64BigEndian(bytes[8..]) & 0x3FFF_FFFF_FFFF_FFFFL | long.MinValue;
        return new Uuid(most, least);
    }

    /// <summary>Parses what <see cref="ToString"/> prints; false when it is no such text.</summary>
    public static bool TryParse(string? text, out Uuid id)
    {
        id = default;
        Span<byte> bytes = stackalloc byte[16];
        // The method whose name begins with Try throws for letters that are none of base64url.
        if (text is not { Length: 22 }
            || Base64Url.DecodeFromChars(text, bytes, out _, out var written) != OperationStatus.Done || written != 16)
            return false;
        id = new Uuid(BinaryPrimitives.ReadInt64BigEndian(bytes), BinaryPrimitives.ReadInt64BigEndian(bytes[8..]));
        return true;
    }

    /// <summary>Parses what <see cref="ToString"/> prints.</summary>
    public static Uuid Parse(string text) =>
        TryParse(text, out var id) ? id : throw new FormatException($"'{text}' is no id: 22 characters of base64url expected");

    /// <inheritdoc/>
    public override string ToString()
    {
        Span<byte> bytes = stackalloc byte[16];
        BinaryPrimitives.WriteInt64BigEndian(bytes, MostSignificantBits);
        BinaryPrimitives.WriteInt64BigEndian(bytes[8..], LeastSignificantBits);
        return Base64Url.EncodeToString(bytes);
    }

    /// <inheritdoc/>
    public int CompareTo(Uuid other)
    {
        var most = MostSignificantBits.CompareTo(other.MostSignificantBits);
        return most != 0 ? most : LeastSignificantBits.CompareTo(other.LeastSignificantBits);
    }
}
