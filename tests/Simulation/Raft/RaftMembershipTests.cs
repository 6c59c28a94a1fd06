using Platform.Cluster.Raft;
using Platform.Protocol;
using Platform.Protocol.Messages;

namespace Platform.Simulation.Raft;

/// <summary>Goal: the voters of a quorum change while it works and while it suffers, and nothing committed is lost.
/// Method: random additions, removals and new disks, together with all other faults, the invariants of
/// <see cref="RaftInvariants"/> after every event, then healing.</summary>
public sealed class RaftMembershipTests
{
    private const long HarmMs = 60_000;

    [Theory, Seeds]
    public void Voters_change_without_faults(ulong seed)
    {
        var cluster = Run(seed, voters: 3, observers: 3, withFaults: false);

        cluster.HealAndSettle();

        Assert.InRange(cluster.VoterChanges, 5, 100);
    }

    [Theory, Seeds]
    public void Voters_change_among_faults(ulong seed)
    {
        var cluster = Run(seed, voters: 3, observers: 2, withFaults: true);

        cluster.HealAndSettle();

        Assert.Equal(cluster.Leader!.Raft!.Log.EndOffset, cluster.Invariants.CommittedEndOffset);
    }

    [Theory, Seeds(Fixed = 5, Random = 3)]
    public void A_quorum_grows_from_one_voter(ulong seed)
    {
        var cluster = Run(seed, voters: 1, observers: 4, withFaults: false);

        cluster.HealAndSettle();

        Assert.InRange(cluster.VoterChanges, 3, 100);
    }

    [Theory, Seeds(Fixed = 5, Random = 3)]
    public void A_leader_that_is_removed_gives_up_once_that_is_committed(ulong seed)
    {
        var cluster = Settled(seed);
        var removed = cluster.Leader!;

        removed.Step(new RaftInput.Request(-1, new RemoveRaftVoterRequest
        {
            ClusterId = "sim", VoterId = removed.Id, VoterDirectoryId = removed.Key.DirectoryId,
        }));
        cluster.RunUntil(() => cluster.Leader is { } next && next != removed, 10_000, "another leader is elected");

        Assert.Equal(1, cluster.VoterChanges);
        Assert.False(cluster.Leader!.Raft!.Voters.Contains(removed.Id));
        cluster.HealAndSettle();
        Assert.NotEqual(removed.Id, cluster.Leader!.Id);
    }

    [Theory, Seeds(Fixed = 5, Random = 3)]
    public void A_voter_with_a_new_disk_is_no_voter_until_it_is_added_again(ulong seed)
    {
        var cluster = Settled(seed);
        var node = cluster.Nodes.First(node => !node.IsLeader);
        var before = node.Key;
        node.ReplaceDisk();
        cluster.RunFor(3_000);
        Assert.NotEqual(RaftRoleKind.Leader, node.Raft!.Role);

        Change(cluster, new RemoveRaftVoterRequest { ClusterId = "sim", VoterId = node.Id, VoterDirectoryId = before.DirectoryId });
        Change(cluster, new AddRaftVoterRequest
        {
            ClusterId = "sim",
            VoterId = node.Id,
            VoterDirectoryId = node.Key.DirectoryId,
            Listeners = [new() { Name = "CONTROLLER", Host = "sim", Port = 1 }],
            TimeoutMs = 5_000,
        });

        cluster.HealAndSettle();
        Assert.Equal(node.Key, cluster.Leader!.Raft!.Voters.Find(node.Id)!.Key);
    }

    [Theory, Seeds(Fixed = 5, Random = 3)]
    public void Controllers_join_by_themselves_also_with_a_new_disk(ulong seed)
    {
        var cluster = Joining(seed);
        cluster.RunUntil(() => Votes(cluster) == 3, 30_000, "all nodes have a vote");
        // A disk that holds the second copy of something is not thrown away before there is a third.
        cluster.HealAndSettle();
        var node = cluster.Nodes.First(node => !node.IsLeader);
        var before = node.Key;

        node.ReplaceDisk();
        cluster.RunUntil(() => cluster.Leader?.Raft!.Voters.Find(node.Id)?.Key == node.Key, 30_000, "the new disk has the vote");

        Assert.NotEqual(before, node.Key);
        cluster.HealAndSettle();
        Assert.Equal(3, Votes(cluster));
    }

    [Theory, Seeds(Fixed = 5, Random = 3)]
    public void Who_loses_a_vote_does_not_take_it_back_in_the_same_life(ulong seed)
    {
        var cluster = Joining(seed);
        cluster.RunUntil(() => Votes(cluster) == 3, 30_000, "all nodes have a vote");
        cluster.HealAndSettle();
        var node = cluster.Nodes.First(node => !node.IsLeader);

        Change(cluster, new RemoveRaftVoterRequest { ClusterId = "sim", VoterId = node.Id, VoterDirectoryId = node.Key.DirectoryId });
        cluster.RunFor(20_000);

        Assert.False(cluster.Leader!.Raft!.Voters.Contains(node.Id));
    }

    [Theory, Seeds]
    public void Fixed_voters_are_taken_into_the_log_among_faults_and_change_afterwards(ulong seed)
    {
        var cluster = new SimRaftCluster(seed, voters: 3, observers: 1, startsFixed: true);
        var nemesis = new Nemesis(cluster);
        cluster.StartLoad();
        nemesis.Start();
        for (var i = 0; i < 20; i++)
        {
            cluster.RunFor(500);
            Upgrade(cluster);
        }
        nemesis.Stop();
        cluster.HealAndSettle();

        cluster.RunUntil(() => Upgrade(cluster) && cluster.Nodes.All(node => node.Raft!.KRaftVersion == 1), 30_000, "the upgrade");
        cluster.IsReconfigurable = true;
        Change(cluster, new AddRaftVoterRequest
        {
            ClusterId = "sim",
            VoterId = 101,
            VoterDirectoryId = cluster.Node(101).Key.DirectoryId,
            Listeners = [new() { Name = "CONTROLLER", Host = "sim", Port = 101 }],
            TimeoutMs = 5_000,
        });

        cluster.HealAndSettle();
        Assert.Equal(cluster.Nodes.Select(node => node.Key), cluster.Leader!.Raft!.Voters.Voters.Select(voter => voter.Key));
    }

    // True when there was somebody to ask.
    private static bool Upgrade(SimRaftCluster cluster)
    {
        cluster.Leader?.Step(new RaftInput.Request(-1, new UpdateFeaturesRequest
        {
            TimeoutMs = 5_000,
            FeatureUpdates = [new() { Feature = KRaftVersion.FeatureName, MaxVersionLevel = 1, UpgradeType = 1 }],
        }));
        cluster.RunFor(500);
        return cluster.Leader is not null;
    }

    private static SimRaftCluster Joining(ulong seed)
    {
        var cluster = new SimRaftCluster(seed, voters: 1, observers: 2, isReconfigurable: true, joinsByItself: true);
        cluster.StartLoad();
        return cluster;
    }

    private static int Votes(SimRaftCluster cluster) => cluster.Leader?.Raft!.Voters.Voters.Count ?? 0;

    [Theory, Seeds(Fixed = 2, Random = 1)]
    public void A_seed_runs_the_same_way_twice(ulong seed)
    {
        var first = Run(seed, voters: 3, observers: 2, withFaults: true);
        var second = Run(seed, voters: 3, observers: 2, withFaults: true);

        Assert.Equal(first.TraceHash, second.TraceHash);
    }

    private static SimRaftCluster Run(ulong seed, int voters, int observers, bool withFaults)
    {
        var cluster = new SimRaftCluster(seed, voters, observers, isReconfigurable: true);
        var (nemesis, membership) = (new Nemesis(cluster), new MembershipChanges(cluster));
        cluster.StartLoad();
        membership.Start();
        if (withFaults)
            nemesis.Start();
        cluster.RunFor(HarmMs);
        membership.Stop();
        nemesis.Stop();
        return cluster;
    }

    private static SimRaftCluster Settled(ulong seed)
    {
        var cluster = new SimRaftCluster(seed, voters: 3, isReconfigurable: true);
        cluster.StartLoad();
        cluster.RunFor(5_000);
        cluster.HealAndSettle();
        return cluster;
    }

    private static void Change(SimRaftCluster cluster, IRequest request)
    {
        var changes = cluster.VoterChanges;
        cluster.RunUntil(() =>
        {
            if (cluster.VoterChanges == changes)
                cluster.Leader?.Step(new RaftInput.Request(-1, request));
            cluster.RunFor(500);
            return cluster.VoterChanges > changes;
        }, 30_000, request.ApiKey.ToString());
    }
}
