namespace Platform.Dashboard.Monitoring;

/// <summary>A topic with its partitions.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Id">Its id, as text.</param>
/// <param name="IsInternal">True for topics that belong to the cluster itself.</param>
/// <param name="Partitions">Partitions, ordered by number.</param>
/// <param name="MessagesPerSecond">Growth of the partitions' ends.</param>
public sealed record TopicState(
    string Name, string Id, bool IsInternal, IReadOnlyList<PartitionState> Partitions, double MessagesPerSecond)
{
    /// <summary>
    /// True for topics that people rarely look for: the cluster's own, and by custom those that begin with _.
    /// </summary>
    public bool IsHidden => IsInternal || Name.StartsWith('_');

    /// <summary>Offsets between start and end: about the number of messages; fewer after compaction.</summary>
    public long Messages => Partitions.Sum(partition => partition.Messages);

    /// <summary>Bytes on disk of all replicas, or null when brokers do not tell.</summary>
    public long? SizeBytes => Partitions.All(partition => partition.SizeBytes is null)
        ? null : Partitions.Sum(partition => partition.SizeBytes ?? 0);

    /// <summary>Partitions with fewer replicas in sync than they should have.</summary>
    public int UnderReplicated => Partitions.Count(partition => partition.IsUnderReplicated);

    /// <summary>Partitions without a leader.</summary>
    public int Offline => Partitions.Count(partition => partition.IsOffline);

    /// <summary>Replicas of each partition; the smallest number when they differ.</summary>
    public int ReplicationFactor => Partitions.Count == 0 ? 0 : Partitions.Min(partition => partition.Replicas.Count);
}

/// <summary>A partition.</summary>
/// <param name="Topic">Its topic.</param>
/// <param name="Index">Its number.</param>
/// <param name="LeaderId">Broker that leads it, or -1.</param>
/// <param name="Replicas">Brokers that should hold it; the first is the preferred leader.</param>
/// <param name="InSyncReplicas">Brokers that hold all of it.</param>
/// <param name="StartOffset">Offset of the first record, or -1 when not known.</param>
/// <param name="EndOffset">Offset that the next record gets, or -1 when not known.</param>
/// <param name="SizeBytes">Bytes on disk of all replicas, or null when brokers do not tell.</param>
/// <param name="MessagesPerSecond">Growth of the end.</param>
public sealed record PartitionState(
    string Topic, int Index, int LeaderId, IReadOnlyList<int> Replicas, IReadOnlyList<int> InSyncReplicas,
    long StartOffset, long EndOffset, long? SizeBytes, double MessagesPerSecond)
{
    /// <summary>Offsets between start and end.</summary>
    public long Messages => StartOffset < 0 || EndOffset < 0 ? 0 : Math.Max(0, EndOffset - StartOffset);

    /// <summary>True when nobody leads it, so that it can be neither written nor read.</summary>
    public bool IsOffline => LeaderId < 0;

    /// <summary>True when a replica is missing or behind.</summary>
    public bool IsUnderReplicated => InSyncReplicas.Count < Replicas.Count;
}
