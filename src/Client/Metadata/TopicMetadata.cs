using Platform.Protocol;

namespace Platform.Client.Metadata;

/// <summary>What a broker said about a topic.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Id">Its id; zero when the broker is too old to have ids.</param>
/// <param name="IsInternal">True for topics that belong to the cluster itself.</param>
/// <param name="Error">Why the topic cannot be used, or none.</param>
/// <param name="Partitions">Partitions, ordered by number.</param>
public sealed record TopicMetadata(
    string Name, Uuid Id, bool IsInternal, ErrorCode Error, IReadOnlyList<PartitionMetadata> Partitions)
{
    /// <summary>The partition of this number, or null.</summary>
    public PartitionMetadata? Partition(int index) =>
        (uint)index < (uint)Partitions.Count && Partitions[index].Index == index
            ? Partitions[index]
            : Partitions.FirstOrDefault(partition => partition.Index == index);
}

/// <summary>What a broker said about a partition.</summary>
/// <param name="Index">Its number.</param>
/// <param name="LeaderId">Broker that leads it, or -1.</param>
/// <param name="LeaderEpoch">Epoch of the leader, or -1 when unknown.</param>
/// <param name="Replicas">Brokers that hold it; the first is the preferred leader.</param>
/// <param name="InSyncReplicas">Replicas that are in sync.</param>
/// <param name="OfflineReplicas">Replicas that are offline.</param>
/// <param name="Error">Why the partition cannot be used, or none.</param>
public sealed record PartitionMetadata(
    int Index,
    int LeaderId,
    int LeaderEpoch,
    IReadOnlyList<int> Replicas,
    IReadOnlyList<int> InSyncReplicas,
    IReadOnlyList<int> OfflineReplicas,
    ErrorCode Error = ErrorCode.None);
