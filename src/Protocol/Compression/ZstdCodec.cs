using System.Buffers;
using Platform.Protocol.Records;

namespace Platform.Protocol.Compression;

/// <summary>Zstandard by the system's libzstd. Levels as compression.zstd.level has them. A frame whose window is
/// larger
/// than 128 MB is refused by the library.</summary>
internal sealed unsafe class ZstdCodec : ICompressionCodec
{
    private const int WriteSize = 16 * 1024;

    public CompressionType Type => CompressionType.Zstd;
    public int DefaultLevel => 3;
    public int MinLevel => -131072;
    public int MaxLevel => 22;

    public void Compress(ReadOnlySpan<byte> source, IBufferWriter<byte> destination, int level)
    {
        CompressionCodecs.CheckLevel(this, level);
        var zstd = ZstdLibrary.Instance;
        var output = destination.GetSpan(checked((int)zstd.CompressBound((nuint)source.Length)));
        fixed (byte* from = source)
        fixed (byte* to = output)
        {
            var length = zstd.Compress(
                ZstdContext.Compressor, to, (nuint)output.Length, from, (nuint)source.Length, level);
            destination.Advance((int)zstd.Check(length));
        }
    }

    public void Decompress(ReadOnlySpan<byte> source, PooledBuffer destination)
    {
        var zstd = ZstdLibrary.Instance;
        var context = ZstdContext.Decompressor;
        fixed (byte* from = source)
        {
            var input = new ZstdLibrary.InBuffer { Start = from, Size = (nuint)source.Length };
            nuint left = 1;
            while (input.Position < input.Size || left > 0)
            {
                var before = (input.Position, destination.Length);
                left = zstd.Check(Step(zstd, context, ref input, destination));
                if (left > 0 && before == (input.Position, destination.Length))
                    throw CompressionException.Corrupt("zstd", "the frame is cut off", (int)input.Position);
            }
        }
    }

    // Returns 0 at the end of a frame. With all input taken it may still hold output, so it is called until it stops.
    private static nuint Step(
        ZstdLibrary zstd, nint context, ref ZstdLibrary.InBuffer input, PooledBuffer destination)
    {
        var room = destination.GetSpan(WriteSize);
        fixed (byte* to = room)
        fixed (ZstdLibrary.InBuffer* from = &input)
        {
            var output = new ZstdLibrary.OutBuffer { Start = to, Size = (nuint)room.Length };
            var left = zstd.DecompressStream(context, &output, from);
            destination.Advance((int)output.Position);
            return left;
        }
    }
}
