using System.Buffers.Binary;

namespace Platform.Protocol.Compression;

/// <summary>Reads LZ4 frames, one after the other: every block size, independent and linked blocks, and all of the
/// optional checksums, which are verified.</summary>
internal ref struct Lz4FrameReader(ReadOnlySpan<byte> source, PooledBuffer destination)
{
    private const byte VersionMask = 0xC0;
    private const byte Version1 = 0x40;
    private const byte IndependentFlag = 0x20;
    private const byte BlockChecksumFlag = 0x10;
    private const byte ContentSizeFlag = 0x08;
    private const byte ContentChecksumFlag = 0x04;
    private const byte DictionaryFlag = 0x01;
    private const int MaxExpansion = 255;

    private readonly ReadOnlySpan<byte> _source = source;
    private int _position;
    private byte _flags;
    private int _maxBlock;
    private int _frameStart;

    internal void ReadAll()
    {
        do
            ReadFrame();
        while (_position < _source.Length);
    }

    private void ReadFrame()
    {
        ReadHeader();
        _frameStart = destination.Length;
        for (var header = ReadWord(); header != 0; header = ReadWord())
            ReadBlock(header);
        if ((_flags & ContentChecksumFlag) != 0)
            Verify("content", XxHash32.Compute(destination.WrittenSpan[_frameStart..]), ReadWord());
    }

    private void ReadHeader()
    {
        if (ReadWord() != Lz4Codec.FrameMagic)
            throw Corrupt("no frame begins");
        var descriptor = _position;
        _flags = Take(1)[0];
        if ((_flags & VersionMask) != Version1 || (_flags & DictionaryFlag) != 0)
            throw Corrupt($"the frame's flags {_flags:x2} are not supported");
        var sizeCode = (Take(1)[0] >> 4) & 7;
        if (sizeCode < 4)
            throw Corrupt($"block size {sizeCode} does not exist");
        _maxBlock = 1 << (8 + (2 * sizeCode));
        if ((_flags & ContentSizeFlag) != 0)
            Take(sizeof(ulong));
        var hash = (byte)(XxHash32.Compute(_source[descriptor.._position]) >> 8);
        Verify("header", hash, Take(1)[0]);
    }

    private void ReadBlock(uint header)
    {
        var length = header & ~Lz4Codec.StoredBlockFlag;
        if (length > _maxBlock)
            throw Corrupt($"a block of {length} bytes is larger than the {_maxBlock} of its frame");
        var block = Take((int)length);
        if ((header & Lz4Codec.StoredBlockFlag) != 0)
            destination.Write(block);
        else
            Decode(block);
        if ((_flags & BlockChecksumFlag) != 0)
            Verify("block", XxHash32.Compute(block), ReadWord());
    }

    private readonly void Decode(ReadOnlySpan<byte> block)
    {
        // One byte more than allowed, so that a bomb is told apart from a malformed block.
        var room = (int)Math.Min(Math.Min(_maxBlock, block.Length * (long)MaxExpansion), destination.Allowed + 1L);
        var historyStart = (_flags & IndependentFlag) != 0 ? destination.Length : _frameStart;
        var window = destination.GetWindow(historyStart, room);
        var start = destination.Length - historyStart;
        try
        {
            destination.Advance(Lz4BlockDecoder.Decode(block, window, start) - start);
        }
        catch (CompressionException) when (room > destination.Allowed)
        {
            destination.Append(room);
        }
    }

    private uint ReadWord() => BinaryPrimitives.ReadUInt32LittleEndian(Take(sizeof(uint)));

    private ReadOnlySpan<byte> Take(int count)
    {
        if (count > _source.Length - _position)
            throw Corrupt("the frame is cut off");
        var taken = _source.Slice(_position, count);
        _position += count;
        return taken;
    }

    private readonly void Verify(string what, uint computed, uint stored)
    {
        if (computed != stored)
            throw Corrupt($"the {what} checksum is {stored:x}, but should be {computed:x},");
    }

    private readonly CompressionException Corrupt(string what) => CompressionException.Corrupt("lz4", what, _position);
}
