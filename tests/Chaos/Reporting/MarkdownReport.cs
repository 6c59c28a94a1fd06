using System.Globalization;
using System.Text;

namespace Platform.Chaos.Reporting;

/// <summary>Results as a page.</summary>
public static class MarkdownReport
{
    private const int MaxBreaches = 10;

    /// <summary>The page.</summary>
    /// <param name="results">Runs, in order.</param>
    /// <param name="skipped">Scenarios that could not be run here, with what was lacking.</param>
    public static string Write(IReadOnlyList<RunResult> results, IReadOnlyList<(string Scenario, string Lacks)> skipped)
    {
        var page = new StringBuilder("# Fault campaign\n\n");
        page.Append(CultureInfo.InvariantCulture,
            $"{results.Count} runs, {results.Sum(r => r.Seconds) / 60:0.0} minutes, {results.Sum(r => r.Figures.Acknowledged)} acknowledged records, ")
            .Append(CultureInfo.InvariantCulture, $"{results.Count(r => !r.IsAsExpected)} runs not as they must be.\n\n")
            .Append("| scenario | s | faults | acknowledged | unknown | read | txn committed / aborted | p50 / p99 ms ")
            .Append("| longest gap ms | in sync after s | batches compared | result |\n")
            .Append("|--|--:|--:|--:|--:|--:|--:|--:|--:|--:|--:|--|\n");
        foreach (var result in results)
            page.Append(Row(result));
        foreach (var (scenario, lacks) in skipped)
            page.Append(CultureInfo.InvariantCulture, $"\n**Skipped: {scenario}**, since this machine has no {lacks}.\n");
        foreach (var result in results)
            page.Append(Details(result));
        return page.ToString();
    }

    private static string Row(RunResult result)
    {
        var f = result.Figures;
        return string.Create(CultureInfo.InvariantCulture,
            $"| {result.Scenario.Name} | {result.Seconds:0} | {result.Faults.Count} | {f.Acknowledged} | {f.Unknown} | {f.Read} | {f.Committed} / {f.Aborted} ")
            + string.Create(CultureInfo.InvariantCulture,
            $"| {f.P50Ms:0.0} / {f.P99Ms:0} | {f.LongestGapMs:0} | {f.RecoverySeconds:0.0} | {f.Compared} | {Word(result)} |\n");
    }

    private static string Word(RunResult result) => (result.IsAsExpected, result.Scenario.MustBreach) switch
    {
        (true, null) => "kept all rules",
        (true, _) => $"loss seen, as it must be: {result.Verdicts.First(v => v.Check.GetType() == result.Scenario.MustBreach).Breaches.Count}",
        (false, null) => $"**{result.Verdicts.Count(v => v.Breaches.Count > 0)} rules broken**",
        (false, _) => "**the checker saw nothing**",
    };

    private static string Details(RunResult result)
    {
        var page = new StringBuilder();
        page.Append(CultureInfo.InvariantCulture, $"\n## {result.Scenario.Name}\n\n{result.Scenario.About} Seed {result.Seed}.\n\n");
        foreach (var verdict in result.Verdicts.Where(verdict => verdict.Breaches.Count > 0))
        {
            page.Append(CultureInfo.InvariantCulture, $"- **broken: {verdict.Check.Rule}** ({verdict.Breaches.Count})\n");
            foreach (var breach in verdict.Breaches.Take(MaxBreaches))
                page.Append(CultureInfo.InvariantCulture, $"  - {breach}\n");
        }
        if (result.Errors.Count > 0)
            page.Append(CultureInfo.InvariantCulture,
                $"- errors that clients lived with: {string.Join(", ", result.Errors.Select(e => $"{e.Key} ({e.Value})"))}\n");
        return page.ToString();
    }
}
