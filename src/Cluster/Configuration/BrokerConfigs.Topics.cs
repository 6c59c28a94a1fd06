namespace Platform.Cluster.Configuration;

/// <content>Topics: creation, and defaults of what a topic does not set itself.</content>
public static partial class BrokerConfigs
{
    internal static readonly string[] CompressionTypes = ["uncompressed", "zstd", "lz4", "snappy", "gzip", "producer"];

    /// <summary>Partitions of a new topic.</summary>
    public static readonly ConfigKey<int> NumPartitions = Group.Int("num.partitions", 1, min: 1,
        doc: "Partitions of a topic whose creator asked for none in particular.");

    /// <summary>Replicas of a new topic.</summary>
    public static readonly ConfigKey<int> DefaultReplicationFactor = Group.Int("default.replication.factor", 1, min: 1,
        max: short.MaxValue, doc: "Replicas of a topic whose creator asked for none in particular.");

    /// <summary>Automatic creation.</summary>
    public static readonly ConfigKey<bool> AutoCreateTopicsEnable = Group.Boolean("auto.create.topics.enable", true,
        "Create a topic when a client that allows it asks for one that does not exist.", Importance.High);

    /// <summary>Whether topics can be deleted.</summary>
    public static readonly ConfigKey<bool> DeleteTopicEnable = Group.Boolean("delete.topic.enable", true,
        "Allow topics to be deleted.", Importance.High);

    /// <summary>Replicas that must hold a record.</summary>
    public static readonly ConfigKey<int> MinInSyncReplicas = Group.Int("min.insync.replicas", 1, min: 1,
        importance: Importance.High, update: ConfigUpdateMode.ClusterWide,
        doc: "Default of the topic setting of the same name.");

    /// <summary>Unclean elections.</summary>
    public static readonly ConfigKey<bool> UncleanLeaderElectionEnable = Group.Boolean("unclean.leader.election.enable",
        false,
        "Default of the topic setting of the same name.", Importance.High, ConfigUpdateMode.ClusterWide);

    /// <summary>Largest batch.</summary>
    public static readonly ConfigKey<int> MessageMaxBytes = Group.Int("message.max.bytes", 1048588, min: 0,
        importance: Importance.High, update: ConfigUpdateMode.ClusterWide,
        doc: "Default of the topic setting max.message.bytes.");

    /// <summary>Compression.</summary>
    public static readonly ConfigKey<string> CompressionType = Group.String("compression.type", "producer",
        oneOf: CompressionTypes, importance: Importance.High, update: ConfigUpdateMode.ClusterWide,
        doc: "Default of the topic setting of the same name.");

    /// <summary>Level of gzip.</summary>
    public static readonly ConfigKey<int> CompressionGzipLevel = Group.IntOr("compression.gzip.level", -1, 1, 9, -1,
        "Default of the topic setting of the same name.", ConfigUpdateMode.ClusterWide);

    /// <summary>Level of lz4.</summary>
    public static readonly ConfigKey<int> CompressionLz4Level = Group.Int("compression.lz4.level", 9, min: 1, max: 17,
        update: ConfigUpdateMode.ClusterWide, doc: "Default of the topic setting of the same name.");

    /// <summary>Level of zstd.</summary>
    public static readonly ConfigKey<int> CompressionZstdLevel = Group.Int("compression.zstd.level", 3, min: -131072,
        max: 22,
        update: ConfigUpdateMode.ClusterWide, doc: "Default of the topic setting of the same name.");

    /// <summary>Preferred leaders.</summary>
    public static readonly ConfigKey<bool> AutoLeaderRebalanceEnable = Group.Boolean("auto.leader.rebalance.enable",
        true,
        "Give leadership back to the preferred replica of each partition from time to time.", Importance.High);

    /// <summary>Interval of leader balancing.</summary>
    public static readonly ConfigKey<long> LeaderImbalanceCheckIntervalSeconds = Group.Long(
        "leader.imbalance.check.interval.seconds", 300, min: 1, importance: Importance.High,
        doc: "Seconds between two looks for partitions that are not led by their preferred replica.");

    /// <summary>Where schemas are.</summary>
    public static readonly ConfigKey<string> SchemaRegistryTopic = Group.String("platform.schema.registry.topic",
        "_schemas",
        doc: "The registry's topic, from which brokers learn the schemas of topics with confluent.value.schema.validation or "
        + "confluent.key.schema.validation. Confluent Server asks the registry over HTTP instead.");
}
