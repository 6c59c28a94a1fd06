using System.Net.Sockets;

namespace Platform.Client.Network;

/// <summary>PLAINTEXT: a TCP socket as it is.</summary>
internal sealed class SocketTransport(Socket socket) : IBrokerTransport
{
    /// <summary>
    /// The one place that decides how a connection is secured: SSL would wrap the socket here, and SASL exchange its
    /// frames, before the transport is handed out.
    /// </summary>
    public static async Task<IBrokerTransport> ConnectAsync(BrokerEndpoint endpoint, CancellationToken cancellation)
    {
        var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        try
        {
            await socket.ConnectAsync(endpoint.Host, endpoint.Port, cancellation);
            return new SocketTransport(socket);
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    public ValueTask<int> ReceiveAsync(Memory<byte> buffer) => socket.ReceiveAsync(buffer, SocketFlags.None);

    public async ValueTask SendAsync(ReadOnlyMemory<byte> bytes)
    {
        while (!bytes.IsEmpty)
            bytes = bytes[await socket.SendAsync(bytes, SocketFlags.None)..];
    }

    public void Dispose() => socket.Dispose();
}
