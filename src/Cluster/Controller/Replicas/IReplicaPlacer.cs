using Platform.Cluster.Metadata;

namespace Platform.Cluster.Controller;

/// <summary>Chooses brokers for new partitions.</summary>
public interface IReplicaPlacer
{
    /// <summary>A list of brokers for each new partition; the first of them leads.</summary>
    /// <param name="partitions">Number of new partitions.</param>
    /// <param name="replicationFactor">Replicas of each, at most as many as there are brokers.</param>
    /// <param name="brokers">Brokers to choose from, at least one of them active.</param>
    IReadOnlyList<IReadOnlyList<int>> Place(int partitions, int replicationFactor,
        IEnumerable<BrokerRegistration> brokers);
}
