using Platform.Dashboard.Diagnosis;

namespace Platform.Dashboard.Monitoring;

/// <summary>
/// What the sampler publishes: the latest snapshot, what is wrong, and whether the cluster still answers.
/// </summary>
/// <param name="Snapshot">The latest snapshot; null before the first answer.</param>
/// <param name="Verdict">The cluster's health in words.</param>
/// <param name="Findings">What is wrong, the worst first.</param>
/// <param name="Trouble">Why the last round failed, in words; null when it did not.</param>
public sealed record ClusterView(
    ClusterSnapshot? Snapshot, Verdict Verdict, IReadOnlyList<ActiveFinding> Findings, string? Trouble)
{
    /// <summary>True when the last round of questions was answered.</summary>
    public bool IsLive => Snapshot is not null && Trouble is null;
}
