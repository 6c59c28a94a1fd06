using Platform.Dashboard.Monitoring;

namespace Platform.Dashboard.Diagnosis;

/// <summary>
/// Partitions with a copy missing or behind; at risk when a partition is down to its last copy of several.
/// </summary>
internal static class UnderReplicatedRule
{
    public static Finding? Evaluate(ClusterSnapshot snapshot)
    {
        var behind = snapshot.Topics.SelectMany(topic => topic.Partitions)
            .Where(partition => partition is { IsUnderReplicated: true, IsOffline: false }).ToList();
        if (behind.Count == 0)
            return null;
        var last = behind.Count(partition => partition.InSyncReplicas.Count == 1);
        var missing = string.Join(", ",
            behind.SelectMany(partition => partition.Replicas.Except(partition.InSyncReplicas))
            .Distinct().Order());
        var risk = last == 0 ? "Reads and writes work."
            : $"{Words.Count(last, "partition")} {(last == 1 ? "is" : "are")} down to one copy: losing it loses data.";
        return new Finding(
            "under-replicated", last == 0 ? HealthLevel.Degraded : HealthLevel.AtRisk,
            $"{Words.Count(behind.Count, "partition")} of {snapshot.Totals.Partitions} "
            + $"{(behind.Count == 1 ? "runs" : "run")} with fewer copies in sync than asked for. {risk}",
            $"Check broker {missing}: it should be running, have free disk, and reach the leaders.",
            "topics?urp=1");
    }
}
