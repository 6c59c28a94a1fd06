using Microsoft.Extensions.Logging;
using Platform.Broker.Coordination;
using Platform.Broker.Observability;
using Platform.Broker.Replication;
using Platform.Broker.Tiering;
using Platform.Cluster.Configuration;
using Platform.Cluster.Metadata;
using Platform.Cluster.Replication;
using Platform.Protocol;
using Platform.Storage;

namespace Platform.Broker.Metadata;

/// <summary>Carries new metadata into this broker: roles of partitions first, then coordinators, then what handlers
/// see.</summary>
internal sealed class ReplicaPublisher(
    int brokerId, BrokerConfig properties, ReplicaManager replicas, ReplicaFetcherManager fetchers,
    GroupCoordinator groups, TransactionCoordinator transactions, BrokerTopicMetrics metrics, TimeProvider time,
    ILogger logger)
    : IMetadataPublisher
{
    /// <summary>Applies the difference between two images.</summary>
    public void Publish(MetadataDelta delta, MetadataImage image)
    {
        var config = image.Configurations.Effective(properties, brokerId);
        var settings = new TopicSettings(image, config);
        var changes = delta.Topics.LocalChanges(brokerId);
        foreach (var removed in changes.Removed)
            Remove(removed);
        foreach (var (id, registration) in changes.Leaders)
            Try(id, () => Lead(id, registration, settings.Of(id.Topic)));
        foreach (var (id, registration) in changes.Followers)
            Try(id, () => Follow(id, registration, settings.Of(id.Topic)));
        fetchers.StopIdle();
        if (delta.Configurations.HasChanges)
            Reconfigure(settings, config);
        ForgetDeleted(delta);
    }

    // A partition whose directory is broken must not keep the others from their roles.
    private void Try(TopicIdPartition id, Action takeRole)
    {
        try
        {
            takeRole();
        }
        catch (Exception error) when (error is KafkaStorageException or IOException)
        {
            logger.RoleFailed(error, id.TopicPartition);
        }
    }

    private void Lead(TopicIdPartition id, PartitionRegistration registration, TopicSetting settings)
    {
        fetchers.Unfollow(id);
        replicas.Lead(id, settings.Log, registration.LeaderEpoch, new ReplicaSet(
            registration.Replicas, registration.Isr, settings.MinInSyncReplicas, registration.PartitionEpoch));
        Throttle(replicas.Find(id.TopicId, id.Partition), settings);
        Elect(id.Topic, id.Partition, registration.LeaderEpoch);
    }

    private void Throttle(Partition? partition, TopicSetting settings) => partition?.SetThrottled(
        ThrottledReplicas.Contains(settings.ThrottledLeaders, partition.Id.Partition, brokerId),
        ThrottledReplicas.Contains(settings.ThrottledFollowers, partition.Id.Partition, brokerId));

    private void Follow(TopicIdPartition id, PartitionRegistration registration, TopicSetting settings)
    {
        var partition = replicas.Follow(id, settings.Log, registration.Leader, registration.LeaderEpoch);
        Throttle(partition, settings);
        if (registration.HasLeader && partition.LeaderId < 0)
            logger.MetadataIsOfThePast(id.TopicPartition, partition.Log.LatestEpoch, registration.Leader, registration.LeaderEpoch);
        if (partition.LeaderId >= 0)
            fetchers.Follow(partition, registration.Leader, registration.LeaderEpoch);
        else
            fetchers.Unfollow(id);
        Resign(id.Topic, id.Partition);
    }

    private void Elect(string topic, int partition, int leaderEpoch)
    {
        if (topic == InternalTopics.ConsumerOffsets)
            groups.OnElection(partition, leaderEpoch);
        else if (topic == InternalTopics.TransactionState)
            transactions.OnElection(partition, leaderEpoch);
    }

    private void Resign(string topic, int partition)
    {
        if (topic == InternalTopics.ConsumerOffsets)
            groups.OnResignation(partition);
        else if (topic == InternalTopics.TransactionState)
            transactions.OnResignation(partition);
    }

    private void Remove(TopicIdPartition removed)
    {
        fetchers.Unfollow(removed);
        replicas.Delete(removed, time.GetUtcNow().ToUnixTimeMilliseconds());
        Resign(removed.Topic, removed.Partition);
    }

    // Settings of topics and of all brokers take effect without a restart: every partition gets what holds for it now.
    private void Reconfigure(TopicSettings settings, BrokerConfig config)
    {
        SetThrottle(config);
        fetchers.Resize(config[BrokerConfigs.NumReplicaFetchers]);
        foreach (var partition in replicas.Partitions)
        {
            var topic = settings.Of(partition.Id.Topic);
            partition.Log.Config = topic.Log;
            partition.SetMinInSyncReplicas(topic.MinInSyncReplicas);
            Throttle(partition, topic);
        }
    }

    private void SetThrottle(BrokerConfig config) => replicas.SetThrottle(
        config[BrokerConfigs.LeaderReplicationThrottledRate], config[BrokerConfigs.FollowerReplicationThrottledRate]);

    private void ForgetDeleted(MetadataDelta delta)
    {
        var gone = delta.Topics.Deleted.Values.Select(t => t.Name).ToList();
        if (gone.Count == 0)
            return;
        groups.OnTopicsDeleted(gone);
        gone.ForEach(metrics.Forget);
    }
}

/// <summary>What a topic's settings mean for each of its partitions.</summary>
internal readonly record struct TopicSetting(LogConfig Log, int MinInSyncReplicas,
    IReadOnlyList<string> ThrottledLeaders, IReadOnlyList<string> ThrottledFollowers);

/// <summary>Settings of topics in one image, resolved once per topic: it costs more than taking a role.</summary>
internal sealed class TopicSettings(MetadataImage image, BrokerConfig config)
{
    private readonly Dictionary<string, TopicSetting> _byTopic = new(StringComparer.Ordinal);

    /// <summary>The settings of a topic.</summary>
    public TopicSetting Of(string topic)
    {
        if (_byTopic.TryGetValue(topic, out var known))
            return known;
        var settings = new TopicConfig(image.Configurations.OfTopic(topic), config);
        return _byTopic[topic] = new TopicSetting(
            LogConfigs.From(settings) with
            {
                MayUseReserve = InternalTopics.IsInternal(topic) || topic == RemoteLogMetadataManager.Topic,
                RemoteStorageEnable = IsTiered(topic, settings),
            },
            settings[TopicConfigs.MinInSyncReplicas],
            settings[TopicConfigs.LeaderReplicationThrottledReplicas],
            settings[TopicConfigs.FollowerReplicationThrottledReplicas]);
    }

    // Compaction changes segments after they are closed, and brokers need their own topics to reach remote storage.
    private bool IsTiered(string topic, TopicConfig settings) => config[BrokerConfigs.RemoteLogStorageSystemEnable]
        && settings[TopicConfigs.RemoteStorageEnable] && !settings[TopicConfigs.CleanupPolicy].Contains("compact")
        && !InternalTopics.IsInternal(topic) && topic != RemoteLogMetadataManager.Topic;
}
