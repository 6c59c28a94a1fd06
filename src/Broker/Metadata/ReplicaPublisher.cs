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
    GroupCoordinator groups, TransactionCoordinator transactions, BrokerTopicMetrics metrics,
    ReplicaDirectories directories, DeferredRoles deferred, TimeProvider time, ILogger logger)
    : IMetadataPublisher
{
    /// <summary>How often what could not be made is tried again.</summary>
    public static readonly TimeSpan RetryInterval = TimeSpan.FromSeconds(1);

    private readonly Lock _lock = new();
    private MetadataImage _image = MetadataImage.Empty;

    /// <summary>Applies the difference between two images.</summary>
    public void Publish(MetadataDelta delta, MetadataImage image)
    {
        lock (_lock)
        {
            _image = image;
            Apply(delta, image);
        }
    }

    /// <summary>Tries again what could not be made for want of room or of a directory. From any thread.</summary>
    public void RetryDeferred()
    {
        // While new metadata comes, the next turn will do.
        if (!_lock.TryEnter())
            return;
        try
        {
            if (deferred.Count > 0)
                Retry(new TopicSettings(_image, _image.Configurations.Effective(properties, brokerId)));
        }
        finally
        {
            _lock.Exit();
        }
    }

    /// <summary>Sets aside what was deleted or moved away while this node was down. To be called once the controller lets the
    /// broker serve, which says that the metadata is newer than all that lies here.</summary>
    public void SetStrayLogsAside(LogManager logs)
    {
        lock (_lock)
            StrayLogs.SetAside(brokerId, logs, _image, logger);
        // A new topic of the same name may have waited for the place.
        RetryDeferred();
    }

    /// <summary>A log directory went offline: nothing is fetched into it any more, and who waits for what lies there is
    /// told. From any thread that holds no lock.</summary>
    public void OnLogDirectoryFailed(LogDirectory directory)
    {
        lock (_lock)
        {
            foreach (var partition in replicas.Partitions)
                directories.OnFailed(directory, partition);
            foreach (var partition in replicas.Partitions.Where(partition => partition.Log.LogDirectory == directory))
            {
                fetchers.Unfollow(partition.Id);
                partition.NotifyWatchers();
            }
            fetchers.StopIdle();
        }
    }

    private void Apply(MetadataDelta delta, MetadataImage image)
    {
        var config = image.Configurations.Effective(properties, brokerId);
        var settings = new TopicSettings(image, config);
        var changes = delta.Topics.LocalChanges(brokerId);
        foreach (var removed in changes.Removed)
            Remove(removed);
        foreach (var (id, registration) in changes.Leaders)
            TakeRole(id, registration, settings);
        foreach (var (id, registration) in changes.Followers)
            TakeRole(id, registration, settings);
        fetchers.StopIdle();
        if (delta.Configurations.HasChanges)
            Reconfigure(settings, config);
        ForgetDeleted(delta);
    }

    private void Retry(TopicSettings settings)
    {
        deferred.Retry(id =>
        {
            var registration = _image.Topics.Find(id.TopicId)?.Partition(id.Partition);
            if (registration?.Replicas.Contains(brokerId) == true)
                return TakeRole(id, registration, settings);
            deferred.Remove(id);
            return null;
        });
        fetchers.StopIdle();
    }

    // A partition whose directory is broken or full must not keep the others from their roles.
    private IOException? TakeRole(TopicIdPartition id, PartitionRegistration registration, TopicSettings settings)
    {
        try
        {
            if (registration.Leader == brokerId)
                Lead(id, registration, settings.Of(id.Topic));
            else
                Follow(id, registration, settings.Of(id.Topic));
            deferred.Remove(id);
            return null;
        }
        catch (IOException error)
        {
            // The log of an earlier topic of that name may lie there until it is set aside.
            if (error is KafkaStorageException or DiskFullException or LogDirectoryException)
                deferred.Add(id, error);
            else
                logger.RoleFailed(error, id.TopicPartition);
            return error;
        }
    }

    private void Lead(TopicIdPartition id, PartitionRegistration registration, TopicSetting settings)
    {
        fetchers.Unfollow(id);
        var all = new ReplicaSet(
            registration.Replicas, registration.Isr, settings.MinInSyncReplicas, registration.PartitionEpoch)
        {
            Offline = Offline(registration),
        };
        replicas.Lead(id, settings.Log, registration.LeaderEpoch, all, directories.Wanted(registration));
        var partition = replicas.Find(id.TopicId, id.Partition)!;
        Throttle(partition, settings);
        directories.Settle(partition, registration);
        Elect(id.Topic, id.Partition, registration.LeaderEpoch);
    }

    private IReadOnlyList<IsrMember> Offline(PartitionRegistration registration)
    {
        List<IsrMember>? offline = null;
        foreach (var replica in registration.Replicas)
            if (!_image.Cluster.HasOnlineDirectory(registration, replica))
                (offline ??= []).Add(new IsrMember(replica, _image.Cluster.Broker(replica)!.Epoch));
        return offline ?? [];
    }

    private void Throttle(Partition partition, TopicSetting settings) => partition.SetThrottled(
        ThrottledReplicas.Contains(settings.ThrottledLeaders, partition.Id.Partition, brokerId),
        ThrottledReplicas.Contains(settings.ThrottledFollowers, partition.Id.Partition, brokerId));

    private void Follow(TopicIdPartition id, PartitionRegistration registration, TopicSetting settings)
    {
        var partition = replicas.Follow(
            id, settings.Log, registration.Leader, registration.LeaderEpoch, directories.Wanted(registration));
        Throttle(partition, settings);
        directories.Settle(partition, registration);
        if (registration.HasLeader && partition.LeaderId < 0)
            logger.MetadataIsOfThePast(id.TopicPartition, partition.Log.LatestEpoch, registration.Leader, registration.LeaderEpoch);
        if (partition.LeaderId >= 0 && partition.Log.LogDirectory.Failure is null)
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
        deferred.Remove(removed);
        directories.Forget(removed);
        if (replicas.Find(removed.TopicId, removed.Partition) is { } hosted)
            directories.Leave(hosted);
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

    private void SetThrottle(BrokerConfig config)
    {
        replicas.SetThrottle(
            config[BrokerConfigs.LeaderReplicationThrottledRate], config[BrokerConfigs.FollowerReplicationThrottledRate]);
        directories.SetThrottle(config[BrokerConfigs.ReplicaAlterLogDirsIoMaxBytesPerSecond]);
    }

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
