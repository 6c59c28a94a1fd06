using System.Buffers;
using System.IO.Compression;
using Platform.Protocol.Records;

namespace Platform.Protocol.Compression;

/// <summary>gzip (RFC 1952) of the framework. Levels 1 to 9, -1 for zlib's default, as compression.gzip.level has
/// it.</summary>
internal sealed class GzipCodec : ICompressionCodec
{
    private const int ReadSize = 16 * 1024;

    // Header and trailer; what lies between them has two bytes or more.
    private const int ShortestMember = 10 + 8;

    public CompressionType Type => CompressionType.Gzip;
    public int DefaultLevel => -1;
    public int MinLevel => -1;
    public int MaxLevel => 9;

    public void Compress(ReadOnlySpan<byte> source, IBufferWriter<byte> destination, int level)
    {
        CompressionCodecs.CheckLevel(this, level);
        using var output = new BufferWriterStream(destination);
        using var gzip = new GZipStream(output, new ZLibCompressionOptions { CompressionLevel = level });
        gzip.Write(source);
    }

    public unsafe void Decompress(ReadOnlySpan<byte> source, PooledBuffer destination)
    {
        if (source.IsEmpty)
            return;                                               // the framework writes nothing for no bytes
        if (source.Length < ShortestMember)
            throw CompressionException.Corrupt("gzip", "the data is cut off", source.Length);
        fixed (byte* start = source)
        {
            using var input = new UnmanagedMemoryStream(start, source.Length);
            using var gzip = new GZipStream(input, CompressionMode.Decompress);
            try
            {
                CopyTo(gzip, destination);
            }
            catch (InvalidDataException wrong)
            {
                throw new CompressionException($"gzip: {wrong.Message}", wrong);
            }
        }
    }

    private static void CopyTo(GZipStream gzip, PooledBuffer destination)
    {
        int read;
        while ((read = gzip.Read(destination.GetSpan(ReadSize))) > 0)
            destination.Advance(read);
    }
}
