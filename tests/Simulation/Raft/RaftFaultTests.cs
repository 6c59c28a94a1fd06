using Platform.Cluster.Raft;

namespace Platform.Simulation.Raft;

/// <summary>Goal: whatever happens to nodes, disks and links, committed records stay and nobody disagrees about them,
/// and once the harm ends the quorum works again. Method: a steady load of appends, faults at random moments,
/// the invariants of <see cref="RaftInvariants"/> after every event, then healing.</summary>
public sealed class RaftFaultTests
{
    private const long HarmMs = 60_000;

    [Theory, Seeds]
    public void Three_voters_survive_faults(ulong seed) => Survive(seed, voters: 3, observers: 0);

    [Theory, Seeds(Fixed = 3, Random = 2)]
    public void Five_voters_survive_faults(ulong seed) => Survive(seed, voters: 5, observers: 0);

    [Theory, Seeds(Fixed = 3, Random = 2)]
    public void Three_voters_and_two_observers_survive_faults(ulong seed) => Survive(seed, voters: 3, observers: 2);

    [Theory, Seeds(Fixed = 5, Random = 2)]
    public void Voters_of_machines_that_refuse_for_dead_processes_survive_faults(ulong seed) =>
        Survive(seed, voters: 3, observers: 1, refusesWhenDown: true);

    [Theory, Seeds(Fixed = 20, Random = 2)]
    public void A_leader_whose_process_ends_is_replaced_without_waiting_for_the_fetch_timeout(ulong seed)
    {
        var cluster = new SimRaftCluster(seed, voters: 3, observers: 1) { RefusesWhenDown = true };
        cluster.StartLoad();
        cluster.RunUntil(() => cluster.Leader is not null, withinMs: 10_000, "a leader is elected");
        cluster.RunFor(5_000);

        cluster.Leader!.Crash();

        cluster.RunUntil(() => cluster.Nodes.Take(3).Any(node => node.Raft is { Role: not RaftRoleKind.Follower }),
            withinMs: new RaftSettings().FetchTimeoutMs / 4, "a voter asks for votes");
        cluster.RunUntil(() => cluster.Leader is not null, withinMs: 10_000, "another leader");
        var leader = cluster.Leader!.Id;
        cluster.RunUntil(() => cluster.Nodes[^1].Raft!.Leader.LeaderId == leader, withinMs: 10_000, "the observer follows it");
    }

    [Theory, Seeds(Fixed = 2, Random = 2)]
    public void A_lone_voter_survives_crashes(ulong seed) => Survive(seed, voters: 1, observers: 1);

    [Theory, Seeds(Fixed = 5, Random = 2)]
    public void A_voter_that_missed_what_only_a_snapshot_holds_gets_the_snapshot(ulong seed)
    {
        var cluster = new SimRaftCluster(seed, voters: 3);
        cluster.StartLoad();
        cluster.RunUntil(() => cluster.Leader is not null, withinMs: 10_000, "a leader is elected");
        var away = cluster.Nodes.First(node => !node.IsLeader);
        away.Crash();
        cluster.RunFor(20_000);
        foreach (var node in cluster.Nodes)
            for (var i = 0; i < 15; i++, cluster.RunFor(500))
                node.TakeSnapshot();

        cluster.HealAndSettle();

        Assert.InRange(away.SnapshotsInstalled, 1, 3);
    }

    [Theory, Seeds(Fixed = 2, Random = 1)]
    public void A_seed_runs_the_same_way_twice(ulong seed)
    {
        var first = RunWithFaults(seed, voters: 3, observers: 1);
        var second = RunWithFaults(seed, voters: 3, observers: 1);

        Assert.Equal(first.Scheduler.EventCount, second.Scheduler.EventCount);
        Assert.Equal(first.TraceHash, second.TraceHash);
    }

    [Fact]
    public void The_faults_cause_elections_and_let_records_through()
    {
        var clusters = Enumerable.Range(100, 5).Select(seed => RunWithFaults((ulong)seed, voters: 3, observers: 0)).ToList();

        Assert.All(clusters, cluster => Assert.InRange(cluster.Invariants.CommittedEndOffset, 200, long.MaxValue));
        Assert.InRange(clusters.Sum(cluster => cluster.Invariants.LeaderCount), 15, 300);
    }

    private static void Survive(ulong seed, int voters, int observers, bool refusesWhenDown = false)
    {
        var cluster = RunWithFaults(seed, voters, observers, refusesWhenDown);

        cluster.HealAndSettle();

        Assert.Equal(cluster.Leader!.Raft!.Log.EndOffset, cluster.Invariants.CommittedEndOffset);
    }

    private static SimRaftCluster RunWithFaults(ulong seed, int voters, int observers, bool refusesWhenDown = false)
    {
        var cluster = new SimRaftCluster(seed, voters, observers) { RefusesWhenDown = refusesWhenDown };
        var nemesis = new Nemesis(cluster);
        cluster.StartLoad();
        nemesis.Start();
        cluster.RunFor(HarmMs);
        nemesis.Stop();
        return cluster;
    }
}
