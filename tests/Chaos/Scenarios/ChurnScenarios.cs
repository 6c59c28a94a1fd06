using Platform.Chaos.Checks;
using Platform.Chaos.Faults;
using Platform.Chaos.History;
using Platform.Chaos.Nodes;
using Platform.Client;
using Platform.Client.Admin;
using Platform.Protocol;

namespace Platform.Chaos.Scenarios;

/// <summary>Administration under load, everything at random, and the negative controls.</summary>
public static class ChurnScenarios
{
    private static int _created;

    /// <summary>All of them.</summary>
    public static IReadOnlyList<Scenario> All { get; } =
    [
        new("churn", "Topics come and go, and partitions move between four brokers (F29).", ChurnAsync)
        {
            Shape = new ClusterShape { Roles = ["broker,controller", "broker,controller", "broker,controller", "broker"] },
        },
        new("mix", "Faults of processes and network at random; one time in four none (F40).", MixAsync) { Lacks = NetworkScenarios.LacksNetwork },
        new("short", "A leader is killed, another paused, another cut off: the set that every test run has.", ShortAsync),
        new("control-unclean", "Control: with acks=1 and unclean elections, cutting a leader off and killing it loses records.", LoseAsync)
        {
            Guarantee = Guarantee.None,
            MustBreach = typeof(NothingLost),
            TopicSettings = new Dictionary<string, string?> { ["unclean.leader.election.enable"] = "true", ["min.insync.replicas"] = "1" },
            Lacks = NetworkScenarios.LacksNetwork,
        },
        new("control-retries", "Control: without idempotence a retry after a lost answer leaves a second copy.", RepeatAsync)
        {
            Guarantee = Guarantee.AtLeastOnce,
            MustBreach = typeof(AnythingTwice),
            Lacks = NetworkScenarios.LacksNetwork,
        },
    ];

    private static async Task ChurnAsync(Nemesis nemesis)
    {
        var name = $"churn-{_created++}";
        await nemesis.BreakAsync($"topic {name} comes and goes while partitions move", tolerable: true, async () =>
        {
            await TryAsync(nemesis, () => nemesis.Admin.CreateTopicsAsync([new NewTopic(name, 2, 3)]));
            await MoveAsync(nemesis);
        }, TimeSpan.FromSeconds(2), () => TryAsync(nemesis, () => nemesis.Admin.DeleteTopicsAsync([name])));
        await nemesis.WhenInSyncAsync(TimeSpan.FromSeconds(60));
    }

    private static async Task MoveAsync(Nemesis nemesis)
    {
        var targets = new Dictionary<TopicPartition, IReadOnlyList<int>?>();
        foreach (var topic in Topics.All)
        {
            var brokers = nemesis.Cluster.Shape.Brokers.ToArray();
            nemesis.Random.Shuffle(brokers);
            targets[new TopicPartition(topic, nemesis.Random.Next(Topics.Partitions))] = brokers[..3];
        }
        await TryAsync(nemesis, () => nemesis.Admin.AlterPartitionReassignmentsAsync(targets));
        var deadline = Recorder.NowUs + 60_000_000;
        while (Recorder.NowUs < deadline && (await nemesis.Admin.ListPartitionReassignmentsAsync()).Count > 0)
            await nemesis.PauseAsync(0.2);
    }

    private static async Task MixAsync(Nemesis nemesis)
    {
        switch (nemesis.Random.Next(6))
        {
            case 0:
                await ProcessScenarios.KillLeaderAsync(nemesis);
                break;
            case 1:
                await ProcessScenarios.PauseAsync(nemesis);
                break;
            case 2:
                await NetworkScenarios.IsolateLeaderAsync(nemesis);
                break;
            case 3:
                await ProcessScenarios.RollAsync(nemesis);
                break;
            default:
                await nemesis.PauseAsync(5);
                break;
        }
    }

    private static async Task ShortAsync(Nemesis nemesis)
    {
        await ProcessScenarios.KillLeaderAsync(nemesis);
        if (nemesis.IsOver)
            return;
        await ProcessScenarios.PauseAsync(nemesis);
        if (!nemesis.IsOver && Network.CanBreak)
            await NetworkScenarios.IsolateLeaderAsync(nemesis);
    }

    // The others are out of touch and leave the in-sync set; then the only one that holds everything dies, and one of them leads.
    private static async Task LoseAsync(Nemesis nemesis)
    {
        var node = await nemesis.LeaderOfAsync(Nemesis.Prey);
        await nemesis.BreakAsync($"node {node.Id}, a leader, does not hear the others, and dies", tolerable: false, async () =>
        {
            await nemesis.Cluster.Network.CutAsync(node.Id, nemesis.OthersOf(node));
            await nemesis.PauseAsync(1.5);
            await node.KillAsync();
        }, Nemesis.FailoverTime, async () =>
        {
            await nemesis.Cluster.Network.HealAsync();
            node.Start();
        });
        await nemesis.WhenInSyncAsync(TimeSpan.FromSeconds(60));
    }

    private static async Task RepeatAsync(Nemesis nemesis)
    {
        var node = await nemesis.LeaderOfAsync(Nemesis.Prey);
        await nemesis.BreakAsync($"node {node.Id}, a leader, has its answers cut", tolerable: false,
            () => nemesis.Cluster.Network.SilenceAsync(node.Id), TimeSpan.FromSeconds(6), nemesis.Cluster.Network.HealAsync);
        await nemesis.WhenInSyncAsync(TimeSpan.FromSeconds(60));
    }

    private static async Task TryAsync(Nemesis nemesis, Func<Task> administer)
    {
        try
        {
            await administer();
        }
        catch (KafkaException error)
        {
            nemesis.Count($"administration: {error.Code}");
        }
    }
}
