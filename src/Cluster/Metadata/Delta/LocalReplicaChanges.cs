using Platform.Protocol;

namespace Platform.Cluster.Metadata;

/// <summary>A partition as it is after a change.</summary>
public readonly record struct LocalReplica(TopicIdPartition Partition, PartitionRegistration Registration);

/// <summary>What a change of topics means for one broker, by name and number of partition.</summary>
public sealed class LocalReplicaChanges
{
    private readonly SortedDictionary<TopicPartition, LocalReplica> _leaders = [];
    private readonly SortedDictionary<TopicPartition, LocalReplica> _followers = [];
    private readonly SortedDictionary<TopicPartition, TopicIdPartition> _removed = [];

    /// <summary>Partitions that this broker leads, when anything about them changed.</summary>
    public IReadOnlyCollection<LocalReplica> Leaders => _leaders.Values;

    /// <summary>Partitions that this broker follows, when anything about them changed; some may
    /// have no leader.</summary>
    public IReadOnlyCollection<LocalReplica> Followers => _followers.Values;

    /// <summary>
    /// Replicas that this broker held and must delete. One whose topic was deleted and created anew comes here with the
    /// old id, and in the other lists with the new one: delete first.
    /// </summary>
    public IReadOnlyCollection<TopicIdPartition> Removed => _removed.Values;

    /// <summary>True when nothing concerns the broker.</summary>
    public bool IsEmpty => _leaders.Count == 0 && _followers.Count == 0 && _removed.Count == 0;

    internal static LocalReplicaChanges Of(TopicsDelta topics, int brokerId)
    {
        var changes = new LocalReplicaChanges();
        foreach (var topic in topics.Deleted.Values)
            changes.AddDeleted(topic, brokerId);
        foreach (var topic in topics.Changes.Values)
        {
            foreach (var (number, partition) in topic.Changes)
                changes.AddChanged(topic, number, partition, brokerId);
        }
        return changes;
    }

    private void AddDeleted(TopicImage topic, int brokerId)
    {
        for (var number = 0; number < topic.Partitions.Count; number++)
        {
            var id = new TopicIdPartition(topic.Id, new TopicPartition(topic.Name, number));
            if (topic.Partitions[number].Replicas.Contains(brokerId))
                _removed[id.TopicPartition] = id;
        }
    }

    private void AddChanged(TopicDelta topic, int number, PartitionRegistration now, int brokerId)
    {
        var id = new TopicIdPartition(topic.Id, new TopicPartition(topic.Name, number));
        var before = topic.Image.Partition(number);
        if (!now.Replicas.Contains(brokerId))
        {
            if (before is not null && before.Replicas.Contains(brokerId))
                _removed[id.TopicPartition] = id;
        }
        else if (before?.PartitionEpoch != now.PartitionEpoch)
        {
            (now.Leader == brokerId ? _leaders : _followers)[id.TopicPartition] = new LocalReplica(id, now);
        }
    }
}
