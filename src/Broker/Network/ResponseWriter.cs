using System.Net.Sockets;
using Platform.Protocol;
using Platform.Storage;

namespace Platform.Broker.Network;

/// <summary>Sends encoded responses on a socket; records that lie in a file go from the page cache to the socket
/// without passing through this process. One send at a time. The socket must not block.</summary>
internal sealed class ResponseWriter(Socket socket) : IDisposable
{
    private PacketSender? _packets;

    /// <summary>Sends the whole response.</summary>
    public ValueTask SendAsync(ProtocolWriter response)
    {
        if (response.Slices.Count == 0)
            return SendAll(response.Written);
        return CanSendFiles(response) ? SendFilesAsync(response) : SendCopiesAsync(response);
    }

    /// <inheritdoc/>
    public void Dispose() => _packets?.Dispose();

    private static bool CanSendFiles(ProtocolWriter response)
    {
        foreach (var place in response.Slices)
            if (place.Slice is not FileRecordsSlice { Stream: not null })
                return false;
        return true;
    }

    // Most responses fit into the socket's buffer: asked directly, it takes them without the objects that waiting needs,
    // which each connection would then keep.
    private ValueTask SendAll(ReadOnlyMemory<byte> bytes)
    {
        var sent = socket.Send(bytes.Span, SocketFlags.None, out var error);
        return error switch
        {
            SocketError.Success when sent == bytes.Length => ValueTask.CompletedTask,
            SocketError.Success => SendAllAsync(bytes[sent..]),
            SocketError.WouldBlock => SendAllAsync(bytes),
            _ => ValueTask.FromException(new SocketException((int)error)),
        };
    }

    private async ValueTask SendAllAsync(ReadOnlyMemory<byte> bytes)
    {
        while (bytes.Length > 0)
            bytes = bytes[await socket.SendAsync(bytes, SocketFlags.None)..];
    }

    // One call for everything: header bytes by send, records by sendfile, in order.
    private ValueTask SendFilesAsync(ProtocolWriter response)
    {
        var bytes = response.Written;
        var elements = new SendPacketsElement[CountElements(response)];
        var (count, sent) = (0, 0);
        foreach (var place in response.Slices)
        {
            if (place.Position > sent)
                elements[count++] = new SendPacketsElement(bytes[sent..place.Position]);
            sent = place.Position;
            var slice = (FileRecordsSlice)place.Slice;
            elements[count++] = new SendPacketsElement(slice.Stream!, slice.Position, slice.SizeInBytes);
        }
        if (sent < bytes.Length)
            elements[count] = new SendPacketsElement(bytes[sent..]);
        return (_packets ??= new PacketSender()).SendAsync(socket, elements);
    }

    private static int CountElements(ProtocolWriter response)
    {
        var (count, sent) = (0, 0);
        foreach (var place in response.Slices)
        {
            count += place.Position > sent ? 2 : 1;
            sent = place.Position;
        }
        return sent < response.Position ? count + 1 : count;
    }

    // For logs that lie in memory, as the simulator's do.
    private async ValueTask SendCopiesAsync(ProtocolWriter response)
    {
        var bytes = response.Written;
        var sent = 0;
        foreach (var place in response.Slices)
        {
            await SendAllAsync(bytes[sent..place.Position]);
            sent = place.Position;
            var copy = new byte[place.Slice.SizeInBytes];
            place.Slice.CopyTo(copy);
            await SendAllAsync(copy);
        }
        await SendAllAsync(bytes[sent..]);
    }
}
