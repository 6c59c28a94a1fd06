using Platform.Chaos.Checks;
using Platform.Chaos.Faults;
using Platform.Chaos.Nodes;

namespace Platform.Chaos.Scenarios;

/// <summary>Processes die, stop and come back.</summary>
public static class ProcessScenarios
{
    /// <summary>All of them.</summary>
    public static IReadOnlyList<Scenario> All { get; } =
    [
        new("calm", "Nothing is broken: what the machine itself does to latencies, and whether the checks are content.",
            nemesis => nemesis.PauseAsync(2)) { Checks = [new NoWriteFails()] },
        new("kill-leader", "kill -9 of the leader of a partition, again and again (F1).", KillLeaderAsync),
        new("kill-follower", "kill -9 of a follower (F2).", async nemesis => await KillAsync(nemesis, await nemesis.FollowerOfAsync(Nemesis.Prey), "follower")),
        new("kill-controller", "kill -9 of the active controller, where controllers are no brokers: data goes on (F3).",
            async nemesis => await KillAsync(nemesis, await nemesis.ControllerAsync(), "active controller")) { Shape = ClusterShape.Dedicated },
        new("kill-all", "kill -9 of all nodes at once (F3).", KillAllAsync),
        new("pause", "SIGSTOP of a leader for longer than its session: a zombie comes back (F5).", PauseAsync),
        new("rolling", "All nodes restart in order, at least five times, under load (F6).", RollAsync)
        {
            Checks = [new NoWriteFails()],
            LeastRounds = 5,
        },
    ];

    /// <summary>kill -9 of whoever leads, and a new start.</summary>
    public static async Task KillLeaderAsync(Nemesis nemesis) =>
        await KillAsync(nemesis, await nemesis.LeaderOfAsync(Nemesis.Prey), "leader");

    /// <summary>SIGSTOP of whoever leads.</summary>
    public static async Task PauseAsync(Nemesis nemesis)
    {
        var node = await nemesis.LeaderOfAsync(Nemesis.Prey);
        await nemesis.BreakAsync($"SIGSTOP of node {node.Id}, a leader", tolerable: true, () =>
        {
            node.Pause();
            return Task.CompletedTask;
        }, Nemesis.FailoverTime, () =>
        {
            node.Resume();
            return Task.CompletedTask;
        });
        await nemesis.WhenInSyncAsync(TimeSpan.FromSeconds(60));
    }

    /// <summary>One round of restarts in order.</summary>
    public static async Task RollAsync(Nemesis nemesis)
    {
        foreach (var node in nemesis.Cluster.Nodes)
        {
            await nemesis.BreakAsync($"restart of node {node.Id} in order", tolerable: true, () => node.TerminateAsync(), TimeSpan.Zero, () =>
            {
                node.Start();
                return Task.CompletedTask;
            });
            await nemesis.WhenInSyncAsync(TimeSpan.FromSeconds(60));
        }
    }

    private static async Task KillAsync(Nemesis nemesis, ChaosNode node, string role)
    {
        await nemesis.BreakAsync($"kill -9 of node {node.Id}, {role}", tolerable: true, node.KillAsync, Nemesis.FailoverTime, () =>
        {
            node.Start();
            return Task.CompletedTask;
        });
        await nemesis.WhenInSyncAsync(TimeSpan.FromSeconds(60));
        await nemesis.PauseAsync(1);
    }

    private static async Task KillAllAsync(Nemesis nemesis)
    {
        await nemesis.BreakAsync("kill -9 of all nodes", tolerable: false,
            () => Task.WhenAll(nemesis.Cluster.Nodes.Select(node => node.KillAsync())), TimeSpan.FromSeconds(1), () =>
            {
                foreach (var node in nemesis.Cluster.Nodes)
                    node.Start();
                return Task.CompletedTask;
            });
        await nemesis.WhenInSyncAsync(TimeSpan.FromSeconds(60));
        await nemesis.PauseAsync(3);
    }
}
