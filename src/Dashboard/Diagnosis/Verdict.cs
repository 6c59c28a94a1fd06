using Platform.Dashboard.Monitoring;

namespace Platform.Dashboard.Diagnosis;

/// <summary>The cluster's health in words.</summary>
/// <param name="Level">How bad it is.</param>
/// <param name="Sentence">What an operator should know first.</param>
/// <param name="NextStep">What to do; empty when there is nothing to do.</param>
/// <param name="Path">Page that shows the reason, below the cluster's address; empty when there is none.</param>
/// <param name="SinceMs">Since when it holds, in ms since 1970; null when that is not known.</param>
public sealed record Verdict(HealthLevel Level, string Sentence, string NextStep, string Path, long? SinceMs)
{
    /// <summary>Before the first answer.</summary>
    public static Verdict Waiting { get; } =
        new(HealthLevel.Unknown, "Waiting for the first answer of the cluster.", "", "", null);

    /// <summary>The cluster does not answer; what is shown is as old as it says.</summary>
    public static Verdict Unreachable(string trouble, string bootstrapServers) => new(
        HealthLevel.Unknown, trouble,
        $"Start the cluster, or check that {bootstrapServers} is its address. This page goes on trying.", "", null);

    /// <summary>The worst finding decides; without any the cluster is healthy.</summary>
    public static Verdict From(ClusterSnapshot snapshot, IReadOnlyList<ActiveFinding> findings) =>
        findings.Count == 0 ? Healthy(snapshot)
            : new Verdict(findings[0].Finding.Level, findings[0].Finding.Summary, findings[0].Finding.NextStep,
                findings[0].Finding.Path, findings[0].SinceMs);

    private static Verdict Healthy(ClusterSnapshot snapshot)
    {
        var brokers = snapshot.Brokers.Count;
        var partitions = snapshot.Totals.Partitions == 0 ? "no partitions yet"
            : $"{Words.Count(snapshot.Totals.Partitions, "partition")} fully replicated";
        return new Verdict(HealthLevel.Healthy,
            $"{brokers} of {Words.Count(brokers, "broker")} up, {partitions}, no group is falling behind.",
            "", "", null);
    }
}
