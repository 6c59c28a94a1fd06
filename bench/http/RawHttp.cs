using System.Globalization;
using System.Net.Sockets;
using System.Text;

namespace Platform.Bench.Http;

/// <summary>One HTTP connection that costs the client little: requests are bytes, answers are only measured.</summary>
internal sealed class RawHttp : IAsyncDisposable
{
    private readonly TcpClient _client = new();
    private readonly byte[] _buffer = new byte[64 * 1024];
    private int _start;
    private int _end;
    private Stream _stream = Stream.Null;

    public static async Task<RawHttp> ConnectAsync(string server)
    {
        var http = new RawHttp();
        var at = server.LastIndexOf(':');
        await http._client.ConnectAsync(server[..at], int.Parse(server[(at + 1)..], CultureInfo.InvariantCulture));
        http._client.NoDelay = true;
        http._stream = http._client.GetStream();
        return http;
    }

    public static byte[] Request(string method, string server, string path, string type, string? body) =>
        Encoding.UTF8.GetBytes($"{method} {path} HTTP/1.1\r\nHost: {server}\r\n" + (body is null ? "\r\n"
            : $"Content-Type: {type}\r\nContent-Length: {Encoding.UTF8.GetByteCount(body)}\r\n\r\n{body}"));

    /// <summary>Sends a request and reads its answer, which must be 2xx with a Content-Length or chunks.</summary>
    /// <returns>Bytes of the body.</returns>
    public async Task<long> SendAsync(byte[] request)
    {
        await _stream.WriteAsync(request).ConfigureAwait(false);
        var head = await HeadAsync().ConfigureAwait(false);
        if (!head.StartsWith("HTTP/1.1 2", StringComparison.Ordinal))
            throw new InvalidDataException(head);
        var at = head.IndexOf("Content-Length: ", StringComparison.OrdinalIgnoreCase);
        if (at < 0)
            return await SkipChunksAsync().ConfigureAwait(false);
        var end = head.IndexOf('\r', at);
        var length = long.Parse(head.AsSpan(at + 16, end - at - 16), CultureInfo.InvariantCulture);
        await SkipAsync(length).ConfigureAwait(false);
        return length;
    }

    public ValueTask WriteAsync(ReadOnlyMemory<byte> bytes) => _stream.WriteAsync(bytes);

    /// <summary>Reads what there is; 0 at the end.</summary>
    public async ValueTask<ReadOnlyMemory<byte>> ReadSomeAsync()
    {
        var read = await _stream.ReadAsync(_buffer).ConfigureAwait(false);
        return _buffer.AsMemory(0, read);
    }

    public ValueTask DisposeAsync()
    {
        _client.Dispose();
        return ValueTask.CompletedTask;
    }

    private async Task<string> HeadAsync()
    {
        while (true)
        {
            var at = _buffer.AsSpan(_start, _end - _start).IndexOf("\r\n\r\n"u8);
            if (at >= 0)
            {
                var head = Encoding.ASCII.GetString(_buffer, _start, at + 2);
                _start += at + 4;
                return head;
            }
            await FillAsync().ConfigureAwait(false);
        }
    }

    private async Task SkipAsync(long count)
    {
        while (count > 0)
        {
            if (_start == _end)
                await FillAsync().ConfigureAwait(false);
            var taken = (int)Math.Min(count, _end - _start);
            _start += taken;
            count -= taken;
        }
    }

    private async Task<long> SkipChunksAsync()
    {
        for (var total = 0L; ;)
        {
            int at;
            while ((at = _buffer.AsSpan(_start, _end - _start).IndexOf("\r\n"u8)) < 0)
                await FillAsync().ConfigureAwait(false);
            var size = long.Parse(Encoding.ASCII.GetString(_buffer, _start, at), NumberStyles.HexNumber, CultureInfo.InvariantCulture);
            _start += at + 2;
            await SkipAsync(size + 2).ConfigureAwait(false);
            total += size;
            if (size == 0)
                return total;
        }
    }

    private async Task FillAsync()
    {
        if (_start == _end)
            (_start, _end) = (0, 0);
        else if (_end == _buffer.Length)
        {
            _buffer.AsSpan(_start, _end - _start).CopyTo(_buffer);
            (_start, _end) = (0, _end - _start);
        }
        var read = await _stream.ReadAsync(_buffer.AsMemory(_end)).ConfigureAwait(false);
        if (read == 0)
            throw new EndOfStreamException("the server closed the connection");
        _end += read;
    }
}
