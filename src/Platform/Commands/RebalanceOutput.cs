using Platform.Client.Balancing;

namespace Platform.Commands;

/// <summary>Plans and their progress, for people and for scripts.</summary>
internal sealed class RebalanceOutput(Output output, int moves)
{
    private string _last = "";

    /// <summary>Prints a plan with the reason of each move.</summary>
    public static void Plan(Output output, RebalancePlan plan)
    {
        if (output.IsJson)
        {
            Output.Json(plan);
            return;
        }
        Summary(plan);
        foreach (var move in plan.Moves)
            Console.WriteLine($"{move.Partition}: [{string.Join(',', move.From)}] -> [{string.Join(',', move.To)}]"
                + (move.IsLeaderOnly ? "" : $", copies {Sizes.InWords(move.BytesToCopy)}") + $"\n    {move.Reason}");
        Loads(output, plan);
    }

    /// <summary>Prints what a plan comes to.</summary>
    public static void Summary(RebalancePlan plan)
    {
        var leaderOnly = plan.Moves.Count(move => move.IsLeaderOnly);
        Console.WriteLine(plan.Moves.Count == 0 ? "nothing to move"
            : $"{plan.Moves.Count - leaderOnly} partitions to move ({Sizes.InWords(plan.BytesToCopy)}), "
                + $"{leaderOnly} to get another leader" + (plan.IsBounded ? "; more is left for a later plan" : ""));
        foreach (var problem in plan.Problems)
            Console.WriteLine($"not possible: {problem}");
    }

    /// <summary>Prints what is moving, and what each broker carries.</summary>
    public static void Status(Output output, IReadOnlyList<MoveStatus> moves, RebalancePlan plan)
    {
        if (output.IsJson)
        {
            Output.Json(new { Moves = moves, Brokers = plan.Before, PartitionsToMove = plan.Moves.Count });
            return;
        }
        Console.WriteLine(moves.Count == 0 ? "nothing is moving" : $"{moves.Count} partitions are moving");
        if (moves.Count > 0)
            output.Rows(moves, ("PARTITION", move => move.Partition), ("ADDING", move => move.Adding),
                ("REMOVING", move => move.Removing), ("COPIED", move => Sizes.InWords(move.CopiedBytes)),
                ("OF", move => Sizes.InWords(move.TotalBytes)));
        Loads(output, plan);
        Console.WriteLine(plan.Moves.Count == 0 ? "the brokers are even"
            : $"{plan.Moves.Count} moves would even them out: platform rebalance plan");
    }

    /// <summary>Prints the progress of a run whenever it changes.</summary>
    public void Report(RebalanceProgress progress)
    {
        var line = $"{progress.Done} of {moves} done, {progress.UnderWay.Count} under way, {progress.Waiting} waiting, "
            + $"throttle {Sizes.InWords(progress.BytesPerSecond)}/s"
            + (progress.Complaint is null ? "" : $" (holding back: {progress.Complaint})");
        if (output.IsJson || line == _last)
            return;
        Console.WriteLine(_last = line);
    }

    private static void Loads(Output output, RebalancePlan plan)
    {
        var rows = plan.Before.Zip(plan.After).ToList();
        output.Rows(rows, ("BROKER", row => row.First.Broker),
            ("REPLICAS", row => Change(row.First.Replicas, row.Second.Replicas)),
            ("LEADERS", row => Change(row.First.Leaders, row.Second.Leaders)),
            ("BYTES", row => Change(Sizes.InWords(row.First.Bytes), Sizes.InWords(row.Second.Bytes))));
    }

    private static string Change<T>(T before, T after) => Equals(before, after) ? $"{before}" : $"{before} -> {after}";
}
