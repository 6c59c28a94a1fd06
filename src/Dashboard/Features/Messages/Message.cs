namespace Platform.Dashboard.Features.Messages;

/// <summary>A message as a page shows it. Key and value are decoded when they are looked at, not before.</summary>
/// <param name="Partition">Its partition.</param>
/// <param name="Offset">Its offset.</param>
/// <param name="TimestampMs">Its time in ms since 1970, or -1.</param>
/// <param name="Key">The key, or null.</param>
/// <param name="Value">The value, or null.</param>
/// <param name="Headers">Headers in their order.</param>
public sealed record Message(
    int Partition, long Offset, long TimestampMs, Content Key, Content Value,
    IReadOnlyList<KeyValuePair<string, Content>> Headers);

/// <summary>Bytes of a key, a value or a header; cut when they are long, with the true length beside.</summary>
/// <param name="Bytes">The first bytes, or null for the protocol's null.</param>
/// <param name="Length">Length of all bytes.</param>
public readonly record struct Content(byte[]? Bytes, int Length)
{
    /// <summary>Bytes that are kept: longer ones make a browser slow, and nobody reads them here.</summary>
    public const int MaxBytes = 32 * 1024;

    /// <summary>True when not all bytes are kept.</summary>
    public bool IsCut => Bytes is not null && Length > Bytes.Length;

    /// <summary>The first bytes of <paramref name="bytes"/>, copied.</summary>
    public static Content Of(ReadOnlyMemory<byte>? bytes) => bytes is { } some
        ? new Content(some.Span[..Math.Min(some.Length, MaxBytes)].ToArray(), some.Length) : default;
}
