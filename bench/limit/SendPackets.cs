using System.Net.Sockets;
using System.Threading.Tasks.Sources;

namespace Platform.Bench.Limit;

/// <summary>Sends a header and a piece of a file; the kernel copies the piece from the page cache (sendfile).</summary>
internal sealed class SendPackets : SocketAsyncEventArgs, IValueTaskSource
{
    private ManualResetValueTaskSourceCore<bool> _source = new() { RunContinuationsAsynchronously = false };

    public ValueTask SendAsync(Socket socket, ReadOnlyMemory<byte> header, BarePartition.Slice slice)
    {
        _source.Reset();
        SendPacketsElements =
        [
            new SendPacketsElement(header),
            new SendPacketsElement(slice.Segment.Reader, slice.Position, slice.Length),
        ];
        if (!socket.SendPacketsAsync(this))
            OnCompleted(this);
        return new ValueTask(this, _source.Version);
    }

    protected override void OnCompleted(SocketAsyncEventArgs e)
    {
        if (e.SocketError == SocketError.Success)
            _source.SetResult(true);
        else
            _source.SetException(new SocketException((int)e.SocketError));
    }

    void IValueTaskSource.GetResult(short token) => _source.GetResult(token);

    ValueTaskSourceStatus IValueTaskSource.GetStatus(short token) => _source.GetStatus(token);

    void IValueTaskSource.OnCompleted(
        Action<object?> continuation, object? state, short token, ValueTaskSourceOnCompletedFlags flags) =>
        _source.OnCompleted(continuation, state, token, flags);
}
