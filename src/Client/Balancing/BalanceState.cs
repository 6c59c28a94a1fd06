using Platform.Protocol;

namespace Platform.Client.Balancing;

/// <summary>A broker as the planner sees it.</summary>
/// <param name="Id">Its id.</param>
/// <param name="Rack">Its rack, or null.</param>
/// <param name="IsDrained">True when it shall hold nothing any more.</param>
/// <param name="IsOnline">False when it does not answer: nothing is moved to it, and nothing away from it unless it is
/// drained, since it may come back with all that it holds.</param>
public sealed record BalancedBroker(int Id, string? Rack = null, bool IsDrained = false, bool IsOnline = true)
{
    /// <summary>True when partitions may be moved to it.</summary>
    public bool TakesReplicas => IsOnline && !IsDrained;
}

/// <summary>A partition as the planner sees it.</summary>
/// <param name="Partition">The partition.</param>
/// <param name="Replicas">Brokers that hold it, the preferred leader first; while it moves, those that it moves
/// to.</param>
/// <param name="Bytes">Size of its largest replica.</param>
/// <param name="IsMoving">True while a move of it is under way, which the planner leaves alone.</param>
public sealed record BalancedPartition(
    TopicPartition Partition, IReadOnlyList<int> Replicas, long Bytes, bool IsMoving = false);

/// <summary>What a plan is made of.</summary>
/// <param name="Brokers">Every broker that is online or holds a replica.</param>
/// <param name="Partitions">Every partition.</param>
public sealed record BalanceState(
    IReadOnlyList<BalancedBroker> Brokers, IReadOnlyList<BalancedPartition> Partitions);

/// <summary>What a broker carries.</summary>
/// <param name="Broker">Its id.</param>
/// <param name="Replicas">Replicas that it holds.</param>
/// <param name="Leaders">Partitions of which it is the preferred leader.</param>
/// <param name="Bytes">Bytes of its replicas.</param>
public sealed record BrokerLoad(int Broker, int Replicas, int Leaders, long Bytes);
