namespace Platform.Cluster.Configuration;

/// <content>Listeners, connections and requests.</content>
public static partial class BrokerConfigs
{
    /// <summary>Where the node listens.</summary>
    public static readonly ConfigKey<string> Listeners = Group.String("listeners", "PLAINTEXT://localhost:9092",
        importance: Importance.High,
        doc: "Addresses to listen on, as NAME://host:port separated by commas. 0.0.0.0 or no host means all "
            + "interfaces, port 0 a free port. Names that are no security protocol need an entry in "
            + "listener.security.protocol.map.");

    /// <summary>What clients are told.</summary>
    public static readonly ConfigKey<string?> AdvertisedListeners = Group.OptionalString("advertised.listeners",
        "Addresses that clients and other nodes are told to connect to, as NAME://host:port; those of listeners when "
        + "not set. "
        + "They must be reachable from the clients' side: 0.0.0.0 is refused.", Importance.High);

    /// <summary>Protocol of each listener.</summary>
    public static readonly ConfigKey<string> ListenerSecurityProtocolMap = Group.String(
        "listener.security.protocol.map",
        "SASL_SSL:SASL_SSL,PLAINTEXT:PLAINTEXT,SSL:SSL,SASL_PLAINTEXT:SASL_PLAINTEXT",
        doc: "Security protocol of each listener, as NAME:PROTOCOL separated by commas.");

    /// <summary>Listener between brokers.</summary>
    public static readonly ConfigKey<string?> InterBrokerListenerName = Group.OptionalString(
        "inter.broker.listener.name",
        "Listener that brokers use among themselves; when not set, the one of security.inter.broker.protocol.");

    /// <summary>Protocol between brokers.</summary>
    public static readonly ConfigKey<string> SecurityInterBrokerProtocol = Group.String(
        "security.inter.broker.protocol",
        "PLAINTEXT", oneOf: ["PLAINTEXT", "SSL", "SASL_PLAINTEXT", "SASL_SSL"],
        doc: "Security protocol between brokers; names their listener when inter.broker.listener.name is not set.");

    /// <summary>Send buffer of sockets.</summary>
    public static readonly ConfigKey<int> SocketSendBufferBytes = Group.Int("socket.send.buffer.bytes", 100 * Size.KiB,
        min: -1,
        importance: Importance.High, doc: "Send buffer of accepted sockets; -1 leaves it to the system.",
        noEffect: NotBuilt);

    /// <summary>Receive buffer of sockets.</summary>
    public static readonly ConfigKey<int> SocketReceiveBufferBytes = Group.Int("socket.receive.buffer.bytes",
        100 * Size.KiB,
        min: -1, importance: Importance.High, doc: "Receive buffer of accepted sockets; -1 leaves it to the system.",
        noEffect: NotBuilt);

    /// <summary>Backlog of sockets.</summary>
    public static readonly ConfigKey<int> SocketListenBacklogSize = Group.Int("socket.listen.backlog.size", 50, min: 1,
        doc: "Connections that wait to be accepted before the system refuses more.", noEffect: NotBuilt);

    /// <summary>Longest request.</summary>
    public static readonly ConfigKey<int> SocketRequestMaxBytes = Group.Int("socket.request.max.bytes", 100 * Size.MiB,
        min: 1,
        importance: Importance.High, doc: "Longest request; a longer one closes its connection.");

    /// <summary>Requests in progress.</summary>
    public static readonly ConfigKey<int> QueuedMaxRequests = Group.Int("queued.max.requests", 500, min: 1,
        importance: Importance.High, doc: "Requests in progress over all connections before no more are read.",
        noEffect: NotBuilt);

    /// <summary>Bytes of requests in progress.</summary>
    public static readonly ConfigKey<long> QueuedMaxRequestBytes = Group.Long("queued.max.request.bytes", -1, min: -1,
        doc: "Bytes of requests in progress before no more are read; -1 leaves it to the broker.");

    /// <summary>Requests in progress on a connection.</summary>
    public static readonly ConfigKey<int> ConnectionMaxInFlightRequests = Group.Int(
        "platform.connection.max.in.flight.requests", 16, min: 1,
        doc: "Requests of one connection that are worked on at the same time; answers keep their order. 1 is Kafka's "
        + "way.");

    /// <summary>Time until an idle connection is closed.</summary>
    public static readonly ConfigKey<long> ConnectionsMaxIdleMs = Group.Long("connections.max.idle.ms",
        10 * Time.Minute,
        doc: "A connection without a request for this long is closed; a negative number never closes one.");

    /// <summary>Lifetime of an authentication.</summary>
    public static readonly ConfigKey<long> ConnectionsMaxReauthMs = Group.Long("connections.max.reauth.ms", 0, min: 0,
        doc: "A SASL client must authenticate again within this time (KIP-368); 0 asks for it never.",
        noEffect: NotBuilt);

    /// <summary>Delay of a failed authentication.</summary>
    public static readonly ConfigKey<int> ConnectionFailedAuthenticationDelayMs = Group.Int(
        "connection.failed.authentication.delay.ms", 100, min: 0, importance: Importance.Low,
        doc: "How long a failed authentication is held back before its connection is closed.", noEffect: NotBuilt);

    /// <summary>Most connections.</summary>
    public static readonly ConfigKey<int> MaxConnections = Group.Int("max.connections", int.MaxValue, min: 0,
        update: ConfigUpdateMode.ClusterWide,
        doc: "Connections at the same time; also kept below the limit of open files.");

    /// <summary>Most connections from an address.</summary>
    public static readonly ConfigKey<int> MaxConnectionsPerIp = Group.Int("max.connections.per.ip", int.MaxValue,
        min: 0,
        update: ConfigUpdateMode.ClusterWide, doc: "Connections at the same time from one address.");

    /// <summary>Exceptions from the limit per address.</summary>
    public static readonly ConfigKey<string> MaxConnectionsPerIpOverrides = Group.String(
        "max.connections.per.ip.overrides", "",
        update: ConfigUpdateMode.ClusterWide,
        doc: "Other limits for some addresses, as address:count separated by commas.", noEffect: NotBuilt);

    /// <summary>New connections a second.</summary>
    public static readonly ConfigKey<int> MaxConnectionCreationRate = Group.Int("max.connection.creation.rate",
        int.MaxValue,
        min: 0, update: ConfigUpdateMode.ClusterWide, doc: "New connections accepted in a second (KIP-612); 0 counts as 1.");

    /// <summary>Largest fetch response.</summary>
    public static readonly ConfigKey<int> FetchMaxBytes = Group.Int("fetch.max.bytes", 55 * Size.MiB, min: 1024,
        doc: "Most bytes in the answer to one fetch, whatever the client asks for; one batch is always sent.");

    /// <summary>Fetch sessions.</summary>
    public static readonly ConfigKey<int> MaxIncrementalFetchSessionCacheSlots = Group.Int(
        "max.incremental.fetch.session.cache.slots", 1000, min: 0,
        doc: "Fetch sessions kept at the same time (KIP-227).");

    /// <summary>Partitions in a response of DescribeTopicPartitions.</summary>
    public static readonly ConfigKey<int> MaxRequestPartitionSizeLimit = Group.Int("max.request.partition.size.limit",
        2000,
        min: 1, doc: "Most partitions in one answer to DescribeTopicPartitions.");

    /// <summary>Network threads.</summary>
    public static readonly ConfigKey<int> NumNetworkThreads = Group.Int("num.network.threads", 3, min: 1,
        importance: Importance.High, update: ConfigUpdateMode.ClusterWide,
        noEffect: "connections share the thread pool",
        doc: "Kafka's threads that read requests and send responses.");

    /// <summary>Request threads.</summary>
    public static readonly ConfigKey<int> NumIoThreads = Group.Int("num.io.threads", 8, min: 1,
        importance: Importance.High,
        update: ConfigUpdateMode.ClusterWide, noEffect: "requests share the thread pool",
        doc: "Kafka's threads that work on requests.");

    /// <summary>Background threads.</summary>
    public static readonly ConfigKey<int> BackgroundThreads = Group.Int("background.threads", 10, min: 1,
        importance: Importance.High, update: ConfigUpdateMode.ClusterWide,
        noEffect: "background work shares the thread pool", doc: "Kafka's threads for background work.");
}
