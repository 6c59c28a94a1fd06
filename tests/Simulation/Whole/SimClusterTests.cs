using System.Globalization;
using Xunit.Sdk;

namespace Platform.Simulation.Whole;

/// <summary>Goal: a cluster keeps what it acknowledged and agrees about its metadata, whatever happens to nodes, disks and
/// links, and works again when the harm ends. Method: <see cref="SimCluster"/> under a nemesis, the invariants after every
/// event, then healing.</summary>
public sealed class SimClusterTests
{
    private const long HarmMs = 12_000;
    private const int MaxSeedsPerBug = 400;

    /// <summary>Every bug, in order.</summary>
    public static TheoryData<ProtocolBug> Bugs => [.. Enum.GetValues<ProtocolBug>().Where(bug => bug != ProtocolBug.None)];

    [Theory, Seeds(Fixed = 8, Random = 1)]
    public void A_cluster_survives_faults(ulong seed)
    {
        var cluster = RunWithFaults(seed, ProtocolBug.None);

        cluster.HealAndSettle();
    }

    [Theory, Seeds(Fixed = 2, Random = 1)]
    public void A_seed_runs_the_same_way_twice(ulong seed)
    {
        var first = RunWithFaults(seed, ProtocolBug.None);
        var second = RunWithFaults(seed, ProtocolBug.None);

        Assert.Equal(first.Scheduler.EventCount, second.Scheduler.EventCount);
        Assert.Equal(first.Quorum.TraceHash, second.Quorum.TraceHash);
    }

    [Fact]
    public void The_faults_cause_elections_and_let_records_through()
    {
        var clusters = Enumerable.Range(100, 5).Select(seed => RunWithFaults((ulong)seed, ProtocolBug.None)).ToList();

        Assert.InRange(clusters.Sum(cluster => cluster.Invariants.Elections), 8, 1_000);
        Assert.InRange(clusters.Sum(cluster => cluster.Quorum.Invariants.LeaderCount), 8, 1_000);
        Assert.InRange(clusters.Sum(cluster => cluster.Acknowledged.Count), 500, int.MaxValue);
    }

    [Theory, MemberData(nameof(Bugs))]
    public void A_bug_made_on_purpose_is_noticed(ProtocolBug bug)
    {
        var caught = Enumerable.Range(1, MaxSeedsPerBug).Select(seed => (Seed: seed, Breach: Breach((ulong)seed, bug)))
            .FirstOrDefault(run => run.Breach is not null);

        Assert.True(caught.Breach is not null, $"{bug} was not noticed in {MaxSeedsPerBug} seeds");
        if (Environment.GetEnvironmentVariable("SIM_TABLE") is { Length: > 0 } table)
            File.AppendAllText(table, string.Create(CultureInfo.InvariantCulture, $"| `{bug}` | {caught.Seed} | {caught.Breach} |\n"));
    }

    // The invariant that was broken, or null.
    private static string? Breach(ulong seed, ProtocolBug bug)
    {
        try
        {
            RunWithFaults(seed, bug).HealAndSettle();
            return null;
        }
        catch (XunitException broken)
        {
            return broken.Message.Split('\n').First(line => line.Contains("seed ", StringComparison.Ordinal)).Trim();
        }
        catch (Exception broken)
        {
            return $"{broken.GetType().Name}: {broken.Message.Split('\n')[0]}";
        }
    }

    private static SimCluster RunWithFaults(ulong seed, ProtocolBug bug)
    {
        var cluster = new SimCluster(seed, bug);
        var nemesis = new ClusterNemesis(cluster);
        nemesis.Start();
        cluster.RunFor(HarmMs);
        nemesis.Stop();
        return cluster;
    }
}
