namespace Platform.Cluster.Configuration;

/// <content>The quorum of controllers and its metadata log.</content>
public static partial class BrokerConfigs
{
    /// <summary>Static voters.</summary>
    public static readonly ConfigKey<IReadOnlyList<string>> ControllerQuorumVoters = Group.List(
        "controller.quorum.voters", "",
        importance: Importance.High, doc: "All controllers of a fixed quorum, as id@host:port separated by commas.");

    /// <summary>First contacts of a dynamic quorum.</summary>
    public static readonly ConfigKey<IReadOnlyList<string>> ControllerQuorumBootstrapServers = Group.List(
        "controller.quorum.bootstrap.servers", "", importance: Importance.High,
        doc: "Controllers to ask first in a quorum whose members may change (KIP-853), as host:port separated by "
        + "commas.");

    /// <summary>Listeners of controllers.</summary>
    public static readonly ConfigKey<IReadOnlyList<string>> ControllerListenerNames = Group.List(
        "controller.listener.names", "",
        importance: Importance.High,
        doc: "Listeners that belong to the controller; nodes reach it by the first one. Must be set.");

    /// <summary>Election timeout.</summary>
    public static readonly ConfigKey<int> ControllerQuorumElectionTimeoutMs = Group.Int(
        "controller.quorum.election.timeout.ms",
        1000, min: 1, importance: Importance.High,
        doc: "A candidate without a majority by then starts another election.");

    /// <summary>Fetch timeout.</summary>
    public static readonly ConfigKey<int> ControllerQuorumFetchTimeoutMs = Group.Int(
        "controller.quorum.fetch.timeout.ms", 2000,
        min: 1, importance: Importance.High,
        doc: "A voter that cannot fetch from the leader for this long stands for election; "
            + "a leader that no majority fetches from resigns.");

    /// <summary>Backoff of elections.</summary>
    public static readonly ConfigKey<int> ControllerQuorumElectionBackoffMaxMs = Group.Int(
        "controller.quorum.election.backoff.max.ms", 1000, min: 0, importance: Importance.High,
        doc: "Longest random pause between two elections that nobody won.");

    /// <summary>Request timeout.</summary>
    public static readonly ConfigKey<int> ControllerQuorumRequestTimeoutMs = Group.Int(
        "controller.quorum.request.timeout.ms",
        2000, min: 1, doc: "How long a node of the quorum waits for the answer of another.");

    /// <summary>Pause after a failure.</summary>
    public static readonly ConfigKey<int> ControllerQuorumRetryBackoffMs = Group.Int(
        "controller.quorum.retry.backoff.ms", 20,
        min: 0, importance: Importance.Low, doc: "Pause before a failed request of the quorum is sent again.");

    /// <summary>Time for requests to the controller.</summary>
    public static readonly ConfigKey<int> ControllerSocketTimeoutMs = Group.Int(
        "controller.socket.timeout.ms", 30_000, min: 1,
        doc: "How long a broker goes on asking the active controller, elections included, before it gives up.");

    /// <summary>Collection of appends.</summary>
    public static readonly ConfigKey<int> ControllerQuorumAppendLingerMs = Group.Int(
        "controller.quorum.append.linger.ms", 25,
        min: 0, doc: "How long the leader may collect metadata records before it writes them.", noEffect: NotBuilt);

    /// <summary>Joining by itself.</summary>
    public static readonly ConfigKey<bool> ControllerQuorumAutoJoinEnable = Group.Boolean(
        "controller.quorum.auto.join.enable",
        false, "A controller that is no voter of a quorum with voters in the log asks to become one, once after each start; its "
            + "listener needs a fixed port. Stop it before its vote is taken away for good.", Importance.Low);

    /// <summary>Bytes until a snapshot.</summary>
    public static readonly ConfigKey<long> MetadataLogMaxRecordBytesBetweenSnapshots = Group.Long(
        "metadata.log.max.record.bytes.between.snapshots", 20L * Size.MiB, min: 1, importance: Importance.High,
        doc: "Bytes of new metadata records after which a snapshot is taken.");

    /// <summary>Time until a snapshot.</summary>
    public static readonly ConfigKey<long> MetadataLogMaxSnapshotIntervalMs = Group.Long(
        "metadata.log.max.snapshot.interval.ms", Time.Hour, min: 0, importance: Importance.High,
        doc: "Time after which a snapshot of new metadata records is taken; 0 takes none for age.");

    /// <summary>Segments of the metadata log.</summary>
    public static readonly ConfigKey<int> MetadataLogSegmentBytes = Group.Int("metadata.log.segment.bytes", Size.GiB,
        min: 12,
        importance: Importance.High, doc: "Size of a segment of the metadata log.");

    /// <summary>Age of segments of the metadata log.</summary>
    public static readonly ConfigKey<long> MetadataLogSegmentMs = Group.Long("metadata.log.segment.ms", 7 * Time.Day,
        min: 1,
        importance: Importance.High, doc: "Age at which a segment of the metadata log is rolled.");

    /// <summary>Retention of the metadata log in bytes.</summary>
    public static readonly ConfigKey<long> MetadataMaxRetentionBytes = Group.Long("metadata.max.retention.bytes",
        100L * Size.MiB, min: -1, importance: Importance.High,
        doc: "Bytes of metadata log and snapshots that are kept; the newest snapshot always stays.");

    /// <summary>Retention of the metadata log in time.</summary>
    public static readonly ConfigKey<long> MetadataMaxRetentionMs = Group.Long("metadata.max.retention.ms",
        7 * Time.Day,
        min: -1, importance: Importance.High, doc: "Age at which metadata log and snapshots may be deleted.");

    /// <summary>Records that show that the leader lives.</summary>
    public static readonly ConfigKey<int> MetadataMaxIdleIntervalMs = Group.Int("metadata.max.idle.interval.ms", 500,
        min: 0,
        importance: Importance.Low,
        doc: "The active controller writes an empty record when nothing else was written for this long, "
            + "so that lag can be measured; 0 writes none.");

    /// <summary>Windows of quotas of mutations.</summary>
    public static readonly ConfigKey<int> ControllerQuotaWindowNum = Group.Int("controller.quota.window.num", 11,
        min: 1, importance: Importance.Low,
        doc: "Windows for which a client may save up what controller_mutation_rate allows it, and then use it at once (KIP-599).");

    /// <summary>Length of a window of quotas of mutations.</summary>
    public static readonly ConfigKey<int> ControllerQuotaWindowSizeSeconds = Group.Int("controller.quota.window.size.seconds", 1,
        min: 1, importance: Importance.Low, doc: "Length of each window of controller.quota.window.num.");

    /// <summary>Patience with the metadata log at start.</summary>
    public static readonly ConfigKey<long> ServerMaxStartupTimeMs = Group.Long("server.max.startup.time.ms",
        long.MaxValue,
        min: 1, doc: "The process ends when it did not start within this time.", noEffect: NotBuilt);
}
