using System.Buffers.Text;
using System.Globalization;
using System.Net;
using System.Net.Sockets;

namespace Platform.Bench.Http;

/// <summary>
/// One HTTP connection with a thread of its own, one request at a time. The client shares the processors with the server: waiting in
/// the kernel costs it a tenth of what a wake-up through a poll loop and a thread pool does.
/// </summary>
internal sealed class BlockingHttp : IDisposable
{
    private readonly Socket _socket = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
    private readonly byte[] _buffer = new byte[64 * 1024];

    public BlockingHttp(string server)
    {
        var at = server.LastIndexOf(':');
        _socket.Connect(IPAddress.Parse(server[..at]), int.Parse(server[(at + 1)..], CultureInfo.InvariantCulture));
    }

    /// <summary>Sends a request and reads the whole answer, which must be 2xx, with its length or in chunks.</summary>
    /// <returns>Bytes of the answer's body, counting the frames of chunks.</returns>
    public long Send(ReadOnlySpan<byte> request)
    {
        _socket.Send(request);
        var end = 0;
        int head;
        while ((head = _buffer.AsSpan(0, end).IndexOf("\r\n\r\n"u8)) < 0)
            end += Receive(_buffer.AsSpan(end));
        if (!_buffer.AsSpan(0, end).StartsWith("HTTP/1.1 2"u8))
            throw new InvalidDataException(System.Text.Encoding.UTF8.GetString(_buffer, 0, end));
        var at = _buffer.AsSpan(0, head).IndexOf("Content-Length: "u8);
        return at < 0 ? ReadChunks(head + 4, end) : ReadBody(at + 16, end - head - 4);
    }

    public void Dispose() => _socket.Dispose();

    private long ReadBody(int digits, long read)
    {
        if (!Utf8Parser.TryParse(_buffer.AsSpan(digits), out long length, out _))
            throw new InvalidDataException("Content-Length is not a number");
        while (read < length)
            read += Receive(_buffer);
        return length;
    }

    // Answers in chunks are small here: they are whole when their last, empty chunk is there.
    private long ReadChunks(int begin, int end)
    {
        while (!_buffer.AsSpan(begin, end - begin).EndsWith("0\r\n\r\n"u8))
            end += Receive(_buffer.AsSpan(end));
        return end - begin;
    }

    private int Receive(Span<byte> into) => _socket.Receive(into) is > 0 and var read ? read
        : throw new EndOfStreamException("the server closed the connection, or the answer is larger than 64 KB");
}
