namespace Platform.Client;

/// <summary>Settings that all clients share, under Kafka's names. Times are in milliseconds, sizes in bytes.</summary>
public record ClientOptions
{
    /// <summary><c>bootstrap.servers</c>: one or more <c>host:port</c>, separated by commas.</summary>
    public string BootstrapServers { get; init; } = "localhost:9092";

    /// <summary><c>client.id</c>: how brokers name this client in logs, quotas and metrics.</summary>
    public string ClientId { get; init; } = "platform";

    /// <summary><c>request.timeout.ms</c>: how long an answer may take before the connection is given up.</summary>
    public int RequestTimeoutMs { get; init; } = 30_000;

    /// <summary><c>default.api.timeout.ms</c>: how long a whole operation with its retries may take.</summary>
    public int DefaultApiTimeoutMs { get; init; } = 60_000;

    /// <summary><c>reconnect.backoff.ms</c>: wait after the first failed attempt to connect.</summary>
    public int ReconnectBackoffMs { get; init; } = 50;

    /// <summary><c>reconnect.backoff.max.ms</c>: the longest such wait.</summary>
    public int ReconnectBackoffMaxMs { get; init; } = 1_000;

    /// <summary><c>retry.backoff.ms</c>: wait before a request is sent again.</summary>
    public int RetryBackoffMs { get; init; } = 100;

    /// <summary><c>retry.backoff.max.ms</c>: the longest such wait.</summary>
    public int RetryBackoffMaxMs { get; init; } = 1_000;

    /// <summary><c>metadata.max.age.ms</c>: age at which the cached metadata is asked for again.</summary>
    public int MetadataMaxAgeMs { get; init; } = 300_000;

    /// <summary><c>connections.max.idle.ms</c>: an unused connection is replaced rather than used after this
    /// time.</summary>
    public int ConnectionsMaxIdleMs { get; init; } = 540_000;

    /// <summary><c>socket.connection.setup.timeout.ms</c>: time for connecting, handshakes included.</summary>
    public int SocketConnectionSetupTimeoutMs { get; init; } = 10_000;

    /// <summary>Largest response that is accepted; a longer one ends the connection.</summary>
    public int MaxResponseBytes { get; init; } = 256 << 20;

    /// <summary>Most requests that wait for an answer on one connection; further ones wait to be sent.</summary>
    public int MaxPipelinedRequests { get; init; } = 100;

    /// <summary>The clock and timers; tests put a manual one here.</summary>
    public TimeProvider TimeProvider { get; init; } = TimeProvider.System;

    /// <summary>Milliseconds since 1970 on <see cref="TimeProvider"/>.</summary>
    internal long NowMs => TimeProvider.GetUtcNow().ToUnixTimeMilliseconds();
}
