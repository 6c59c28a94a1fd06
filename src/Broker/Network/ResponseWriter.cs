using System.Net.Sockets;
using Platform.Protocol;

namespace Platform.Broker.Network;

/// <summary>Sends encoded responses on a socket; records that lie in a file go from the page cache to the socket
/// without passing through this process.</summary>
internal sealed class ResponseWriter(Socket socket)
{
    /// <summary>Sends the whole response.</summary>
    public ValueTask SendAsync(ProtocolWriter response) =>
        response.Slices.Count == 0 ? SendAllAsync(response.Written) : SendWithSlicesAsync(response);

    private async ValueTask SendAllAsync(ReadOnlyMemory<byte> bytes)
    {
        while (bytes.Length > 0)
            bytes = bytes[await socket.SendAsync(bytes, SocketFlags.None)..];
    }

    private async ValueTask SendWithSlicesAsync(ProtocolWriter response)
    {
        var bytes = response.Written;
        var sent = 0;
        foreach (var place in response.Slices)
        {
            await SendAllAsync(bytes[sent..place.Position]);
            sent = place.Position;
            await SendSliceAsync(place.Slice);
        }
        await SendAllAsync(bytes[sent..]);
    }

    private async ValueTask SendSliceAsync(IRecordsSlice slice)
    {
        var copy = new byte[slice.SizeInBytes];
        slice.CopyTo(copy);
        await SendAllAsync(copy);
    }
}
