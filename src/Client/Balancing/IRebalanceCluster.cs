using Platform.Client.Admin;
using Platform.Protocol;

namespace Platform.Client.Balancing;

/// <summary>What a run needs of a cluster.</summary>
public interface IRebalanceCluster
{
    /// <summary>Begins moves; a result per move.</summary>
    Task<IReadOnlyList<ItemResult<TopicPartition>>> BeginAsync(
        IReadOnlyList<PlannedMove> moves, CancellationToken cancellation);

    /// <summary>Partitions that are moving, those of others included.</summary>
    Task<IReadOnlyList<PartitionReassignment>> UnderWayAsync(CancellationToken cancellation);

    /// <summary>Gives leadership to the preferred replicas.</summary>
    Task ElectPreferredAsync(IReadOnlyList<TopicPartition> partitions, CancellationToken cancellation);

    /// <summary>How the cluster fares, without regard to partitions that move.</summary>
    Task<ClusterHealth> HealthAsync(CancellationToken cancellation);

    /// <summary>Limits the copying of what these moves add.</summary>
    Task ThrottleAsync(IReadOnlyList<PlannedMove> moves, long bytesPerSecond, CancellationToken cancellation);

    /// <summary>Takes the limit away.</summary>
    Task UnthrottleAsync(CancellationToken cancellation);
}
