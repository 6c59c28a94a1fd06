using Platform.Client.Admin;
using Platform.Client.Balancing;
using Platform.Protocol;

namespace Platform.Client.Tests.Balancing;

/// <summary>A cluster whose copies are complete at the next look.</summary>
internal sealed class FakeRebalanceCluster : IRebalanceCluster
{
    public SortedSet<TopicPartition> Moving { get; } = [];

    public List<TopicPartition> Elected { get; } = [];

    public int MostUnderWay { get; private set; }

    public bool IsThrottled { get; private set; }

    public bool NeverCompletes { get; init; }

    public TopicPartition? Refuse { get; init; }

    public Task<IReadOnlyList<ItemResult<TopicPartition>>> BeginAsync(
        IReadOnlyList<PlannedMove> moves, CancellationToken cancellation)
    {
        foreach (var move in moves.Where(move => !move.IsLeaderOnly && move.Partition != Refuse))
            Moving.Add(move.Partition);
        MostUnderWay = Math.Max(MostUnderWay, Moving.Count);
        return Task.FromResult<IReadOnlyList<ItemResult<TopicPartition>>>([.. moves.Select(move =>
            move.Partition == Refuse
                ? new ItemResult<TopicPartition>(move.Partition, ErrorCode.InvalidReplicaAssignment, "no such broker")
                : new ItemResult<TopicPartition>(move.Partition, ErrorCode.None))]);
    }

    // What was under way at one look is complete at the next but one.
    public Task<IReadOnlyList<PartitionReassignment>> UnderWayAsync(CancellationToken cancellation)
    {
        IReadOnlyList<PartitionReassignment> moving =
            [.. Moving.Select(partition => new PartitionReassignment(partition, [1, 3, 2], [3], [2]))];
        if (!NeverCompletes)
            Moving.Clear();
        return Task.FromResult(moving);
    }

    public Task ElectPreferredAsync(IReadOnlyList<TopicPartition> partitions, CancellationToken cancellation)
    {
        Elected.AddRange(partitions);
        return Task.CompletedTask;
    }

    public Task<ClusterHealth> HealthAsync(CancellationToken cancellation) => Task.FromResult(new ClusterHealth(0, 1));

    public Task ThrottleAsync(IReadOnlyList<PlannedMove> moves, long bytesPerSecond, CancellationToken cancellation)
    {
        IsThrottled = true;
        return Task.CompletedTask;
    }

    public Task UnthrottleAsync(CancellationToken cancellation)
    {
        IsThrottled = false;
        return Task.CompletedTask;
    }
}
