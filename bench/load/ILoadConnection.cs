namespace Platform.Bench.Load;

/// <summary>What one connection sends and how it takes the answers.</summary>
internal interface ILoadConnection
{
    /// <summary>The next request, its length in front; valid until the next call.</summary>
    ReadOnlyMemory<byte> NextRequest();

    /// <summary>Looks at a response and returns the bytes of record batches that it stands for.</summary>
    /// <exception cref="InvalidDataException">The response tells of an error.</exception>
    long Accept(ReadOnlyMemory<byte> response);
}
