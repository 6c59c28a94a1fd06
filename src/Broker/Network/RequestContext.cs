using Platform.Protocol.Messages;

namespace Platform.Broker.Network;

/// <summary>What a handler knows of a request besides its body.</summary>
internal sealed class RequestContext
{
    /// <summary>The API asked for.</summary>
    public required ApiKey ApiKey { get; init; }

    /// <summary>Version that request and response are encoded in.</summary>
    public required short ApiVersion { get; init; }

    /// <summary>The client's own number of the request.</summary>
    public required int CorrelationId { get; init; }

    /// <summary>The client's name for itself; empty when it gave none.</summary>
    public required string ClientId { get; init; }

    /// <summary>The connection that the request came by.</summary>
    public required ConnectionContext Connection { get; init; }

    /// <summary>When the request was read, in ms since 1970.</summary>
    public required long NowMs { get; init; }

    /// <summary>True once the handler has found that another broker asks: metrics tell such fetches apart.</summary>
    public bool IsFromFollower { get; set; }

    /// <summary>Name of the listener that the connection came to.</summary>
    public string ListenerName => Connection.ListenerName;

    /// <summary>Address of the client, without port.</summary>
    public string ClientHost => Connection.ClientHost;

    /// <summary>Cancelled when the connection closes.</summary>
    public CancellationToken Aborted => Connection.Aborted;
}

/// <summary>What is known of a connection, however it is carried: a socket, or the simulator.</summary>
internal sealed class ConnectionContext
{
    /// <summary>The principal of whoever has not said who it is.</summary>
    public const string Anonymous = "User:ANONYMOUS";

    private const string UserPrefix = "User:";
    private int _muteMs;

    /// <summary>Number of the connection within this process.</summary>
    public required long Id { get; init; }

    /// <summary>Name of the listener, such as PLAINTEXT.</summary>
    public required string ListenerName { get; init; }

    /// <summary>Address of the client, without port.</summary>
    public required string ClientHost { get; init; }

    /// <summary>True on listeners that only controllers and brokers use.</summary>
    public bool IsController { get; init; }

    /// <summary>True for a client whose broker handed its request on: an answer that another controller must give is
    /// an error of the broker's request, not of the client's.</summary>
    public bool IsForwarded { get; init; }

    /// <summary>Who is connected; without authentication everybody is anonymous, as in Kafka.</summary>
    public string Principal { get; set; } = Anonymous;

    /// <summary>The name of the user, as quotas have it.</summary>
    public string User => Principal.StartsWith(UserPrefix, StringComparison.Ordinal) ? Principal[UserPrefix.Length..] : Principal;

    /// <summary>Name of the client library (KIP-511), once ApiVersions told it.</summary>
    public string ClientSoftwareName { get; set; } = "unknown";

    /// <summary>Version of the client library.</summary>
    public string ClientSoftwareVersion { get; set; } = "unknown";

    /// <summary>Nothing more is read from the connection for this long, in ms: its client used too much.</summary>
    public void MuteFor(int ms)
    {
        // The longest of several reasons counts.
        for (var known = Volatile.Read(ref _muteMs); ms > known;)
        {
            var seen = Interlocked.CompareExchange(ref _muteMs, ms, known);
            if (seen == known)
                return;
            known = seen;
        }
    }

    /// <summary>How long to read nothing, in ms; asked once.</summary>
    public int TakeMuteMs() => Interlocked.Exchange(ref _muteMs, 0);

    /// <summary>Completes when every Produce request so far has appended. Null as long as none had to wait.</summary>
    public Task? Appended { get; set; }

    /// <summary>Cancelled when the connection closes.</summary>
    public CancellationToken Aborted { get; set; }

    /// <summary>The client id that came last, kept so that equal ones need no new string.</summary>
    internal byte[] LastClientIdBytes { get; set; } = [];

    /// <summary>The text of <see cref="LastClientIdBytes"/>.</summary>
    internal string LastClientId { get; set; } = "";
}
