using System.Buffers.Binary;

namespace Platform.Protocol.Compression;

/// <summary>Decodes one LZ4 block behind the output of earlier ones, which linked blocks refer to.</summary>
internal ref struct Lz4BlockDecoder
{
    private const int MinMatch = 4;

    private readonly ReadOnlySpan<byte> _source;
    private readonly Span<byte> _output;
    private int _position;
    private int _written;

    private Lz4BlockDecoder(ReadOnlySpan<byte> source, Span<byte> output, int written)
    {
        _source = source;
        _output = output;
        _written = written;
    }

    /// <summary>Decodes into <paramref name="output"/> from <paramref name="start"/> on, and returns where it
    /// ended.</summary>
    internal static int Decode(ReadOnlySpan<byte> source, Span<byte> output, int start) =>
        new Lz4BlockDecoder(source, output, start).Run();

    // The last sequence has literals only.
    private int Run()
    {
        while (true)
        {
            var token = NextByte();
            Literals(ReadLength(token >> 4));
            if (_position == _source.Length)
                return _written;
            Match(token & 15);
        }
    }

    private void Literals(int length)
    {
        if (length > _source.Length - _position || length > _output.Length - _written)
            throw Corrupt($"{length} literals do not fit");
        _source.Slice(_position, length).CopyTo(_output[_written..]);
        _position += length;
        _written += length;
    }

    private void Match(int code)
    {
        if (_source.Length - _position < sizeof(ushort))
            throw Corrupt("the block is cut off");
        var offset = BinaryPrimitives.ReadUInt16LittleEndian(_source[_position..]);
        _position += sizeof(ushort);
        var length = ReadLength(code) + MinMatch;
        if (offset == 0 || offset > _written || length > _output.Length - _written)
            throw Corrupt($"a match of {length} bytes from {offset} bytes back does not fit");
        OverlappingCopy.Within(_output, _written, offset, length);
        _written += length;
    }

    private int ReadLength(int code)
    {
        var length = code;
        if (code < 15)
            return length;
        int more;
        do
        {
            more = NextByte();
            length += more;
        }
        while (more == 255);
        return length;
    }

    private int NextByte() => _position < _source.Length ? _source[_position++] : throw Corrupt("the block is cut off");

    private readonly CompressionException Corrupt(string what) => CompressionException.Corrupt("lz4", what, _position);
}
