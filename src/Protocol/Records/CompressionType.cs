namespace Platform.Protocol.Records;

/// <summary>Codec of a record batch, as in its attributes.</summary>
public enum CompressionType
{
    /// <summary>Not compressed.</summary>
    None = 0,
    /// <summary>gzip.</summary>
    Gzip = 1,
    /// <summary>Snappy, in xerial's stream framing or raw.</summary>
    Snappy = 2,
    /// <summary>LZ4, in its frame format.</summary>
    Lz4 = 3,
    /// <summary>Zstandard (KIP-110).</summary>
    Zstd = 4,
}
