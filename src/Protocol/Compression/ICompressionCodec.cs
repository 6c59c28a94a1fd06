using System.Buffers;
using Platform.Protocol.Records;

namespace Platform.Protocol.Compression;

/// <summary>One codec of record batches. Implementations hold no state and may be used by many threads at
/// once.</summary>
public interface ICompressionCodec
{
    /// <summary>Its number in the attributes of a batch.</summary>
    CompressionType Type { get; }

    /// <summary>The level when nobody asks for one, as Kafka has it.</summary>
    int DefaultLevel { get; }

    /// <summary>The lowest level that is accepted.</summary>
    int MinLevel { get; }

    /// <summary>The highest level that is accepted.</summary>
    int MaxLevel { get; }

    /// <summary>Appends the compressed form of <paramref name="source"/>.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The level is not accepted.</exception>
    void Compress(ReadOnlySpan<byte> source, IBufferWriter<byte> destination, int level);

    /// <summary>Appends the decompressed form of <paramref name="source"/>; the buffer's limit bounds its
    /// size.</summary>
    /// <exception cref="CompressionException">The input is malformed or passes the limit.</exception>
    void Decompress(ReadOnlySpan<byte> source, PooledBuffer destination);
}
