using System.CommandLine;
using Platform.Client;
using Platform.Client.Admin;
using Platform.Client.Balancing;
using Platform.Protocol;

namespace Platform.Commands;

/// <summary>`platform rebalance`: evens out leaders, replicas, bytes and racks over the brokers.</summary>
internal static class RebalanceCommand
{
    private const long MiB = 1024 * 1024;

    private static readonly Option<int> MaxMoves = new("--max-moves")
    {
        Description = "Partitions that the plan may change; plan again for more.",
        DefaultValueFactory = _ => new RebalanceSettings().MaxMoves,
    };

    private static readonly Option<int[]> Exclude = new("--exclude")
    {
        Description = "A broker that shall be emptied, as if it were drained; may be repeated.",
    };

    private static readonly Option<double> Throttle = new("--throttle")
    {
        Description = "Most MiB per second that each broker sends and receives for moves; it is lowered while partitions "
            + "are under-replicated or answers take long.",
        DefaultValueFactory = _ => (double)new RebalanceRunSettings().BytesPerSecond / MiB,
    };

    private static readonly Option<int> Concurrent = new("--concurrent")
    {
        Description = "Partitions that are copied at a time.",
        DefaultValueFactory = _ => new RebalanceRunSettings().MaxConcurrentMoves,
    };

    /// <summary>The noun with its verbs.</summary>
    public static Command Create() => new("rebalance", "Even out partitions over the brokers.")
    {
        ClientCommand.ForAdmin("plan", "Show the moves that would even out the cluster, each with its reason.",
            PlanAsync, MaxMoves, Exclude),
        ClientCommand.ForAdmin("run", "Carry such moves out, gently. Ctrl-C stops beginning more; run again to go on.",
            RunAsync, MaxMoves, Exclude, Throttle, Concurrent),
        ClientCommand.ForAdmin("status", "What is moving, how far it is, and what each broker carries.", StatusAsync),
        ClientCommand.ForAdmin("stop", "Cancel every move under way and take the throttle away.", StopAsync),
    };

    /// <summary>Plans and runs until nothing is left to move; shared with `platform brokers drain`.</summary>
    public static async Task RunPlansAsync(AdminRebalanceCluster cluster, RebalanceSettings settings,
        RebalanceRunSettings gently, IReadOnlyCollection<int> drained, Output output, CancellationToken cancellation)
    {
        var state = await cluster.ReadAsync(drained, cancellation);
        var plan = RebalancePlanner.Plan(state, settings);
        if (!output.IsJson)
            RebalanceOutput.Summary(plan);
        var progress = new RebalanceOutput(output, plan.Moves.Count);
        var end = await new RebalanceRunner(cluster, gently, TimeProvider.System, progress.Report)
            .RunAsync(plan, cancellation);
        output.Done($"done: {end.Done} partitions changed, {end.Failed.Count} refused"
            + (plan.IsBounded ? "; more is left, run it again" : ""),
            new { end.Done, end.Failed, plan.Problems, plan.IsBounded });
        if (end.Failed.Count > 0)
            throw new KafkaException(ErrorCode.InvalidReplicaAssignment, string.Join("; ", end.Failed));
    }

    private static RebalanceSettings Settings(ParseResult parsed)
    {
        var maxMoves = parsed.GetValue(MaxMoves);
        return maxMoves > 0 ? new RebalanceSettings { MaxMoves = maxMoves }
            : throw new CommandException($"--max-moves must be at least 1, not {maxMoves}");
    }

    private static RebalanceRunSettings Gently(ParseResult parsed)
    {
        var (throttle, concurrent) = (parsed.GetValue(Throttle), parsed.GetValue(Concurrent));
        if (throttle <= 0 || concurrent <= 0)
            throw new CommandException("--throttle and --concurrent must be more than 0");
        var rate = Math.Max(1, (long)(throttle * MiB));
        return new RebalanceRunSettings
        {
            BytesPerSecond = rate,
            LeastBytesPerSecond = Math.Min(rate, MiB),
            MaxConcurrentMoves = concurrent,
        };
    }

    private static async Task PlanAsync(
        AdminClient admin, ParseResult parsed, Output output, CancellationToken cancellation)
    {
        var cluster = new AdminRebalanceCluster(admin, TimeProvider.System);
        var state = await cluster.ReadAsync(parsed.GetValue(Exclude) ?? [], cancellation);
        RebalanceOutput.Plan(output, RebalancePlanner.Plan(state, Settings(parsed)));
    }

    private static Task RunAsync(
        AdminClient admin, ParseResult parsed, Output output, CancellationToken cancellation) => RunPlansAsync(
            new AdminRebalanceCluster(admin, TimeProvider.System), Settings(parsed), Gently(parsed),
            parsed.GetValue(Exclude) ?? [], output, cancellation);

    private static async Task StatusAsync(
        AdminClient admin, ParseResult parsed, Output output, CancellationToken cancellation)
    {
        var cluster = new AdminRebalanceCluster(admin, TimeProvider.System);
        var moves = await cluster.MovesAsync(cancellation);
        var state = await cluster.ReadAsync([], cancellation);
        RebalanceOutput.Status(output, moves, RebalancePlanner.Plan(state));
    }

    private static async Task StopAsync(
        AdminClient admin, ParseResult parsed, Output output, CancellationToken cancellation)
    {
        var cluster = new AdminRebalanceCluster(admin, TimeProvider.System);
        var moves = await admin.ListPartitionReassignmentsAsync(cancellation);
        if (moves.Count > 0)
            await admin.AlterPartitionReassignmentsAsync(
                moves.ToDictionary(move => move.Partition, IReadOnlyList<int>? (_) => null), cancellation)
                .ThrowIfAnyFailed();
        await cluster.UnthrottleAsync(cancellation);
        output.Done($"cancelled {moves.Count} moves", new { Cancelled = moves.Count });
    }
}
