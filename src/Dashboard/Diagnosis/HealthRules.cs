using Platform.Dashboard.Monitoring;

namespace Platform.Dashboard.Diagnosis;

/// <summary>Runs all rules over a snapshot, and remembers since when each fires.</summary>
internal static class HealthRules
{
    /// <summary>Every rule, one per file. A new one is added here.</summary>
    private static readonly Func<ClusterSnapshot, Finding?>[] All =
    [
        NoControllerRule.Evaluate,
        OfflinePartitionsRule.Evaluate,
        UnderReplicatedRule.Evaluate,
        UnreachableBrokerRule.Evaluate,
        LagGrowingRule.Evaluate,
        AbandonedGroupRule.Evaluate,
    ];

    /// <summary>What is wrong, the worst first; rules that fired before keep their time.</summary>
    public static IReadOnlyList<ActiveFinding> Evaluate(ClusterSnapshot snapshot, IReadOnlyList<ActiveFinding> before)
    {
        var since = before.ToDictionary(
            active => active.Finding.RuleId, active => active.SinceMs, StringComparer.Ordinal);
        return [.. All.Select(rule => rule(snapshot)).OfType<Finding>()
            .Select(finding => new ActiveFinding(finding, since.GetValueOrDefault(finding.RuleId, snapshot.TakenAtMs)))
            .OrderByDescending(active => active.Finding.Level)];
    }
}
