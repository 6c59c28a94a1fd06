using System.Buffers.Binary;

namespace Platform.Protocol.Compression;

/// <summary>
/// Decodes one snappy block: its length as a varint, then elements. The low two bits of an element's first byte say
/// whether it is a literal (0) or a copy of earlier output with an offset of 11 (1), 16 (2) or 32 bits (3).
/// </summary>
internal static class SnappyDecoder
{
    // The densest element turns 3 bytes into 64. A larger claim is a lie, found before memory is reserved for it.
    private const int MaxExpansion = 22;
    private const int LongestInlineLiteral = 60;

    internal static void Decode(ReadOnlySpan<byte> source, PooledBuffer destination)
    {
        var position = 0;
        var length = ReadLength(source, ref position);
        if (length > (long)source.Length * MaxExpansion)
            throw Corrupt($"{length} bytes are claimed, which {source.Length} bytes cannot hold,", position);

        var output = destination.Append((int)length);
        var written = 0;
        while (position < source.Length)
        {
            if ((source[position] & 3) == 0)
                Literal(source, ref position, output, ref written);
            else
                Copy(source, ref position, output, ref written);
        }
        if (written != output.Length)
            throw Corrupt($"the block ends after {written} of {length} bytes", position);
    }

    private static uint ReadLength(ReadOnlySpan<byte> source, ref int position)
    {
        ulong length = 0;
        for (var shift = 0; shift < 35 && position < source.Length; shift += 7)
        {
            var next = source[position++];
            length |= (ulong)(next & 0x7f) << shift;
            if (next < 0x80)
                return length <= int.MaxValue ? (uint)length : throw Corrupt($"{length} bytes are claimed", position);
        }
        throw Corrupt("the length is malformed", position);
    }

    private static void Literal(ReadOnlySpan<byte> source, ref int position, Span<byte> output, ref int written)
    {
        long length = (source[position++] >> 2) + 1;
        if (length > LongestInlineLiteral)
            length = ReadNumber(source, ref position, (int)length - LongestInlineLiteral) + 1L;
        if (length > source.Length - position || length > output.Length - written)
            throw Corrupt($"a literal of {length} bytes does not fit", position);
        source.Slice(position, (int)length).CopyTo(output[written..]);
        position += (int)length;
        written += (int)length;
    }

    private static void Copy(ReadOnlySpan<byte> source, ref int position, Span<byte> output, ref int written)
    {
        var tag = source[position++];
        var isShort = (tag & 3) == 1;
        var length = isShort ? ((tag >> 2) & 7) + 4 : (tag >> 2) + 1;
        var offset = isShort
            ? ((uint)(tag >> 5) << 8) | ReadNumber(source, ref position, 1)
            : ReadNumber(source, ref position, (tag & 3) == 2 ? 2 : 4);
        if (offset == 0 || offset > written || length > output.Length - written)
            throw Corrupt($"a copy of {length} bytes from {offset} bytes back does not fit", position);
        OverlappingCopy.Within(output, written, (int)offset, length);
        written += length;
    }

    private static uint ReadNumber(ReadOnlySpan<byte> source, ref int position, int bytes)
    {
        if (bytes > source.Length - position)
            throw Corrupt("the block is cut off", position);
        Span<byte> number = stackalloc byte[sizeof(uint)];
        number.Clear();
        source.Slice(position, bytes).CopyTo(number);
        position += bytes;
        return BinaryPrimitives.ReadUInt32LittleEndian(number);
    }

    private static CompressionException Corrupt(string what, int position) =>
        CompressionException.Corrupt("snappy", what, position);
}
