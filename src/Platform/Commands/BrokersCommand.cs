using System.CommandLine;
using Platform.Client.Admin;
using Platform.Client.Balancing;

namespace Platform.Commands;

/// <summary>`platform brokers`: which there are, and taking one out of service.</summary>
internal static class BrokersCommand
{
    private static readonly Argument<int> Id = new("id") { Description = "Id of the broker." };

    private static readonly Option<bool> NoMoves = new("--no-moves")
    {
        Description = "Only keep new partitions away; move nothing.",
    };

    /// <summary>The noun with its verbs.</summary>
    public static Command Create() => new("brokers", "List brokers, and take them out of service.")
    {
        ClientCommand.ForAdmin("list", "Brokers with what each carries.", ListAsync),
        ClientCommand.ForAdmin("drain", "Give a broker no new partitions, and move those that it has to the others.",
            DrainAsync, Id, NoMoves),
        ClientCommand.ForAdmin("undrain", "Let a broker take partitions again.", UndrainAsync, Id),
        ClientCommand.ForAdmin("unregister", "Forget a broker that was taken away for good.", UnregisterAsync, Id),
    };

    private static async Task ListAsync(
        AdminClient admin, ParseResult parsed, Output output, CancellationToken cancellation)
    {
        var state = await new AdminRebalanceCluster(admin, TimeProvider.System).ReadAsync([], cancellation);
        var cluster = await admin.DescribeClusterAsync(cancellation);
        var loads = RebalancePlanner.Plan(state, new RebalanceSettings { DrainOnly = true }).Before
            .ToDictionary(load => load.Broker);
        var rows = loads.Values.Select(load => new
        {
            Id = load.Broker,
            Address = cluster.Brokers.FirstOrDefault(broker => broker.Id == load.Broker) is { } broker
                ? $"{broker.Host}:{broker.Port}" : "offline",
            cluster.Brokers.FirstOrDefault(broker => broker.Id == load.Broker)?.Rack,
            Drained = state.Brokers.Any(broker => broker.Id == load.Broker && broker.IsDrained),
            load.Replicas,
            load.Leaders,
            load.Bytes,
        }).ToList();
        output.Rows(rows, ("BROKER", r => r.Id), ("ADDRESS", r => r.Address), ("RACK", r => r.Rack),
            ("DRAINED", r => r.Drained ? "yes" : "no"), ("REPLICAS", r => r.Replicas), ("LEADERS", r => r.Leaders),
            ("BYTES", r => Sizes.InWords(r.Bytes)));
    }

    private static async Task DrainAsync(
        AdminClient admin, ParseResult parsed, Output output, CancellationToken cancellation)
    {
        var (id, cluster) = (parsed.GetValue(Id), new AdminRebalanceCluster(admin, TimeProvider.System));
        await cluster.CordonAsync(id, isCordoned: true, cancellation);
        if (parsed.GetValue(NoMoves))
            output.Done($"broker {id} takes no new partitions", new { Broker = id, Drained = true });
        else
            await RebalanceCommand.RunPlansAsync(cluster,
                new RebalanceSettings { DrainOnly = true, MaxMoves = int.MaxValue }, new RebalanceRunSettings(), [id],
                output, cancellation);
    }

    private static async Task UndrainAsync(
        AdminClient admin, ParseResult parsed, Output output, CancellationToken cancellation)
    {
        var id = parsed.GetValue(Id);
        await new AdminRebalanceCluster(admin, TimeProvider.System).CordonAsync(id, isCordoned: false, cancellation);
        output.Done($"broker {id} takes partitions again; `platform rebalance run` gives it its share",
            new { Broker = id, Drained = false });
    }

    private static async Task UnregisterAsync(
        AdminClient admin, ParseResult parsed, Output output, CancellationToken cancellation)
    {
        var id = parsed.GetValue(Id);
        await admin.UnregisterBrokerAsync(id, cancellation);
        output.Done($"broker {id} is forgotten", new { Broker = id });
    }
}
