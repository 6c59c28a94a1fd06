namespace Platform.Cluster.Configuration;

/// <content>Who the node is and where its data lives.</content>
public static partial class BrokerConfigs
{
    /// <summary>Roles of the process.</summary>
    public static readonly ConfigKey<IReadOnlyList<string>> ProcessRoles = Group.List("process.roles", "",
        doc: "What this process is: broker, controller, or both as 'broker,controller'. Must be set.",
        oneOf: ["broker", "controller"], importance: Importance.High);

    /// <summary>Old name of node.id.</summary>
    public static readonly ConfigKey<int> BrokerId = Group.Int("broker.id", -1, min: -1, importance: Importance.High,
        doc: "Old name of node.id, used when that is not set.");

    /// <summary>Id of the node.</summary>
    public static readonly ConfigKey<int> NodeId = Group.Int("node.id", -1, min: -1, importance: Importance.High,
        synonyms: [new ConfigSynonym(BrokerId)],
        doc: "Number of this node, unique in the cluster and at least 0. Must be set, and never changed for a data "
        + "directory.");

    /// <summary>Id of the cluster.</summary>
    public static readonly ConfigKey<string?> ClusterId = Group.OptionalString("platform.cluster.id",
        "Id of the cluster, for formatting empty storage at the first start; the environment variable CLUSTER_ID sets "
        + "it. "
        + "Formatted storage of another cluster is refused.");

    /// <summary>Rack of the node.</summary>
    public static readonly ConfigKey<string?> BrokerRack = Group.OptionalString("broker.rack",
        "Rack or availability zone of this broker. Replicas of a partition are spread over racks.");

    /// <summary>One data directory.</summary>
    public static readonly ConfigKey<string> LogDir = Group.String("log.dir", "./data", importance: Importance.High,
        doc: "Directory of the data, used when log.dirs is not set.");

    /// <summary>Data directories.</summary>
    public static readonly ConfigKey<string?> LogDirs = Group.OptionalString("log.dirs",
        "Directories of the data, separated by commas; best one per disk.", Importance.High,
        synonyms: [new ConfigSynonym(LogDir)]);

    /// <summary>Directory of the metadata log.</summary>
    public static readonly ConfigKey<string?> MetadataLogDir = Group.OptionalString("metadata.log.dir",
        "Directory of the metadata log; the first of log.dirs when not set.", Importance.High);

    /// <summary>Wait for a failed directory to be reported.</summary>
    public static readonly ConfigKey<long> LogDirFailureTimeoutMs = Group.Long("log.dir.failure.timeout.ms",
        30 * Time.Second,
        min: 1, importance: Importance.Low,
        doc: "A broker that cannot tell the controller about a failed directory within this time stops.");

    /// <summary>Threads that recover logs.</summary>
    public static readonly ConfigKey<int> NumRecoveryThreadsPerDataDir = Group.Int("num.recovery.threads.per.data.dir",
        2,
        min: 1, importance: Importance.High, update: ConfigUpdateMode.ClusterWide,
        doc: "Logs of one data directory that are recovered at the same time at start.");

    /// <summary>Address of the HTTP port.</summary>
    public static readonly ConfigKey<string> HttpListener = Group.String("platform.http.listener", "",
        doc: "host:port on which /metrics, /events and /health are served; empty serves them nowhere.");

    /// <summary>Controlled shutdown.</summary>
    public static readonly ConfigKey<bool> ControlledShutdownEnable = Group.Boolean("controlled.shutdown.enable", true,
        "Hand leaderships over before the process ends.");

    /// <summary>Interval of heartbeats to the controller.</summary>
    public static readonly ConfigKey<int> BrokerHeartbeatIntervalMs = Group.Int("broker.heartbeat.interval.ms",
        (int)(2 * Time.Second), min: 1, doc: "Time between the heartbeats that this broker sends to the controller.");

    /// <summary>Time without heartbeat until a broker is fenced.</summary>
    public static readonly ConfigKey<int> BrokerSessionTimeoutMs = Group.Int("broker.session.timeout.ms",
        (int)(9 * Time.Second), min: 1,
        doc: "A broker without a heartbeat for this long is fenced and loses its leaderships.");

    /// <summary>Time to register.</summary>
    public static readonly ConfigKey<int> InitialBrokerRegistrationTimeoutMs = Group.Int(
        "initial.broker.registration.timeout.ms", (int)Time.Minute, min: 1,
        doc: "The process ends when the controller did not accept its registration within this time.",
        noEffect: NotBuilt);

    /// <summary>Timeout of requests between nodes.</summary>
    public static readonly ConfigKey<int> RequestTimeoutMs = Group.Int("request.timeout.ms", (int)(30 * Time.Second),
        min: 1,
        importance: Importance.High,
        doc: "How long this node waits for the answer to a request that it sent to another node.");
}
