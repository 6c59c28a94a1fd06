using System.Buffers.Binary;
using System.Net;
using System.Net.Sockets;
using Microsoft.Extensions.Logging.Abstractions;
using Platform.Broker.Network;
using Platform.Protocol;
using Platform.Protocol.Messages;

namespace Platform.Broker.Tests.Network;

/// <summary>Frames as clients send them, good and bad, over a real socket on loopback.</summary>
public sealed class KafkaConnectionTests : IAsyncLifetime
{
    private readonly HeldHeartbeats _heartbeats = new();
    private readonly SocketServer _server;
    private readonly int _port;

    public KafkaConnectionTests()
    {
        var table = new ApiHandlerTable(NullLogger.Instance).Add(_heartbeats);
        var limits = new ConnectionLimits { MaxRequestBytes = 64 * 1024, MaxInFlightPerConnection = 4, MaxConnections = 8 };
        _server = new SocketServer(new RequestDispatcher(table, TimeProvider.System), limits, TimeProvider.System, NullLogger.Instance);
        var listener = _server.Bind(new ListenerOptions("PLAINTEXT", "127.0.0.1", 0, IsController: false));
        _server.Accept(listener);
        _port = listener.Port;
    }

    public Task InitializeAsync() => Task.CompletedTask;

    public async Task DisposeAsync() => await _server.DisposeAsync();

    [Fact]
    public async Task A_request_is_answered_with_its_correlation_id()
    {
        using var client = await ConnectAsync();

        await client.SendAsync(Heartbeat(correlationId: 7));

        Assert.Equal(7, await ReadCorrelationIdAsync(client));
    }

    [Fact]
    public async Task Responses_leave_in_the_order_of_their_requests_even_when_a_later_handler_is_done_first()
    {
        using var client = await ConnectAsync();
        await client.SendAsync(Heartbeat(1, member: "held"));
        await client.SendAsync(Heartbeat(2));
        await _heartbeats.Seen(2);

        _heartbeats.Release();

        var answered = new[] { await ReadCorrelationIdAsync(client), await ReadCorrelationIdAsync(client) };
        Assert.Equal(new[] { 1, 2 }, answered);
    }

    [Fact]
    public async Task Requests_in_one_packet_and_a_request_in_single_bytes_are_both_understood()
    {
        using var client = await ConnectAsync();
        await client.SendAsync(Heartbeat(1).Concat(Heartbeat(2)).ToArray());
        foreach (var one in Heartbeat(3))
            await client.SendAsync(new[] { one });

        var answered = new List<int>();
        for (var i = 0; i < 3; i++)
            answered.Add(await ReadCorrelationIdAsync(client));
        Assert.Equal([1, 2, 3], answered);
    }

    [Theory]
    [InlineData(-1)]
    [InlineData(int.MinValue)]
    [InlineData(64 * 1024 + 1)]
    [InlineData(0x16030100)]
    [InlineData(0x47455420)]
    public async Task A_length_that_is_negative_too_large_or_of_another_protocol_closes_the_connection(int length)
    {
        using var client = await ConnectAsync();
        var frame = new byte[4];
        BinaryPrimitives.WriteInt32BigEndian(frame, length);

        await client.SendAsync(frame);

        Assert.True(await IsClosedAsync(client));
    }

    [Fact]
    public async Task Garbage_an_unknown_api_and_an_unknown_version_close_the_connection_and_others_are_served()
    {
        byte[][] bad =
        [
            Frame([1, 2, 3]),
            Frame([.. Enumerable.Repeat((byte)0xff, 40)]),
            Frame(Header(apiKey: 999, version: 0)),
            Frame(Header(apiKey: 12, version: 99)),
            Frame([.. Header(apiKey: 12, version: 4), 0, 0xff, 0xff, 0xff, 0xff, 0x0f]),
        ];
        foreach (var frame in bad)
        {
            using var client = await ConnectAsync();
            await client.SendAsync(frame);
            Assert.True(await IsClosedAsync(client));
        }

        using var other = await ConnectAsync();
        await other.SendAsync(Heartbeat(5));
        Assert.Equal(5, await ReadCorrelationIdAsync(other));
    }

    [Fact]
    public async Task A_handler_that_throws_answers_with_an_error_and_the_connection_lives()
    {
        using var client = await ConnectAsync();
        await client.SendAsync(Heartbeat(1, member: "throw"));
        var failed = await ReadAsync(client);
        await client.SendAsync(Heartbeat(2));

        Assert.Equal(ErrorCode.UnknownServerError, failed.ErrorCode);
        Assert.Equal(2, await ReadCorrelationIdAsync(client));
    }

    private async Task<Socket> ConnectAsync()
    {
        var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        await socket.ConnectAsync(IPAddress.Loopback, _port);
        return socket;
    }

    private static byte[] Heartbeat(int correlationId, string member = "m")
    {
        using var writer = new ProtocolWriter();
        writer.WriteRaw(Header(apiKey: 12, version: 4, correlationId));
        writer.WriteUnsignedVarint(0);
        new HeartbeatRequest { GroupId = "g", MemberId = member }.Write(writer, 4);
        return Frame(writer.Written.ToArray());
    }

    private static byte[] Header(short apiKey, short version, int correlationId = 0)
    {
        using var writer = new ProtocolWriter();
        writer.WriteInt16(apiKey);
        writer.WriteInt16(version);
        writer.WriteInt32(correlationId);
        writer.WriteString("tests", compact: false);
        return writer.Written.ToArray();
    }

    private static byte[] Frame(byte[] body)
    {
        var frame = new byte[body.Length + 4];
        BinaryPrimitives.WriteInt32BigEndian(frame, body.Length);
        body.CopyTo(frame, 4);
        return frame;
    }

    private static async Task<int> ReadCorrelationIdAsync(Socket client) => (await ReadAsync(client)).CorrelationId;

    private static async Task<(int CorrelationId, ErrorCode ErrorCode)> ReadAsync(Socket client)
    {
        await using var stream = new NetworkStream(client, ownsSocket: false);
        var length = new byte[4];
        await stream.ReadExactlyAsync(length);
        var body = new byte[BinaryPrimitives.ReadInt32BigEndian(length)];
        await stream.ReadExactlyAsync(body);
        var response = new HeartbeatResponse();
        var reader = new ProtocolReader(body.AsMemory(5));
        response.Read(ref reader, 4);
        return (BinaryPrimitives.ReadInt32BigEndian(body), response.ErrorCode);
    }

    private static async Task<bool> IsClosedAsync(Socket client)
    {
        try
        {
            return await client.ReceiveAsync(new byte[1]) == 0;
        }
        catch (SocketException)
        {
            return true;
        }
    }

    /// <summary>Answers at once, except for the member "held", who waits for <see cref="Release"/>.</summary>
    private sealed class HeldHeartbeats : IApiHandler<HeartbeatRequest, HeartbeatResponse>
    {
        private readonly TaskCompletionSource _held = new(TaskCreationOptions.RunContinuationsAsynchronously);
        private readonly SemaphoreSlim _seen = new(0);

        public void Release() => _held.SetResult();

        public async Task Seen(int count)
        {
            for (var i = 0; i < count; i++)
                await _seen.WaitAsync();
        }

        public async ValueTask<HeartbeatResponse?> HandleAsync(HeartbeatRequest request, RequestContext context)
        {
            _seen.Release();
            if (request.MemberId == "throw")
                throw new InvalidOperationException("as asked");
            if (request.MemberId == "held")
                await _held.Task;
            return new HeartbeatResponse();
        }

        public HeartbeatResponse? Fail(HeartbeatRequest request, ErrorCode error, string message) => new() { ErrorCode = error };
    }
}
