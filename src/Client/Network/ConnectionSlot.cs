namespace Platform.Client.Network;

/// <summary>The place of one connection in the pool: opened when first used, replaced when it was lost or idle for
/// long.</summary>
internal sealed class ConnectionSlot(BrokerEndpoint endpoint, ClientOptions options, CancellationToken closing)
{
    private readonly Lock _lock = new();
    private readonly Backoff _backoff = new(options.ReconnectBackoffMs, options.ReconnectBackoffMaxMs);
    private BrokerConnection? _current;
    private Task<BrokerConnection>? _connecting;
    private int _failures;
    private long _retryAtMs;

    /// <summary>An open connection, when there is one.</summary>
    public BrokerConnection? Current => Volatile.Read(ref _current) is { IsOpen: true } open ? open : null;

    /// <summary>True while the last attempt to connect failed and its wait is not over.</summary>
    public bool InBackoff(long nowMs) => Volatile.Read(ref _retryAtMs) > nowMs;

    /// <summary>The open connection, or a new one.</summary>
    public ValueTask<BrokerConnection> GetAsync(CancellationToken cancellation)
    {
        if (Current is { } open && options.NowMs - open.LastUsedMs < options.ConnectionsMaxIdleMs)
            return new ValueTask<BrokerConnection>(open);
        lock (_lock)
        {
            if (_connecting is null or { IsCompleted: true })
                _connecting = ConnectAsync();
            return new ValueTask<BrokerConnection>(_connecting.WaitAsync(cancellation));
        }
    }

    private async Task<BrokerConnection> ConnectAsync()
    {
        await Task.Yield();
        var wait = _retryAtMs - options.NowMs;
        if (wait > 0)
            await Task.Delay(TimeSpan.FromMilliseconds(wait), options.TimeProvider, closing);
        try
        {
            _current?.Dispose();
            var connection = await BrokerConnection.ConnectAsync(endpoint, options, closing);
            Volatile.Write(ref _current, connection);
            _failures = 0;
            CloseIfTooLate(connection);
            return connection;
        }
        catch
        {
            _failures++;
            Volatile.Write(ref _retryAtMs, options.NowMs + _backoff.AfterFailures(_failures));
            throw;
        }
    }

    private void CloseIfTooLate(BrokerConnection connection)
    {
        if (closing.IsCancellationRequested)
            connection.Dispose();
    }

    public void Close() => Volatile.Read(ref _current)?.Dispose();
}
