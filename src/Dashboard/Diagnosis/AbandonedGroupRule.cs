using Platform.Dashboard.Monitoring;

namespace Platform.Dashboard.Diagnosis;

/// <summary>Groups that nobody reads for any more although there is something to read.</summary>
internal static class AbandonedGroupRule
{
    public static Finding? Evaluate(ClusterSnapshot snapshot)
    {
        var abandoned = snapshot.Groups
            .Where(group => group is { State: "Empty", Members.Count: 0, TotalLag: > 0 })
            .OrderByDescending(group => group.TotalLag).ToList();
        if (abandoned.Count == 0)
            return null;
        var worst = abandoned[0];
        var others = abandoned.Count > 1 ? $" {Words.Count(abandoned.Count - 1, "more group")} likewise." : "";
        return new Finding(
            "abandoned-group", HealthLevel.Degraded,
            $"No consumer is connected in group {worst.GroupId}, and {Words.Count(worst.TotalLag, "record")} "
            + $"{(worst.TotalLag == 1 ? "waits" : "wait")} for it.{others}",
            "Start its consumers, or delete the group if it is no longer used.",
            $"groups/{Uri.EscapeDataString(worst.GroupId)}");
    }
}
