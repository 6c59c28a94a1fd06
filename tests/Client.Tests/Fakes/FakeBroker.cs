using System.Buffers.Binary;
using System.Net;
using System.Net.Sockets;
using Platform.Protocol;
using Platform.Protocol.Messages;

namespace Platform.Client.Tests.Fakes;

/// <summary>A broker of a <see cref="FakeCluster"/>: a socket on loopback that speaks the real protocol.</summary>
internal sealed class FakeBroker : IDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly FakeCluster _cluster;
    private readonly List<Socket> _connections = [];

    public FakeBroker(FakeCluster cluster, int id)
    {
        _cluster = cluster;
        Id = id;
        _listener.Start();
        Port = ((IPEndPoint)_listener.LocalEndpoint).Port;
        _ = AcceptLoopAsync();
    }

    public int Id { get; }

    public int Port { get; }

    public int ConnectionCount { get; private set; }

    private async Task AcceptLoopAsync()
    {
        try
        {
            while (true)
                _ = ServeAsync(await _listener.AcceptSocketAsync());
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException)
        {
            CloseConnections();
        }
    }

    private async Task ServeAsync(Socket socket)
    {
        lock (_connections)
        {
            _connections.Add(socket);
            ConnectionCount++;
        }
        await using var stream = new NetworkStream(socket, ownsSocket: true);
        try
        {
            while (await ReadFrameAsync(stream) is { } frame)
                if (!await AnswerAsync(stream, frame))
                    return;
        }
        catch (Exception e) when (e is IOException or ObjectDisposedException)
        {
            socket.Close();
        }
    }

    private static async Task<byte[]?> ReadFrameAsync(NetworkStream stream)
    {
        var size = new byte[4];
        if (await stream.ReadAtLeastAsync(size, 4, throwOnEndOfStream: false) < 4)
            return null;
        var frame = new byte[BinaryPrimitives.ReadInt32BigEndian(size)];
        await stream.ReadExactlyAsync(frame);
        return frame;
    }

    // False to close the connection.
    private async Task<bool> AnswerAsync(NetworkStream stream, byte[] frame)
    {
        var exchange = Decode(frame);
        switch (_cluster.React(exchange))
        {
            case Reaction.Respond answer:
                await stream.WriteAsync(Encode(exchange, answer.Response, answer.Version ?? exchange.Version));
                return true;
            case Reaction.DisconnectMidFrame answer:
                var encoded = Encode(exchange, answer.Response, exchange.Version);
                await stream.WriteAsync(encoded.AsMemory(0, encoded.Length / 2));
                return false;
            case Reaction.RespondAfter delayed:
                await delayed.Gate;
                return await RespondAsUsualAsync(stream, exchange);
            case Reaction.LoseResponse:
                _cluster.Handle(exchange);
                return false;
            case Reaction.Disconnect:
                return false;
            case Reaction.Ignore:
                return true;
            default:
                return await RespondAsUsualAsync(stream, exchange);
        }
    }

    private async Task<bool> RespondAsUsualAsync(NetworkStream stream, FakeExchange exchange)
    {
        if (_cluster.Handle(exchange) is { } response)
            await stream.WriteAsync(Encode(exchange, response, exchange.Version));
        return true;
    }

    private FakeExchange Decode(byte[] frame)
    {
        var reader = new ProtocolReader(frame);
        var peek = new ProtocolReader(frame);
        var api = ApiKeys.Get((ApiKey)peek.ReadInt16());
        var version = peek.ReadInt16();
        var header = new RequestHeader();
        header.Read(ref reader, api.RequestHeaderVersion(version));
        var request = api.NewRequest();
        request.Read(ref reader, version);
        return new FakeExchange(this, header, request);
    }

    private static byte[] Encode(FakeExchange exchange, IResponse response, short version)
    {
        using var writer = new ProtocolWriter();
        writer.WriteInt32(0);
        var header = new ResponseHeader { CorrelationId = exchange.Header.CorrelationId };
        header.Write(writer, ApiKeys.Get(exchange.Key).ResponseHeaderVersion(version));
        response.Write(writer, version);
        BinaryPrimitives.WriteInt32BigEndian(writer.WrittenSpan, writer.Position - 4);
        return writer.Written.ToArray();
    }

    public void CloseConnections()
    {
        lock (_connections)
        {
            _connections.ForEach(connection => connection.Close());
            _connections.Clear();
        }
    }

    public void Dispose()
    {
        _listener.Dispose();
        CloseConnections();
    }
}
