using Platform.Protocol;
using Platform.Protocol.Messages;

namespace Platform.Cluster.Metadata;

/// <summary>A topic.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Id">Id of this incarnation of it.</param>
/// <param name="Partitions">Its partitions; the index is the number.</param>
public sealed record TopicImage(string Name, Uuid Id, IReadOnlyList<PartitionRegistration> Partitions)
{
    /// <summary>The partition, or null when there is none of that number.</summary>
    public PartitionRegistration? Partition(int number) => (uint)number < (uint)Partitions.Count ? Partitions[number]
        : null;

    internal IEnumerable<IMetadataRecord> ToRecords() =>
        [new TopicRecord { Name = Name, TopicId = Id },
        .. Partitions.Select((partition, number) => partition.ToRecord(Id, number))];
}
