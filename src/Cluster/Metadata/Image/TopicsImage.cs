using System.Collections.Immutable;
using Platform.Protocol;
using Platform.Protocol.Messages;

namespace Platform.Cluster.Metadata;

/// <summary>All topics.</summary>
/// <param name="ByName">Topics by name, in ordinal order.</param>
/// <param name="ById">The same topics by id.</param>
public sealed record TopicsImage(ImmutableSortedDictionary<string, TopicImage> ByName, ImmutableSortedDictionary<Uuid,
    TopicImage> ById)
{
    /// <summary>No topics.</summary>
    public static readonly TopicsImage Empty = new(
        ImmutableSortedDictionary.Create<string, TopicImage>(StringComparer.Ordinal), ImmutableSortedDictionary<Uuid,
        TopicImage>.Empty);

    /// <summary>The topic of that name, or null.</summary>
    public TopicImage? Find(string name) => ByName.GetValueOrDefault(name);

    /// <summary>The topic of that id, or null.</summary>
    public TopicImage? Find(Uuid id) => ById.GetValueOrDefault(id);

    /// <summary>The partition, or null.</summary>
    public PartitionRegistration? Find(TopicPartition partition) =>
        Find(partition.Topic)?.Partition(partition.Partition);

    /// <summary>Partitions of all topics, by name and number.</summary>
    public IEnumerable<(TopicIdPartition Id, PartitionRegistration Registration)> AllPartitions() =>
        from topic in ByName.Values
        from partition in topic.Partitions.Index()
        select (new TopicIdPartition(topic.Id, new TopicPartition(topic.Name, partition.Index)), partition.Item);

    internal IEnumerable<IMetadataRecord> ToRecords() => ByName.Values.SelectMany(topic => topic.ToRecords());
}
