using Platform.Dashboard.Monitoring;

namespace Platform.Dashboard.Diagnosis;

/// <summary>Partitions without a leader can be neither written nor read.</summary>
internal static class OfflinePartitionsRule
{
    public static Finding? Evaluate(ClusterSnapshot snapshot)
    {
        var offline = snapshot.Topics.SelectMany(topic => topic.Partitions)
            .Where(partition => partition.IsOffline).ToList();
        if (offline.Count == 0)
            return null;
        var first = offline[0];
        var replicas = string.Join(", ", offline.SelectMany(partition => partition.Replicas).Distinct().Order());
        return new Finding(
            "offline-partitions",
            offline.Count * 2 > snapshot.Totals.Partitions ? HealthLevel.Down : HealthLevel.Impaired,
            $"{Words.Count(offline.Count, "partition")} of {snapshot.Totals.Partitions} "
            + $"{(offline.Count == 1 ? "has" : "have")} no leader ({first.Topic}-{first.Index}"
            + $"{(offline.Count > 1 ? " and others" : "")}): nobody can write or read there.",
            $"Start a broker that holds a copy: {replicas}. Look into its log if it runs already.",
            $"topics/{Uri.EscapeDataString(first.Topic)}/partitions");
    }
}
