using System.Buffers;
using System.Buffers.Binary;
using Platform.Protocol.Records;

namespace Platform.Protocol.Compression;

/// <summary>
/// Snappy. Writes the stream framing of the Java library ("xerial": a header, then blocks with their length in
/// front), which every Kafka client reads, and reads that as well as the single bare block that C clients write.
/// </summary>
internal sealed class SnappyCodec : ICompressionCodec
{
    private const int BlockSize = 32 * 1024;
    private const int HeaderSize = 16;
    private const int StreamVersion = 1;

    private static ReadOnlySpan<byte> Magic =>
        [0x82, (byte)'S', (byte)'N', (byte)'A', (byte)'P', (byte)'P', (byte)'Y', 0];

    public CompressionType Type => CompressionType.Snappy;
    public int DefaultLevel => 0;
    public int MinLevel => 0;
    public int MaxLevel => 0;

    public void Compress(ReadOnlySpan<byte> source, IBufferWriter<byte> destination, int level)
    {
        CompressionCodecs.CheckLevel(this, level);
        WriteHeader(destination);
        for (; source.Length > 0; source = source[Math.Min(BlockSize, source.Length)..])
            WriteBlock(source[..Math.Min(BlockSize, source.Length)], destination);
    }

    private static void WriteHeader(IBufferWriter<byte> destination)
    {
        var header = destination.GetSpan(HeaderSize);
        Magic.CopyTo(header);
        BinaryPrimitives.WriteInt32BigEndian(header[8..], StreamVersion);
        BinaryPrimitives.WriteInt32BigEndian(header[12..], StreamVersion);
        destination.Advance(HeaderSize);
    }

    private static void WriteBlock(ReadOnlySpan<byte> block, IBufferWriter<byte> destination)
    {
        var room = destination.GetSpan(sizeof(int) + SnappyEncoder.MaxCompressedLength(block.Length));
        var length = SnappyEncoder.Encode(block, room[sizeof(int)..]);
        BinaryPrimitives.WriteInt32BigEndian(room, length);
        destination.Advance(sizeof(int) + length);
    }

    public void Decompress(ReadOnlySpan<byte> source, PooledBuffer destination)
    {
        if (source.StartsWith(Magic))
            ReadStream(source, destination);
        else
            SnappyDecoder.Decode(source, destination);
    }

    // Streams may follow each other, so that a header can stand wherever a block can.
    private static void ReadStream(ReadOnlySpan<byte> source, PooledBuffer destination)
    {
        var position = 0;
        while (position < source.Length)
        {
            var rest = source[position..];
            if (rest.StartsWith(Magic) && rest.Length >= HeaderSize)
                position += HeaderSize;
            else
                position += sizeof(int) + ReadBlock(rest, position, destination);
        }
    }

    private static int ReadBlock(ReadOnlySpan<byte> rest, int position, PooledBuffer destination)
    {
        if (!BinaryPrimitives.TryReadInt32BigEndian(rest, out var length))
            throw CompressionException.Corrupt("snappy", "a block length is cut off", position);
        if ((uint)length > (uint)(rest.Length - sizeof(int)))
            throw CompressionException.Corrupt("snappy", $"a block claims {length} bytes, too many", position);
        SnappyDecoder.Decode(rest.Slice(sizeof(int), length), destination);
        return length;
    }
}
