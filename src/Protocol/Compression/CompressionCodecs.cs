using System.Buffers;
using Platform.Protocol.Records;

namespace Platform.Protocol.Compression;

/// <summary>Where to find a codec by its number.</summary>
public static class CompressionCodecs
{
    private static readonly ICompressionCodec[] ByType =
        [new NoCodec(), new GzipCodec(), new SnappyCodec(), new Lz4Codec(), new ZstdCodec()];

    /// <summary>The codec of <paramref name="type"/>; the one of <see cref="CompressionType.None"/> copies.</summary>
    /// <exception cref="CompressionException">No codec has this number.</exception>
    public static ICompressionCodec For(CompressionType type) =>
        (uint)type < (uint)ByType.Length
            ? ByType[(int)type]
            : throw new CompressionException($"compression codec {(int)type} does not exist; 0 (none), 1 (gzip), " +
                "2 (snappy), 3 (lz4) and 4 (zstd) do");

    /// <summary>Decompresses at most <paramref name="maxBytes"/> into a pooled buffer, which the caller
    /// disposes.</summary>
    /// <exception cref="CompressionException">The input is malformed or passes the limit.</exception>
    public static PooledBuffer Decompress(CompressionType type, ReadOnlySpan<byte> source, int maxBytes)
    {
        const long likelyRatio = 4;
        var buffer = new PooledBuffer((int)Math.Min(source.Length * likelyRatio, maxBytes), maxBytes);
        try
        {
            For(type).Decompress(source, buffer);
            return buffer;
        }
        catch
        {
            buffer.Dispose();
            throw;
        }
    }

    internal static void CheckLevel(ICompressionCodec codec, int level)
    {
        if (level < codec.MinLevel || level > codec.MaxLevel)
            throw new ArgumentOutOfRangeException(nameof(level), level,
                $"{codec.Type} takes levels from {codec.MinLevel} to {codec.MaxLevel}");
    }

    private sealed class NoCodec : ICompressionCodec
    {
        public CompressionType Type => CompressionType.None;
        public int DefaultLevel => 0;
        public int MinLevel => 0;
        public int MaxLevel => 0;

        public void Compress(ReadOnlySpan<byte> source, IBufferWriter<byte> destination, int level) =>
            destination.Write(source);

        public void Decompress(ReadOnlySpan<byte> source, PooledBuffer destination) => destination.Write(source);
    }
}
