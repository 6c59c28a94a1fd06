using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using Microsoft.Extensions.Logging;

namespace Platform.Broker.Network;

/// <summary>Listens, admits connections within the limits and runs each until it ends.</summary>
internal sealed class SocketServer(
    RequestDispatcher dispatcher, ConnectionLimits limits, TimeProvider time, ILogger logger,
    ConnectionRates? rates = null) : IConnectionOwner, IAsyncDisposable
{
    private const int Backlog = 512;

    /// <summary>Connections over their quota that are kept open until their time is over.</summary>
    private const int MaxTurnedAway = 1_000;

    private static readonly TimeSpan AcceptRetryDelay = TimeSpan.FromMilliseconds(100);

    private readonly RequestMemoryBudget _memory = new(limits.MaxQueuedBytes);
    private readonly ConcurrentDictionary<KafkaConnection, Task> _connections = new();
    private readonly ConcurrentDictionary<string, int> _perIp = new();
    private readonly List<(Socket Socket, Task Accepting)> _listeners = [];
    private readonly CancellationTokenSource _stopping = new();
    private ITimer? _idleSweep;
    private long _nextId;
    private int _turnedAway;

    /// <summary>Connections open now.</summary>
    public int ConnectionCount => _connections.Count;

    /// <summary>Binds a listener without accepting yet; returns the port, which matters when 0 was asked for.</summary>
    /// <exception cref="KafkaListenerException">The port is taken or the host is none of this machine's.</exception>
    public BoundListener Bind(ListenerOptions options)
    {
        var address = Resolve(options.Host);
        var socket = new Socket(address.AddressFamily, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        try
        {
            if (address.Equals(IPAddress.IPv6Any))
                socket.DualMode = true;
            socket.Bind(new IPEndPoint(address, options.Port));
            socket.Listen(Backlog);
        }
        catch (SocketException error)
        {
            socket.Dispose();
            throw new KafkaListenerException(
                $"listener {options.Name} cannot use {options.Host}:{options.Port}: {error.Message}. "
                + "Stop what uses the port (ss -ltnp shows it) or choose another in 'listeners'; port 0 takes a free one", error);
        }
        return new BoundListener(options, socket, ((IPEndPoint)socket.LocalEndPoint!).Port);
    }

    /// <summary>Starts to accept on a bound listener.</summary>
    public void Accept(BoundListener listener)
    {
        logger.Listening(listener.Options.Name, listener.Socket.LocalEndPoint!.ToString()!);
        _listeners.Add((listener.Socket, AcceptLoopAsync(listener)));
        _idleSweep ??= time.CreateTimer(_ => CloseIdle(), null, TimeSpan.FromSeconds(10), TimeSpan.FromSeconds(10));
    }

    /// <summary>Stops accepting, closes every connection and waits for their loops.</summary>
    public async ValueTask DisposeAsync()
    {
        await _stopping.CancelAsync();
        _idleSweep?.Dispose();
        foreach (var (socket, _) in _listeners)
            socket.Dispose();
        await Task.WhenAll(_listeners.Select(l => l.Accepting));
        var open = _connections.ToArray();
        foreach (var (connection, _) in open)
            connection.Abort();
        await Task.WhenAll(open.Select(c => c.Value));
        _stopping.Dispose();
    }

    private static IPAddress Resolve(string host) => host switch
    {
        "" or "0.0.0.0" or "[::]" or "::" => Socket.OSSupportsIPv6 ? IPAddress.IPv6Any : IPAddress.Any,
        "localhost" => IPAddress.Loopback,
        _ when IPAddress.TryParse(host.Trim('[', ']'), out var parsed) => parsed,
        _ => ResolveName(host),
    };

    private static IPAddress ResolveName(string host)
    {
        try
        {
            return Dns.GetHostAddresses(host).OrderBy(a => a.AddressFamily).First();
        }
        catch (SocketException error)
        {
            throw new KafkaListenerException($"the host '{host}' in 'listeners' cannot be resolved: {error.Message}", error);
        }
    }

    private async Task AcceptLoopAsync(BoundListener listener)
    {
        while (!_stopping.IsCancellationRequested)
        {
            try
            {
                Admit(await listener.Socket.AcceptAsync(_stopping.Token), listener.Options);
                if (rates?.PauseMs() is > 0 and var pauseMs)
                    await Task.Delay(TimeSpan.FromMilliseconds(pauseMs), time, _stopping.Token);
            }
            catch (Exception error) when (error is OperationCanceledException or ObjectDisposedException)
            {
                return;
            }
            catch (SocketException error)
            {
                if (_stopping.IsCancellationRequested)
                    return;
                logger.AcceptFailed(listener.Options.Name, error.Message);
                await Task.Delay(AcceptRetryDelay, time);
            }
        }
    }

    private void Admit(Socket socket, ListenerOptions listener)
    {
        var address = (socket.RemoteEndPoint as IPEndPoint)?.Address;
        // As people write it in access rules, also where the listener takes both kinds of addresses.
        var host = (address is { IsIPv4MappedToIPv6: true } ? address.MapToIPv4() : address)?.ToString() ?? "unknown";
        var fromIp = _perIp.AddOrUpdate(host, 1, static (_, count) => count + 1);
        var refusal = _connections.Count >= limits.MaxConnections ? $"{limits.MaxConnections} connections are open (max.connections)"
            : fromIp > limits.MaxConnectionsPerIp ? $"{limits.MaxConnectionsPerIp} connections from it are open (max.connections.per.ip)"
            : null;
        if (refusal is not null)
        {
            logger.RefusingConnection(host, listener.Name, refusal);
            socket.Dispose();
            Forget(host);
            return;
        }
        if (rates?.RefusedForMs(host) is > 0 and var waitMs)
        {
            logger.RefusingConnection(host, listener.Name, "it connects more often than its quota connection_creation_rate allows");
            Forget(host);
            _ = CloseLaterAsync(socket, waitMs);
            return;
        }
        socket.NoDelay = true;
        socket.Blocking = false;
        var context = new ConnectionContext
        {
            Id = Interlocked.Increment(ref _nextId),
            ListenerName = listener.Name,
            IsController = listener.IsController,
            ClientHost = host,
        };
        var connection = new KafkaConnection(socket, context, dispatcher, _memory, limits);
        _connections[connection] = Task.CompletedTask;
        var serving = connection.RunAsync(time, logger, this);
        _connections.TryUpdate(connection, serving, Task.CompletedTask);
    }

    // Kept waiting, so that a client that tries again at once slows down; not too many of them.
    private async Task CloseLaterAsync(Socket socket, int waitMs)
    {
        using (socket)
        {
            if (Interlocked.Increment(ref _turnedAway) <= MaxTurnedAway)
                await Task.Delay(TimeSpan.FromMilliseconds(waitMs), time, _stopping.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            Interlocked.Decrement(ref _turnedAway);
        }
    }

    /// <inheritdoc/>
    void IConnectionOwner.Ended(KafkaConnection connection)
    {
        connection.Dispose();
        _connections.TryRemove(connection, out _);
        Forget(connection.Context.ClientHost);
    }

    private void Forget(string host)
    {
        if (_perIp.AddOrUpdate(host, 0, static (_, count) => count - 1) <= 0)
            _perIp.TryRemove(new KeyValuePair<string, int>(host, 0));
    }

    private void CloseIdle()
    {
        var oldest = time.GetUtcNow().ToUnixTimeMilliseconds() - limits.MaxIdleMs;
        foreach (var connection in _connections.Keys)
            if (connection.LastActiveMs < oldest)
                connection.Abort();
    }
}

/// <summary>A listener that holds its port but does not accept yet.</summary>
internal sealed record BoundListener(ListenerOptions Options, Socket Socket, int Port);

/// <summary>A listener cannot be opened; the message says why and what to do.</summary>
internal sealed class KafkaListenerException(string message, Exception cause) : Exception(message, cause);
