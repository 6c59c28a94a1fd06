using Platform.Broker.Coordination;
using Platform.Broker.Observability;
using Platform.Broker.Replication;
using Platform.Cluster.Configuration;
using Platform.Cluster.Metadata;
using Platform.Cluster.Replication;

namespace Platform.Broker.Metadata;

/// <summary>Carries new metadata into this broker: roles of partitions first, then coordinators, then what handlers see.</summary>
internal sealed class ReplicaPublisher(
    int brokerId, BrokerConfig properties, ReplicaManager replicas, GroupCoordinator groups, BrokerTopicMetrics metrics, TimeProvider time)
    : IMetadataPublisher
{
    /// <summary>Applies the difference between two images.</summary>
    public void Publish(MetadataDelta delta, MetadataImage image)
    {
        var config = image.Configurations.Effective(properties, brokerId);
        var changes = delta.Topics.LocalChanges(brokerId);
        foreach (var removed in changes.Removed)
            Remove(removed);
        foreach (var replica in changes.Leaders.Concat(changes.Followers))
            Host(replica, image, config);
        if (delta.Configurations.HasChanges)
            Reconfigure(image, config);
        ForgetDeleted(delta);
    }

    private void Host(LocalReplica replica, MetadataImage image, BrokerConfig config)
    {
        var (id, registration) = replica;
        var topic = new TopicConfig(image.Configurations.OfTopic(id.Topic), config);
        var set = new ReplicaSet(registration.Replicas, registration.Isr, topic[TopicConfigs.MinInSyncReplicas]);
        replicas.Host(id, LogConfigs.From(topic), registration.Leader, registration.LeaderEpoch, set);
        if (id.Topic != InternalTopics.ConsumerOffsets)
            return;
        if (registration.Leader == brokerId)
            groups.OnElection(id.Partition, registration.LeaderEpoch);
        else
            groups.OnResignation(id.Partition);
    }

    private void Remove(Protocol.TopicIdPartition removed)
    {
        replicas.Delete(removed, time.GetUtcNow().ToUnixTimeMilliseconds());
        if (removed.Topic == InternalTopics.ConsumerOffsets)
            groups.OnResignation(removed.Partition);
    }

    // Settings of topics and of all brokers take effect without a restart: every log gets what holds for it now.
    private void Reconfigure(MetadataImage image, BrokerConfig config)
    {
        var byTopic = replicas.Partitions.GroupBy(p => p.Id.Topic, StringComparer.Ordinal);
        foreach (var topic in byTopic)
        {
            var settings = LogConfigs.From(new TopicConfig(image.Configurations.OfTopic(topic.Key), config));
            foreach (var partition in topic)
                partition.Log.Config = settings;
        }
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
