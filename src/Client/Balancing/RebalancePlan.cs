using Platform.Protocol;

namespace Platform.Client.Balancing;

/// <summary>A partition that gets other replicas, or the same in another order.</summary>
/// <param name="Partition">The partition.</param>
/// <param name="From">Brokers that hold it, the preferred leader first.</param>
/// <param name="To">Brokers that shall hold it, the preferred leader first.</param>
/// <param name="BytesToCopy">Bytes that brokers will send each other; 0 when only the leader changes.</param>
/// <param name="Reason">Why, in words.</param>
public sealed record PlannedMove(
    TopicPartition Partition, IReadOnlyList<int> From, IReadOnlyList<int> To, long BytesToCopy, string Reason)
{
    /// <summary>Brokers that must copy the partition.</summary>
    public IEnumerable<int> Adding => To.Except(From);

    /// <summary>True when no replica moves, only the preferred leader.</summary>
    public bool IsLeaderOnly => !Adding.Any() && From.Count == To.Count;
}

/// <summary>Moves that even out a cluster.</summary>
/// <param name="Moves">The moves, in the order in which they should run.</param>
/// <param name="Before">What each broker carries now.</param>
/// <param name="After">What each will carry.</param>
/// <param name="Problems">What cannot be reached, in words.</param>
/// <param name="IsBounded">True when more moves would be needed than the plan may have: run it, then plan
/// again.</param>
public sealed record RebalancePlan(
    IReadOnlyList<PlannedMove> Moves, IReadOnlyList<BrokerLoad> Before, IReadOnlyList<BrokerLoad> After,
    IReadOnlyList<string> Problems, bool IsBounded)
{
    /// <summary>Bytes that all moves copy.</summary>
    public long BytesToCopy => Moves.Sum(move => move.BytesToCopy);
}
