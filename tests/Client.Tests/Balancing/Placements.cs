using Platform.Client.Balancing;
using Platform.Protocol;

namespace Platform.Client.Tests.Balancing;

/// <summary>Makes states of clusters for the planner, and looks at what became of them.</summary>
internal static class Placements
{
    public const long MiB = 1024 * 1024;

    /// <summary>Brokers of that ids, without racks.</summary>
    public static BalancedBroker[] Brokers(params int[] ids) => [.. ids.Select(id => new BalancedBroker(id))];

    /// <summary>A partition of topic t.</summary>
    public static BalancedPartition Partition(int number, int[] replicas, long bytes = 0) =>
        new(new TopicPartition("t", number), replicas, bytes);

    /// <summary>As many partitions as there are lists of replicas, all of the same size.</summary>
    public static BalancedPartition[] Partitions(params int[][] replicas) =>
        [.. replicas.Select((each, number) => Partition(number, each))];

    /// <summary>A cluster with random replicas and sizes.</summary>
    public static BalanceState Random(Random random, int brokers, int racks, int partitions)
    {
        var all = Enumerable.Range(1, brokers)
            .Select(id => new BalancedBroker(id, racks == 0 ? null : $"r{id % racks}")).ToArray();
        return new BalanceState(all, [.. Enumerable.Range(0, partitions).Select(number => Partition(number,
            [.. all.OrderBy(_ => random.Next()).Take(random.Next(1, 4)).Select(broker => broker.Id)],
            random.NextInt64(100 * MiB)))]);
    }

    /// <summary>The replicas of each partition after the moves.</summary>
    public static Dictionary<TopicPartition, IReadOnlyList<int>> After(BalanceState state, RebalancePlan plan)
    {
        var after = state.Partitions.ToDictionary(partition => partition.Partition, partition => partition.Replicas);
        foreach (var move in plan.Moves)
            after[move.Partition] = move.To;
        return after;
    }

    /// <summary>The state after the moves.</summary>
    public static BalanceState Apply(this BalanceState state, RebalancePlan plan)
    {
        var after = After(state, plan);
        return state with
        {
            Partitions = [.. state.Partitions.Select(each => each with { Replicas = after[each.Partition] })],
        };
    }
}
