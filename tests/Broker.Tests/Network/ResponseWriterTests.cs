using System.Net;
using System.Net.Sockets;
using Platform.Broker.Network;
using Platform.Protocol;

namespace Platform.Broker.Tests.Network;

/// <summary>Responses over a real socket, to clients that read slowly or not at all.</summary>
public sealed class ResponseWriterTests : IAsyncLifetime
{
    private const int MoreThanAnySocketBuffer = 32 * 1024 * 1024;

    private readonly Socket _client = new(SocketType.Stream, ProtocolType.Tcp);
    private Socket _server = null!;

    public async Task InitializeAsync()
    {
        using var listener = new Socket(SocketType.Stream, ProtocolType.Tcp);
        listener.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        listener.Listen(1);
        await _client.ConnectAsync(listener.LocalEndPoint!);
        _server = await listener.AcceptAsync();
        _server.Blocking = false;
    }

    public Task DisposeAsync()
    {
        _client.Dispose();
        _server.Dispose();
        return Task.CompletedTask;
    }

    [Fact]
    public async Task A_small_response_is_with_the_socket_before_the_call_returns()
    {
        using var writer = new ResponseWriter(_server);
        using var response = Response(100);

        var sending = writer.SendAsync(response);

        Assert.True(sending.IsCompletedSuccessfully);
        await sending;
        Assert.Equal(response.Written.ToArray(), await ReadAsync(100));
    }

    [Fact]
    public async Task A_response_that_the_socket_cannot_take_at_once_waits_for_the_client_and_arrives_whole()
    {
        using var writer = new ResponseWriter(_server);
        using var response = Response(MoreThanAnySocketBuffer);

        var sending = writer.SendAsync(response);

        Assert.False(sending.IsCompleted);
        var received = await ReadAsync(MoreThanAnySocketBuffer);
        await sending;
        Assert.True(response.Written.Span.SequenceEqual(received));
    }

    [Fact]
    public async Task A_client_that_has_gone_fails_the_response()
    {
        using var writer = new ResponseWriter(_server);
        using var response = Response(MoreThanAnySocketBuffer);
        var sending = writer.SendAsync(response);

        _client.Close(timeout: 0);

        await Assert.ThrowsAsync<SocketException>(async () => await sending);
        await Assert.ThrowsAsync<SocketException>(async () => await writer.SendAsync(response));
    }

    private static ProtocolWriter Response(int size)
    {
        var bytes = new byte[size];
        new Random(size).NextBytes(bytes);
        var writer = new ProtocolWriter();
        writer.WriteRaw(bytes);
        return writer;
    }

    private async Task<byte[]> ReadAsync(int count)
    {
        var bytes = new byte[count];
        await using var stream = new NetworkStream(_client, ownsSocket: false);
        await stream.ReadExactlyAsync(bytes);
        return bytes;
    }
}
