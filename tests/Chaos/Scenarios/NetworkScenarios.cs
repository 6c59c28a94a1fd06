using Platform.Chaos.Faults;
using Platform.Chaos.Nodes;

namespace Platform.Chaos.Scenarios;

/// <summary>The network between nodes breaks.</summary>
public static class NetworkScenarios
{
    /// <summary>All of them.</summary>
    public static IReadOnlyList<Scenario> All { get; } =
    [
        new("partition", "A leader is cut off from the other nodes, but not from the clients (F7).", IsolateLeaderAsync) { Lacks = LacksNetwork },
        new("partition-client", "A leader is cut off from nodes and clients (F7).", nemesis => CutAsync(nemesis, clients: true)) { Lacks = LacksNetwork },
        new("one-way", "A leader is heard and hears nothing, then the other way round (F8).", OneWayAsync) { Lacks = LacksNetwork },
        new("flapping", "A node is cut off and comes back every second (F9).", FlapAsync) { Lacks = LacksNetwork },
        new("loss", "Every tenth packet to each node is lost (F11).", LoseAsync) { Lacks = LacksNetwork },
        new("partition-controller", "The active controller is cut off from the other nodes (F7).", CutControllerAsync)
        {
            Lacks = LacksNetwork,
            Shape = ClusterShape.Dedicated,
        },
    ];

    /// <summary>Cuts whoever leads off from the other nodes.</summary>
    public static Task IsolateLeaderAsync(Nemesis nemesis) => CutAsync(nemesis, clients: false);

    /// <summary>Why the network cannot be broken, or null.</summary>
    public static string? LacksNetwork() => Network.CanBreak ? null : "network namespaces and nft";

    private static async Task CutAsync(Nemesis nemesis, bool clients)
    {
        var node = await nemesis.LeaderOfAsync(Nemesis.Prey);
        await CutAsync(nemesis, node, clients, $"node {node.Id}, a leader, cut off from the nodes{(clients ? " and the clients" : "")}");
    }

    private static async Task CutControllerAsync(Nemesis nemesis)
    {
        var node = await nemesis.ControllerAsync();
        await CutAsync(nemesis, node, clients: false, $"node {node.Id}, the active controller, cut off from the nodes");
    }

    private static async Task CutAsync(Nemesis nemesis, ChaosNode node, bool clients, string what)
    {
        await nemesis.BreakAsync(what, tolerable: true, () => nemesis.Cluster.Network.CutAsync(node.Id, nemesis.OthersOf(node, clients)),
            Nemesis.FailoverTime + TimeSpan.FromSeconds(2), nemesis.Cluster.Network.HealAsync);
        await nemesis.WhenInSyncAsync(TimeSpan.FromSeconds(60));
    }

    private static async Task OneWayAsync(Nemesis nemesis)
    {
        var node = await nemesis.LeaderOfAsync(Nemesis.Prey);
        var others = nemesis.OthersOf(node);
        await nemesis.BreakAsync($"node {node.Id}, a leader, hears none of the nodes", tolerable: true,
            () => nemesis.Cluster.Network.DeafenAsync(node.Id, others), Nemesis.FailoverTime + TimeSpan.FromSeconds(2), nemesis.Cluster.Network.HealAsync);
        await nemesis.WhenInSyncAsync(TimeSpan.FromSeconds(60));
        await nemesis.BreakAsync($"no node hears node {node.Id}", tolerable: true,
            () => Task.WhenAll(others.Select(other => nemesis.Cluster.Network.DeafenAsync(other, [node.Id]))),
            Nemesis.FailoverTime + TimeSpan.FromSeconds(2), nemesis.Cluster.Network.HealAsync);
        await nemesis.WhenInSyncAsync(TimeSpan.FromSeconds(60));
    }

    private static async Task FlapAsync(Nemesis nemesis)
    {
        var node = nemesis.AnyBroker();
        for (var i = 0; i < 6; i++)
        {
            await nemesis.BreakAsync($"node {node.Id} cut off for a moment", tolerable: false,
                () => nemesis.Cluster.Network.CutAsync(node.Id, nemesis.OthersOf(node)), TimeSpan.FromSeconds(1), nemesis.Cluster.Network.HealAsync);
            await nemesis.PauseAsync(1);
        }
    }

    private static Task LoseAsync(Nemesis nemesis) => nemesis.BreakAsync("every tenth packet lost at every node", tolerable: true,
        () => Task.WhenAll(nemesis.Cluster.Nodes.Select(node => nemesis.Cluster.Network.LoseAsync(node.Id, 10))),
        TimeSpan.FromSeconds(12), nemesis.Cluster.Network.HealAsync);
}
