using System.Net.Sockets;
using System.Threading.Tasks.Sources;

namespace Platform.Broker.Network;

/// <summary>Makes <see cref="Socket.SendPacketsAsync"/>, the framework's way to sendfile(2), awaitable without a new
/// object for each call.</summary>
internal sealed class PacketSender : SocketAsyncEventArgs, IValueTaskSource
{
    // The framework completes on a pool thread, which may as well go on with the connection's next request.
    private ManualResetValueTaskSourceCore<bool> _source = new() { RunContinuationsAsynchronously = false };

    /// <summary>Sends the elements in order; fails with the socket's error.</summary>
    public ValueTask SendAsync(Socket socket, SendPacketsElement[] elements)
    {
        _source.Reset();
        SendPacketsElements = elements;
        if (!socket.SendPacketsAsync(this))
            OnCompleted(this);
        return new ValueTask(this, _source.Version);
    }

    /// <inheritdoc/>
    public void GetResult(short token) => _source.GetResult(token);

    /// <inheritdoc/>
    public ValueTaskSourceStatus GetStatus(short token) => _source.GetStatus(token);

    /// <inheritdoc/>
    public void OnCompleted(Action<object?> continuation, object? state, short token, ValueTaskSourceOnCompletedFlags flags) =>
        _source.OnCompleted(continuation, state, token, flags);

    /// <inheritdoc/>
    protected override void OnCompleted(SocketAsyncEventArgs e)
    {
        SendPacketsElements = null;
        if (SocketError == SocketError.Success)
            _source.SetResult(true);
        else
            _source.SetException(new SocketException((int)SocketError));
    }
}
