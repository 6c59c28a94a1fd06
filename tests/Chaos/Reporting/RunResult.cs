using Platform.Chaos.Checks;
using Platform.Chaos.History;
using Platform.Chaos.Scenarios;

namespace Platform.Chaos.Reporting;

/// <summary>What a check said.</summary>
public sealed record Verdict(ICheck Check, IReadOnlyList<string> Breaches);

/// <summary>What a run found.</summary>
public sealed record RunResult(
    Scenario Scenario, int Seed, double Seconds, IReadOnlyList<Verdict> Verdicts, Figures Figures,
    IReadOnlyDictionary<string, int> Errors, IReadOnlyList<FaultPeriod> Faults)
{
    /// <summary>True when every rule was kept; for a control, when the rule that it is about was not. A control gives up
    /// guarantees, so that it is not held to the other rules.</summary>
    public bool IsAsExpected => Scenario.MustBreach is { } control
        ? Verdicts.Any(verdict => verdict.Check.GetType() == control && verdict.Breaches.Count > 0)
        : Verdicts.All(verdict => verdict.Breaches.Count == 0);
}

/// <summary>Figures of a run.</summary>
/// <param name="Acknowledged">Records acknowledged.</param>
/// <param name="Unknown">Records whose fate their producer does not know.</param>
/// <param name="Read">Records handed to readers.</param>
/// <param name="Committed">Transactions committed.</param>
/// <param name="Aborted">Transactions aborted.</param>
/// <param name="P50Ms">Median time from sending to acknowledgement, in ms.</param>
/// <param name="P99Ms">99th percentile of it.</param>
/// <param name="LongestGapMs">Longest time in which nothing was acknowledged, in ms.</param>
/// <param name="Compared">Batches that replicas were compared by.</param>
/// <param name="RecoverySeconds">From healing until all replicas were in sync.</param>
public sealed record Figures(
    int Acknowledged, int Unknown, int Read, int Committed, int Aborted, double P50Ms, double P99Ms, double LongestGapMs,
    int Compared, double RecoverySeconds)
{
    /// <summary>Counts.</summary>
    public static Figures Of(Evidence evidence, int compared, double recoverySeconds)
    {
        var acknowledged = evidence.Written.Where(w => w.Outcome == Outcome.Ok).ToList();
        var latencies = acknowledged.Select(w => (w.EndedUs - w.BeganUs) / 1e3).Order().ToList();
        var ends = acknowledged.Where(w => w.Transaction < 0).Select(w => w.EndedUs).Order().ToList();
        return new Figures(acknowledged.Count, evidence.Written.Count(w => w.Outcome == Outcome.Unknown), evidence.Consumed.Count,
            evidence.Transactions.Count(t => t.Outcome == Outcome.Ok), evidence.Transactions.Count(t => t.Outcome == Outcome.Failed),
            Percentile(latencies, 0.5), Percentile(latencies, 0.99),
            ends.Zip(ends.Skip(1), (a, b) => (b - a) / 1e3).DefaultIfEmpty(0).Max(), compared, recoverySeconds);
    }

    private static double Percentile(List<double> sorted, double share) =>
        sorted.Count == 0 ? 0 : sorted[Math.Min(sorted.Count - 1, (int)(sorted.Count * share))];
}
