using Platform.Cluster.Replication;

namespace Platform.Cluster.Configuration;

/// <content>Replication between brokers.</content>
public static partial class BrokerConfigs
{
    /// <summary>Lag that leads out of the ISR.</summary>
    public static readonly ConfigKey<long> ReplicaLagTimeMaxMs = Group.Long("replica.lag.time.max.ms", 30 * Time.Second,
        min: 1,
        importance: Importance.High,
        doc: "A follower that did not reach the end of the leader's log for this long leaves the in-sync replicas.");

    /// <summary>Bytes per partition of a fetch.</summary>
    public static readonly ConfigKey<int> ReplicaFetchMaxBytes = Group.Int("replica.fetch.max.bytes", Size.MiB, min: 0,
        doc: "Bytes that a follower asks for per partition; a larger batch is sent all the same.");

    /// <summary>Bytes of a fetch.</summary>
    public static readonly ConfigKey<int> ReplicaFetchResponseMaxBytes = Group.Int("replica.fetch.response.max.bytes",
        10 * Size.MiB, min: 0, doc: "Bytes that a follower asks for in one fetch.");

    /// <summary>Wait of a fetch.</summary>
    public static readonly ConfigKey<int> ReplicaFetchWaitMaxMs = Group.Int("replica.fetch.wait.max.ms", 500, min: 0,
        importance: Importance.High, doc: "How long a leader may wait for data before it answers a follower.");

    /// <summary>Bytes that a fetch waits for.</summary>
    public static readonly ConfigKey<int> ReplicaFetchMinBytes = Group.Int("replica.fetch.min.bytes", 1, min: 0,
        importance: Importance.High, doc: "Bytes that a leader waits for before it answers a follower.");

    /// <summary>Pause after an error.</summary>
    public static readonly ConfigKey<int> ReplicaFetchBackoffMs = Group.Int("replica.fetch.backoff.ms", 1000, min: 0,
        doc: "Pause of a follower after an error of a partition.");

    /// <summary>Timeout of sockets.</summary>
    public static readonly ConfigKey<int> ReplicaSocketTimeoutMs = Group.Int("replica.socket.timeout.ms",
        (int)(30 * Time.Second), min: 1, importance: Importance.High,
        doc: "How long a follower waits for the answer to a fetch; more than replica.fetch.wait.max.ms.");

    /// <summary>Receive buffer of followers.</summary>
    public static readonly ConfigKey<int> ReplicaSocketReceiveBufferBytes = Group.Int(
        "replica.socket.receive.buffer.bytes",
        64 * Size.KiB, min: -1, importance: Importance.High,
        doc: "Receive buffer of a follower's socket; -1 leaves it to the system.", noEffect: NotBuilt);

    /// <summary>Interval of the high watermark checkpoint.</summary>
    public static readonly ConfigKey<long> ReplicaHighWatermarkCheckpointIntervalMs = Group.Long(
        "replica.high.watermark.checkpoint.interval.ms", 5 * Time.Second, min: 1, importance: Importance.High,
        doc: "Time between two checkpoints of high watermarks.");

    /// <summary>Choice of the replica to read.</summary>
    public static readonly ConfigKey<string?> ReplicaSelectorClass = Group.OptionalString("replica.selector.class",
        "org.apache.kafka.common.replica.RackAwareReplicaSelector lets consumers read from a replica in their rack "
        + "(client.rack, KIP-392); when not set they read from the leader.", oneOf: [RackAwareReplicaSelector.ClassName]);

    /// <summary>Throttle of leaders.</summary>
    public static readonly ConfigKey<long> LeaderReplicationThrottledRate = Group.Long(
        "leader.replication.throttled.rate", long.MaxValue, min: 0, update: ConfigUpdateMode.ClusterWide,
        doc: "Bytes per second that a broker sends to followers that are not in sync, of the replicas that "
        + "leader.replication.throttled.replicas names (KIP-73).");

    /// <summary>Throttle of followers.</summary>
    public static readonly ConfigKey<long> FollowerReplicationThrottledRate = Group.Long(
        "follower.replication.throttled.rate", long.MaxValue, min: 0, update: ConfigUpdateMode.ClusterWide,
        doc: "Bytes per second that a broker fetches for replicas that are not in sync, of those that "
        + "follower.replication.throttled.replicas names (KIP-73).");

    /// <summary>Throttle of moves between log directories.</summary>
    public static readonly ConfigKey<long> ReplicaAlterLogDirsIoMaxBytesPerSecond = Group.Long(
        "replica.alter.log.dirs.io.max.bytes.per.second", long.MaxValue, min: 0, update: ConfigUpdateMode.ClusterWide,
        doc: "Bytes per second that a broker copies from one of its log directories to another.");

    /// <summary>Moves between log directories at the same time.</summary>
    public static readonly ConfigKey<int?> NumReplicaAlterLogDirsThreads = Group.OptionalInt(
        "num.replica.alter.log.dirs.threads", min: 1,
        doc: "Partitions that a broker copies from one of its log directories to another at the same time; as many as there are "
        + "log directories when not set.");

    /// <summary>Directories that are full enough.</summary>
    public static readonly ConfigKey<IReadOnlyList<string>> CordonedLogDirs = Group.List("cordoned.log.dirs", "",
        update: ConfigUpdateMode.ClusterWide,
        doc: "Log directories that take no new replicas, or * for all of them: the controller places no partitions on a "
        + "broker without another one (KIP-1066). platform brokers drain sets it.");

    /// <summary>Fetchers per leader.</summary>
    public static readonly ConfigKey<int> NumReplicaFetchers = Group.Int("num.replica.fetchers", 1, min: 1,
        importance: Importance.High, update: ConfigUpdateMode.ClusterWide,
        doc: "Connections on which a follower fetches from each leader.");
}
