using System.Buffers.Binary;
using System.Net.Sockets;

namespace Platform.Bench.Limit;

/// <summary>Sends each frame back: the least that a request can cost.</summary>
internal sealed class EchoService : IBareService
{
    private byte[] _response = new byte[512];

    public async ValueTask AnswerAsync(Socket socket, Memory<byte> frame)
    {
        var length = sizeof(int) + frame.Length;
        if (_response.Length < length)
            _response = new byte[length];
        BinaryPrimitives.WriteInt32BigEndian(_response, frame.Length);
        frame.CopyTo(_response.AsMemory(sizeof(int)));
        await socket.SendAsync(_response.AsMemory(0, length)).ConfigureAwait(false);
    }
}
