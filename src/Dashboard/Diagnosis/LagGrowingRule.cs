using Platform.Dashboard.Monitoring;

namespace Platform.Dashboard.Diagnosis;

/// <summary>Groups with members that read more slowly than producers write.</summary>
internal static class LagGrowingRule
{
    public static Finding? Evaluate(ClusterSnapshot snapshot)
    {
        var growing = snapshot.Groups
            .Where(group => group.Members.Count > 0 && group.IsFallingBehind)
            .OrderByDescending(group => group.LagSlope).ToList();
        if (growing.Count == 0)
            return null;
        var worst = growing[0];
        var others = growing.Count > 1 ? $" {Words.Count(growing.Count - 1, "more group")} likewise." : "";
        return new Finding(
            "lag-growing", HealthLevel.Degraded,
            $"Group {worst.GroupId} falls behind: {Words.Number(worst.TotalLag)} records, growing by "
            + $"{Words.Number((long)worst.LagSlope!.Value)} a second while it reads "
            + $"{Words.Number((long)worst.ConsumedPerSecond)} a second.{others}",
            worst.Members.Count < worst.Partitions.Count
                ? $"Add consumers: {worst.Members.Count} share {worst.Partitions.Count} partitions. "
                    + "Or make them faster."
                : "More consumers will not help, each partition has one: make them faster, or add partitions.",
            $"groups/{Uri.EscapeDataString(worst.GroupId)}");
    }
}
