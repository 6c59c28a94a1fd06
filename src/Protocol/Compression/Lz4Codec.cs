using System.Buffers;
using System.Buffers.Binary;
using Platform.Protocol.Records;

namespace Platform.Protocol.Compression;

/// <summary>
/// LZ4 in its frame format: independent blocks of 64 KB, as Kafka writes. Levels 1 to 17 as compression.lz4.level
/// has them; the default, 9, means the fast mode in Kafka, every other level searches 2^level places, 1024 at most.
/// </summary>
internal sealed class Lz4Codec : ICompressionCodec
{
    internal const uint FrameMagic = 0x184D2204;
    internal const uint StoredBlockFlag = 0x80000000;
    private const int BlockSize = 64 * 1024;
    private const byte IndependentBlocks = 0x60;
    private const byte BlocksOf64K = 0x40;
    private const int HeaderSize = 7;
    private const int MaxSearchBits = 10;

    public CompressionType Type => CompressionType.Lz4;
    public int DefaultLevel => 9;
    public int MinLevel => 1;
    public int MaxLevel => 17;

    public void Compress(ReadOnlySpan<byte> source, IBufferWriter<byte> destination, int level)
    {
        CompressionCodecs.CheckLevel(this, level);
        var attempts = level == DefaultLevel ? 1 : 1 << Math.Min(level, MaxSearchBits);
        WriteHeader(destination);
        for (; source.Length > 0; source = source[Math.Min(BlockSize, source.Length)..])
            WriteBlock(source[..Math.Min(BlockSize, source.Length)], destination, attempts);
        WriteEndMark(destination);
    }

    private static void WriteHeader(IBufferWriter<byte> destination)
    {
        var header = destination.GetSpan(HeaderSize);
        BinaryPrimitives.WriteUInt32LittleEndian(header, FrameMagic);
        header[4] = IndependentBlocks;
        header[5] = BlocksOf64K;
        header[6] = (byte)(XxHash32.Compute(header[4..6]) >> 8);
        destination.Advance(HeaderSize);
    }

    private static void WriteBlock(ReadOnlySpan<byte> block, IBufferWriter<byte> destination, int attempts)
    {
        var room = destination.GetSpan(sizeof(uint) + Lz4BlockEncoder.MaxCompressedLength(block.Length));
        var length = Lz4BlockEncoder.Encode(block, room[sizeof(uint)..], attempts);
        var header = (uint)length;
        if (length >= block.Length)
        {
            length = block.Length;
            header = (uint)length | StoredBlockFlag;
            block.CopyTo(room[sizeof(uint)..]);
        }
        BinaryPrimitives.WriteUInt32LittleEndian(room, header);
        destination.Advance(sizeof(uint) + length);
    }

    private static void WriteEndMark(IBufferWriter<byte> destination)
    {
        destination.GetSpan(sizeof(uint))[..sizeof(uint)].Clear();
        destination.Advance(sizeof(uint));
    }

    public void Decompress(ReadOnlySpan<byte> source, PooledBuffer destination) =>
        new Lz4FrameReader(source, destination).ReadAll();
}
