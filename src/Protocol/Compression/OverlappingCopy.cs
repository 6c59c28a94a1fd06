namespace Platform.Protocol.Compression;

/// <summary>The copy of every Lempel-Ziv format: source and target may overlap, which repeats the source.</summary>
internal static class OverlappingCopy
{
    /// <summary>Copies <paramref name="length"/> bytes to <paramref name="position"/> from <paramref name="offset"/>
    /// bytes before it. The caller has checked that all of it lies inside of <paramref name="output"/>.</summary>
    internal static void Within(Span<byte> output, int position, int offset, int length)
    {
        var from = position - offset;
        // What is already copied extends the pattern, so that each round copies twice as much as the last.
        while (length > offset)
        {
            output.Slice(from, offset).CopyTo(output[position..]);
            position += offset;
            length -= offset;
            offset *= 2;
        }
        output.Slice(from, length).CopyTo(output[position..]);
    }
}
