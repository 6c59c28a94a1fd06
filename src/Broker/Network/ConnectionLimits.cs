namespace Platform.Broker.Network;

/// <summary>What one connection, and all of them together, may take.</summary>
internal sealed record ConnectionLimits
{
    /// <summary>Largest request in bytes (socket.request.max.bytes).</summary>
    public int MaxRequestBytes { get; init; } = 100 * 1024 * 1024;

    /// <summary>Requests of one connection in the making at once (platform.connection.max.in.flight); 1 is Kafka's own order.</summary>
    public int MaxInFlightPerConnection { get; init; } = 16;

    /// <summary>Connections of the whole node (max.connections).</summary>
    public int MaxConnections { get; init; } = int.MaxValue;

    /// <summary>Connections from one address (max.connections.per.ip).</summary>
    public int MaxConnectionsPerIp { get; init; } = int.MaxValue;

    /// <summary>Idle time after which a connection is closed, in ms (connections.max.idle.ms).</summary>
    public long MaxIdleMs { get; init; } = 600_000;

    /// <summary>Bytes of all request frames in memory (queued.max.request.bytes).</summary>
    public long MaxQueuedBytes { get; init; } = 512L * 1024 * 1024;
}

/// <summary>Where to listen. Port 0 takes a free one.</summary>
internal sealed record ListenerOptions(string Name, string Host, int Port, bool IsController);
