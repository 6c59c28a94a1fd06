namespace Platform.Protocol.Compression;

/// <summary>Compressed bytes that no codec produces, that end early, or that grow past the caller's limit.</summary>
public sealed class CompressionException(string message, Exception? inner = null) : Exception(message, inner)
{
    /// <summary>The input is fine, but larger than the caller allows.</summary>
    public bool IsTooLarge { get; private init; }

    internal static CompressionException TooLarge(int maxBytes) =>
        new($"decompressed data is larger than the {maxBytes} bytes that are allowed") { IsTooLarge = true };

    internal static CompressionException Corrupt(string codec, string what, int position) =>
        new($"{codec}: {what} at byte {position} of the compressed data");
}
