using Platform.Cluster.Configuration;
using Platform.Cluster.Metadata;
using Platform.Cluster.Quotas;
using Platform.Protocol;

namespace Platform.Cluster.Controller;

/// <summary>What an operation of the active controller may look at. Made for each operation.</summary>
public sealed record ControllerContext
{
    /// <summary>The newest image, records included that are not committed yet.</summary>
    public required MetadataImage Image { get; init; }

    /// <summary>Settings of this node; dynamic ones are taken from <see cref="Image"/>.</summary>
    public required BrokerConfig Config { get; init; }

    /// <summary>Id of the cluster.</summary>
    public required string ClusterId { get; init; }

    /// <summary>Offset that the first record of the operation will get; becomes the epoch of a
    /// broker that registers.</summary>
    public required long NextOffset { get; init; }

    /// <summary>The time, in ms since 1970.</summary>
    public required long NowMs { get; init; }

    /// <summary>Heartbeats since this controller became active.</summary>
    public required BrokerHeartbeatTracker Heartbeats { get; init; }

    /// <summary>Chooses brokers for new partitions.</summary>
    public required IReplicaPlacer Placer { get; init; }

    /// <summary>Makes ids of topics.</summary>
    public required Func<Uuid> NewTopicId { get; init; }

    /// <summary>Controllers that vote.</summary>
    public IReadOnlyCollection<int> Voters { get; init; } = [];

    /// <summary>What the client may still create and delete.</summary>
    public MutationQuota Mutations { get; init; } = MutationQuota.None;

    /// <summary>True when partitions remember eligible leaders (KIP-966).</summary>
    public bool HasEligibleLeaders => Image.Features.LevelOf(EligibleLeaderReplicasVersion.FeatureName) > 0;

    /// <summary>min.insync.replicas of a topic, as far as a controller can know it.</summary>
    public int MinInSyncReplicas(string topic)
    {
        var key = TopicConfigs.MinInSyncReplicas;
        var own = Image.Configurations.OfTopic(topic).GetValueOrDefault(key.Name);
        return own is not null && key.Validate(own, out _) ? key.Parse(own)
            : EffectiveConfig[BrokerConfigs.MinInSyncReplicas];
    }

    /// <summary>Settings of this node with what is stored for all brokers.</summary>
    public BrokerConfig EffectiveConfig => Image.Configurations.Effective(Config, Config.Node.Id);
}
