using System.Buffers;
using Platform.Protocol.Messages;

namespace Platform.Client.Network;

/// <summary>A response whose records are slices of a pooled frame: they are valid until it is disposed.</summary>
public sealed class PooledResponse<TResponse> : IDisposable
    where TResponse : IResponse
{
    private byte[]? _frame;

    internal PooledResponse(TResponse response, byte[]? frame)
    {
        Response = response;
        _frame = frame;
    }

    /// <summary>The response.</summary>
    public TResponse Response { get; }

    /// <summary>Gives the frame back to the pool; a second call does nothing.</summary>
    public void Dispose()
    {
        if (Interlocked.Exchange(ref _frame, null) is { } frame)
            ArrayPool<byte>.Shared.Return(frame);
    }
}
