using Platform.Client.Balancing;
using Platform.Protocol;
using static Platform.Client.Tests.Balancing.Placements;

namespace Platform.Client.Tests.Balancing;

/// <summary>What the planner proposes, and what it leaves alone.</summary>
public sealed class RebalancePlannerTests
{
    [Fact]
    public void An_even_cluster_is_left_alone()
    {
        var state = new BalanceState(Brokers(1, 2, 3), Partitions([1, 2], [2, 3], [3, 1]));

        var plan = RebalancePlanner.Plan(state);

        Assert.Empty(plan.Moves);
        Assert.False(plan.IsBounded);
    }

    [Fact]
    public void A_new_broker_gets_its_share_of_replicas_and_leaders()
    {
        var state = new BalanceState(Brokers(1, 2, 3, 4),
            Partitions([1, 2, 3], [2, 3, 1], [3, 1, 2], [1, 3, 2], [2, 1, 3], [3, 2, 1], [1, 2, 3], [2, 3, 1]));

        var plan = RebalancePlanner.Plan(state);

        Assert.All(plan.After, load => Assert.Equal((6, 2), (load.Replicas, load.Leaders)));
        Assert.All(plan.Moves, move => Assert.Equal(3, move.To.Distinct().Count()));
    }

    [Fact]
    public void Each_move_says_why()
    {
        var state = new BalanceState(Brokers(1, 2), Partitions([1], [1], [1], [1]));

        var plan = RebalancePlanner.Plan(state);

        Assert.Equal(2, plan.Moves.Count);
        Assert.Contains("broker 1 holds 4 replicas, broker 2 only 0", plan.Moves[0].Reason);
    }

    [Fact]
    public void A_drained_broker_gives_everything_away_and_its_racks_stay_spread()
    {
        var state = new BalanceState(
            [new(1, "a"), new(2, "b"), new(3, "c", IsDrained: true), new(4, "c"), new(5, "a")],
            Partitions([1, 3], [3, 2], [2, 3], [1, 2]));

        var plan = RebalancePlanner.Plan(state, new RebalanceSettings { DrainOnly = true });

        Assert.Equal(0, plan.After.Single(load => load.Broker == 3).Replicas);
        Assert.Equal([[1, 4], [5, 2], [2, 4]], plan.Moves.Select(move => move.To));
        Assert.All(plan.Moves, move => Assert.Contains("broker 3 is drained", move.Reason));
    }

    [Fact]
    public void A_broker_that_cannot_be_drained_is_a_problem_in_words()
    {
        var state = new BalanceState([new(1), new(2), new(3, IsDrained: true)], Partitions([1, 2, 3]));

        var plan = RebalancePlanner.Plan(state);

        Assert.Empty(plan.Moves);
        Assert.Contains("1 partitions must stay on broker 3", plan.Problems.Single());
    }

    [Fact]
    public void Replicas_leave_a_rack_that_holds_two_of_them()
    {
        var state = new BalanceState([new(1, "a"), new(2, "a"), new(3, "b"), new(4, "b")],
            Partitions([1, 2], [3, 4]));

        var plan = RebalancePlanner.Plan(state);

        Assert.All(After(state, plan).Values, replicas => Assert.Equal(2,
            replicas.Select(id => state.Brokers.Single(broker => broker.Id == id).Rack).Distinct().Count()));
    }

    [Fact]
    public void Large_and_small_partitions_change_places_until_bytes_are_even()
    {
        var state = new BalanceState(Brokers(1, 2),
        [
            Partition(0, [1], 400 * MiB), Partition(1, [1], 300 * MiB),
            Partition(2, [2], 100 * MiB), Partition(3, [2], 20 * MiB),
        ]);

        var plan = RebalancePlanner.Plan(state);

        Assert.All(plan.After, load => Assert.Equal(2, load.Replicas));
        Assert.Equal([400 * MiB, 420 * MiB], plan.After.Select(load => load.Bytes).Order());
    }

    [Fact]
    public void Little_data_is_not_moved_for_its_bytes()
    {
        var state = new BalanceState(Brokers(1, 2), [Partition(0, [1], 4 * MiB), Partition(1, [2], MiB)]);

        Assert.Empty(RebalancePlanner.Plan(state).Moves);
    }

    [Fact]
    public void Leaders_are_evened_without_copying()
    {
        var state = new BalanceState(Brokers(1, 2, 3),
            Partitions([1, 2, 3], [1, 3, 2], [1, 2, 3], [1, 2, 3], [1, 2, 3], [1, 3, 2]));

        var plan = RebalancePlanner.Plan(state);

        Assert.All(plan.After, load => Assert.Equal(2, load.Leaders));
        Assert.All(plan.Moves, move => Assert.True(move.IsLeaderOnly));
        Assert.Equal(0, plan.BytesToCopy);
    }

    [Fact]
    public void Leadership_passes_through_a_third_broker_where_two_share_nothing()
    {
        var state = new BalanceState(Brokers(1, 2, 3), Partitions([1, 2], [1, 2], [2, 3], [1, 2], [3, 2]));
        var settings = new RebalanceSettings();

        var plan = RebalancePlanner.Plan(state, settings);

        Assert.True(plan.After.Max(load => load.Leaders) - plan.After.Min(load => load.Leaders) <= 1);
    }

    [Fact]
    public void A_plan_has_at_most_as_many_moves_as_allowed_and_says_that_more_is_left()
    {
        var state = new BalanceState(Brokers(1, 2), Partitions([.. Enumerable.Repeat<int[]>([1], 40)]));

        var plan = RebalancePlanner.Plan(state, new RebalanceSettings { MaxMoves = 7 });

        Assert.Equal(7, plan.Moves.Count);
        Assert.True(plan.IsBounded);
    }

    [Fact]
    public void Nothing_goes_to_or_from_a_broker_that_is_down_and_what_moves_already_is_left_alone()
    {
        var state = new BalanceState([new(1), new(2), new(3, IsOnline: false)],
        [
            new(new TopicPartition("t", 0), [1], 0, IsMoving: true), new(new TopicPartition("t", 1), [1], 0, IsMoving: true),
            Partition(2, [3, 1]), Partition(3, [3, 2]),
        ]);

        var plan = RebalancePlanner.Plan(state);

        Assert.DoesNotContain(plan.Moves, move => move.Partition.Partition is 0 or 1);
        Assert.All(plan.Moves, move => Assert.Equal(move.From.Contains(3), move.To.Contains(3)));
    }

    [Fact]
    public void Plans_of_random_clusters_keep_the_rules_and_come_to_rest()
    {
        for (var seed = 0; seed < 150; seed++)
        {
            var random = new Random(seed);
            var state = Random(random, brokers: random.Next(3, 9), racks: random.Next(0, 4), partitions: random.Next(60));

            var plan = RebalancePlanner.Plan(state, new RebalanceSettings { MaxMoves = int.MaxValue });
            var after = state.Apply(plan);

            Assert.All(after.Partitions.Zip(state.Partitions), pair =>
            {
                Assert.Equal(pair.Second.Replicas.Count, pair.First.Replicas.Distinct().Count());
                Assert.True(Racks(after, pair.First) >= Racks(state, pair.Second), $"seed {seed}: {pair.First}");
            });
            if (state.Brokers[0].Rack is null)
                Assert.True(Spread(plan.After, load => load.Replicas) <= 1, $"seed {seed}: replicas");
            Assert.True(RebalancePlanner.Plan(after, new RebalanceSettings { MaxMoves = int.MaxValue }).Moves.Count
                <= plan.Moves.Count / 4, $"seed {seed}: a second plan moves again");
        }
    }

    private static int Spread(IReadOnlyList<BrokerLoad> loads, Func<BrokerLoad, int> of) => loads.Max(of) - loads.Min(of);

    private static int Racks(BalanceState state, BalancedPartition partition) => partition.Replicas
        .Select(id => state.Brokers.Single(broker => broker.Id == id).Rack).Distinct().Count();
}
