using System.Buffers.Binary;

namespace Platform.Protocol.Compression;

/// <summary>Encodes one snappy block of at most 64 KB by greedy matching against a table of the last place of each
/// four-byte value.</summary>
internal static class SnappyEncoder
{
    private const int TableBits = 13;
    private const int MinMatch = 4;
    private const int LongestCopy = 64;

    // After this many misses in a row (as a power of two) the search takes longer and longer steps.
    private const int SkipTrigger = 5;

    internal static int MaxCompressedLength(int length) => 32 + length + (length / 6);

    /// <summary>Writes the block and returns its length.</summary>
    internal static int Encode(ReadOnlySpan<byte> source, Span<byte> output)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan(source.Length, ushort.MaxValue + 1);
        var written = WriteLength((uint)source.Length, output);
        Span<ushort> table = stackalloc ushort[1 << TableBits];
        table.Clear();

        var literalStart = 0;
        var position = 1;
        var misses = 1 << SkipTrigger;
        while (position <= source.Length - MinMatch)
        {
            ref var place = ref table[Hash(source, position)];
            var candidate = place;
            place = (ushort)position;
            if (!SameFour(source, candidate, position))
            {
                position += misses++ >> SkipTrigger;
                continue;
            }
            var length = source[candidate..].CommonPrefixLength(source[position..]);
            written += EmitLiteral(source[literalStart..position], output[written..]);
            written += EmitCopy(position - candidate, length, output[written..]);
            position += length;
            literalStart = position;
            misses = 1 << SkipTrigger;
        }
        return written + EmitLiteral(source[literalStart..], output[written..]);
    }

    private static int Hash(ReadOnlySpan<byte> source, int position) =>
        (int)((Four(source, position) * 0x9E3779B1u) >> (32 - TableBits));

    private static bool SameFour(ReadOnlySpan<byte> source, int first, int second) =>
        Four(source, first) == Four(source, second);

    private static uint Four(ReadOnlySpan<byte> source, int position) =>
        BinaryPrimitives.ReadUInt32LittleEndian(source[position..]);

    private static int WriteLength(uint length, Span<byte> output)
    {
        var written = 0;
        for (; length >= 0x80; length >>= 7)
            output[written++] = (byte)(length | 0x80);
        output[written++] = (byte)length;
        return written;
    }

    private static int EmitLiteral(ReadOnlySpan<byte> literal, Span<byte> output)
    {
        if (literal.IsEmpty)
            return 0;
        var written = 1;
        var count = literal.Length - 1;
        if (count < 60)
        {
            output[0] = (byte)(count << 2);
        }
        else if (count < 256)
        {
            output[0] = 60 << 2;
            output[written++] = (byte)count;
        }
        else
        {
            output[0] = 61 << 2;
            BinaryPrimitives.WriteUInt16LittleEndian(output[1..], (ushort)count);
            written += sizeof(ushort);
        }
        literal.CopyTo(output[written..]);
        return written + literal.Length;
    }

    // What is left after a piece must be long enough for the shortest copy, hence 60 before 64 + 1..3.
    private static int EmitCopy(int offset, int length, Span<byte> output)
    {
        var written = 0;
        while (length > LongestCopy)
        {
            var piece = length >= LongestCopy + MinMatch ? LongestCopy : LongestCopy - MinMatch;
            written += EmitWideCopy(offset, piece, output[written..]);
            length -= piece;
        }
        if (length >= 12 || offset >= 2048)
            return written + EmitWideCopy(offset, length, output[written..]);
        output[written] = (byte)(1 | ((length - 4) << 2) | ((offset >> 8) << 5));
        output[written + 1] = (byte)offset;
        return written + 2;
    }

    private static int EmitWideCopy(int offset, int length, Span<byte> output)
    {
        output[0] = (byte)(2 | ((length - 1) << 2));
        BinaryPrimitives.WriteUInt16LittleEndian(output[1..], (ushort)offset);
        return 3;
    }
}
