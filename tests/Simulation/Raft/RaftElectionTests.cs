using Platform.Cluster.Raft;

namespace Platform.Simulation.Raft;

/// <summary>Goal: elections are quick when they are needed and do not happen when they are not. Method: single, named
/// faults on a cluster that is otherwise healthy.</summary>
public sealed class RaftElectionTests
{
    [Fact]
    public void A_lone_voter_leads_before_any_time_passes()
    {
        var cluster = new SimRaftCluster(seed: 1, voters: 1);

        Assert.True(cluster.Node(1).IsLeader);
    }

    [Theory, Seeds(Fixed = 10, Random = 5)]
    public void Voters_elect_a_leader_soon_after_start(ulong seed)
    {
        var cluster = new SimRaftCluster(seed, voters: 3);

        cluster.RunUntil(() => cluster.Leader is not null, withinMs: 8_000, "a leader is elected");
    }

    [Theory, Seeds(Fixed = 10, Random = 5)]
    public void A_crashed_leader_is_replaced(ulong seed)
    {
        var cluster = Settled(seed, voters: 3);
        var crashed = cluster.Leader!;

        crashed.Crash();

        cluster.RunUntil(() => cluster.Leader is not null, withinMs: 10_000, "another leader is elected");
        Assert.NotEqual(crashed.Id, cluster.Leader!.Id);
    }

    [Theory, Seeds(Fixed = 10, Random = 5)]
    public void A_leader_that_shuts_down_is_replaced_within_a_second(ulong seed)
    {
        var cluster = Settled(seed, voters: 3);
        var leaving = cluster.Leader!;

        leaving.Step(RaftInput.Shutdown.Instance);

        cluster.RunUntil(() => cluster.Leader is { } leader && leader != leaving, withinMs: 1_000,
            "a successor is elected");
    }

    [Theory, Seeds(Fixed = 10, Random = 5)]
    public void A_voter_that_was_cut_off_does_not_depose_the_leader_when_it_returns(ulong seed)
    {
        var cluster = Settled(seed, voters: 3);
        var (leader, epoch) = (cluster.Leader!, cluster.Leader!.Raft!.Leader.Epoch);
        var lonely = cluster.Nodes.First(node => node != leader);
        cluster.Network.Partition([lonely.Id],
            [.. cluster.Nodes.Where(node => node != lonely).Select(node => node.Id)]);
        cluster.RunFor(30_000);

        cluster.HealAndSettle();

        Assert.Equal(epoch, leader.Raft!.Leader.Epoch);
        Assert.True(leader.IsLeader);
    }

    [Theory, Seeds(Fixed = 10, Random = 5)]
    public void A_leader_without_a_majority_resigns(ulong seed)
    {
        var cluster = Settled(seed, voters: 3);
        var leader = cluster.Leader!;

        cluster.Network.Partition([leader.Id],
            [.. cluster.Nodes.Where(node => node != leader).Select(node => node.Id)]);
        cluster.RunFor(3_500);

        Assert.False(leader.IsLeader);
    }

    [Theory, Seeds(Fixed = 10, Random = 5)]
    public void A_leader_that_nobody_can_reach_is_replaced_although_it_reaches_everybody(ulong seed)
    {
        var cluster = Settled(seed, voters: 3);
        var leader = cluster.Leader!;

        foreach (var other in cluster.Nodes.Where(node => node != leader))
            cluster.Network.Cut(other.Id, leader.Id);

        cluster.RunUntil(() => cluster.Leader is { } next && next != leader && !leader.IsLeader, 20_000,
            "a leader who can be reached");
    }

    private static SimRaftCluster Settled(ulong seed, int voters)
    {
        var cluster = new SimRaftCluster(seed, voters);
        cluster.StartLoad();
        cluster.RunFor(5_000);
        cluster.HealAndSettle();
        return cluster;
    }
}
