using System.Buffers;
using System.Buffers.Binary;
using System.Net.Sockets;
using Microsoft.Extensions.Logging;
using Platform.Protocol;

namespace Platform.Broker.Network;

/// <summary>
/// One client on one socket: reads frames, has them dispatched and sends the responses in order. A response that is
/// ready at once is sent from the reading loop; only those that wait go through the <see cref="ResponseQueue"/>.
/// </summary>
internal sealed class KafkaConnection : IDisposable
{
    // Small enough for thousands of idle connections, large enough for most heartbeats in one receive.
    private const int SmallBufferSize = 128;
    private const int LengthSize = sizeof(int);

    private readonly Socket _socket;
    private readonly RequestDispatcher _dispatcher;
    private readonly RequestMemoryBudget _memory;
    private readonly ConnectionLimits _limits;
    private readonly ResponseWriter _writer;
    private readonly CancellationTokenSource _closing = new();
    private readonly byte[] _small = GC.AllocateUninitializedArray<byte>(SmallBufferSize, pinned: true);
    private int _smallStart;
    private int _smallEnd;
    private ResponseQueue? _queue;

    public KafkaConnection(
        Socket socket, ConnectionContext context, RequestDispatcher dispatcher, RequestMemoryBudget memory, ConnectionLimits limits)
    {
        _socket = socket;
        _dispatcher = dispatcher;
        _memory = memory;
        _limits = limits;
        _writer = new ResponseWriter(socket);
        Context = context;
        context.Aborted = _closing.Token;
    }

    /// <summary>What handlers see of this connection.</summary>
    public ConnectionContext Context { get; }

    /// <summary>When the last request arrived; idle connections are closed by the server's sweep.</summary>
    public long LastActiveMs { get; private set; }

    /// <summary>Serves until either side closes, and tells the owner. Never throws: what went wrong is logged here.</summary>
    public async Task RunAsync(TimeProvider time, ILogger logger, IConnectionOwner owner)
    {
        try
        {
            LastActiveMs = time.GetUtcNow().ToUnixTimeMilliseconds();
            while (await ReadLengthAsync() is { } length)
            {
                LastActiveMs = time.GetUtcNow().ToUnixTimeMilliseconds();
                await ServeAsync(length);
                if (Context.TakeMuteMs() is > 0 and var muteMs)
                    await Task.Delay(TimeSpan.FromMilliseconds(muteMs), time, _closing.Token);
            }
        }
        catch (Exception error) when (error is SocketException or ObjectDisposedException or OperationCanceledException or EndOfStreamException)
        {
            logger.ConnectionEnded(Context.Id, error.Message);
        }
        catch (Exception error) when (error is ProtocolException or UnansweredRequestException)
        {
            logger.ClosingConnection(Context.ClientHost, Context.ListenerName, error.Message);
        }
        catch (Exception error)
        {
            logger.ConnectionFailed(error, Context.Id, Context.ClientHost);
        }
        await CloseAsync();
        owner.Ended(this);
    }

    /// <summary>Ends the connection; its loop then stops by itself.</summary>
    public void Abort()
    {
        try
        {
            _closing.Cancel();
        }
        catch (ObjectDisposedException)
        {
            // It has just ended by itself, while the server went through its connections.
        }
        _socket.Dispose();
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        Abort();
        _writer.Dispose();
        _closing.Dispose();
    }

    // Null when the client has closed between two requests.
    private async ValueTask<int?> ReadLengthAsync()
    {
        while (_smallEnd - _smallStart < LengthSize)
        {
            if (_smallStart > 0)
                MoveSmallToFront();
            var received = await _socket.ReceiveAsync(_small.AsMemory(_smallEnd), SocketFlags.None);
            if (received == 0)
                return null;
            _smallEnd += received;
        }
        var length = BinaryPrimitives.ReadInt32BigEndian(_small.AsSpan(_smallStart));
        _smallStart += LengthSize;
        return length >= 0 && length <= _limits.MaxRequestBytes ? length : throw new ProtocolException(DescribeBadLength(length));
    }

    private void MoveSmallToFront()
    {
        _small.AsSpan(_smallStart, _smallEnd - _smallStart).CopyTo(_small);
        _smallEnd -= _smallStart;
        _smallStart = 0;
    }

    // 0x16 0x03 opens a TLS handshake, ASCII letters an HTTP request: name the mistake that people make.
    private string DescribeBadLength(int length) => ((uint)length >> 16) switch
    {
        0x1603 => "the client speaks TLS, but this listener is PLAINTEXT; use a listener with SSL or set security.protocol=PLAINTEXT",
        0x4745 or 0x504f or 0x5055 or 0x4845 => "the client speaks HTTP, but this is a Kafka port; the REST proxy has a port of its own",
        _ => $"a request of {length} bytes; allowed are 0 to {_limits.MaxRequestBytes} (socket.request.max.bytes)",
    };

    private async ValueTask ServeAsync(int length)
    {
        await _memory.ReserveAsync(length, _closing.Token);
        var frame = ArrayPool<byte>.Shared.Rent(length);
        ValueTask<ProtocolWriter?> pending;
        try
        {
            await ReceiveFrameAsync(frame.AsMemory(0, length));
            pending = _dispatcher.DispatchAsync(frame.AsMemory(0, length), Context);
        }
        catch
        {
            ReturnFrame(frame, length);
            throw;
        }
        if (!pending.IsCompleted || _queue is { IsIdle: false })
        {
            _queue ??= new ResponseQueue(_limits.MaxInFlightPerConnection, _writer.SendAsync);
            await _queue.EnqueueAsync(ReturnFrameAfterAsync(pending, frame, length));
            return;
        }
        ReturnFrame(frame, length);
        using var response = pending.Result;
        if (response is not null)
            await _writer.SendAsync(response);
    }

    private async ValueTask ReceiveFrameAsync(Memory<byte> frame)
    {
        var buffered = Math.Min(frame.Length, _smallEnd - _smallStart);
        _small.AsMemory(_smallStart, buffered).CopyTo(frame);
        _smallStart += buffered;
        for (var filled = buffered; filled < frame.Length;)
        {
            var received = await _socket.ReceiveAsync(frame[filled..], SocketFlags.None);
            if (received == 0)
                throw new EndOfStreamException($"the client closed after {filled} of {frame.Length} bytes of a request");
            filled += received;
        }
    }

    private async ValueTask<ProtocolWriter?> ReturnFrameAfterAsync(ValueTask<ProtocolWriter?> pending, byte[] frame, int length)
    {
        try
        {
            return await pending;
        }
        finally
        {
            ReturnFrame(frame, length);
        }
    }

    private void ReturnFrame(byte[] frame, int length)
    {
        ArrayPool<byte>.Shared.Return(frame);
        _memory.Release(length);
    }

    private async Task CloseAsync()
    {
        await _closing.CancelAsync();
        _socket.Dispose();
        if (_queue is null)
            return;
        _queue.Complete();
        await _queue.Completion.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
    }
}

/// <summary>Who keeps the list of connections.</summary>
internal interface IConnectionOwner
{
    /// <summary>The connection serves no more and may be disposed.</summary>
    void Ended(KafkaConnection connection);
}
