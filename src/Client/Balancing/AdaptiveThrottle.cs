namespace Platform.Client.Balancing;

/// <summary>How a cluster fares while partitions move.</summary>
/// <param name="UnderReplicated">Partitions at rest that have not all replicas in sync.</param>
/// <param name="LatencyMs">How long brokers take to answer, in ms.</param>
public readonly record struct ClusterHealth(int UnderReplicated, double LatencyMs);

/// <summary>
/// Chooses the rate at which replicas are copied: half of it when the cluster suffers, a tenth of the limit more while it
/// does not (additive increase, multiplicative decrease, which settles where several share a line).
/// </summary>
public sealed class AdaptiveThrottle(long maxBytesPerSecond, long minBytesPerSecond)
{
    /// <summary>Answers take this many times as long as before the moves: the cluster suffers.</summary>
    public const double LatencyFactor = 2;

    /// <summary>Differences below this are noise, in ms.</summary>
    public const double LatencySlackMs = 20;

    private const int StepsToFullRate = 10;

    private readonly long _max = maxBytesPerSecond;
    private ClusterHealth? _baseline;

    /// <summary>Bytes per second that each broker may send and receive for moves.</summary>
    public long BytesPerSecond { get; private set; } = maxBytesPerSecond;

    /// <summary>Why the rate was lowered last, or null while the cluster is well.</summary>
    public string? Complaint { get; private set; }

    /// <summary>Takes a look at the cluster. The first one, before any move, is what later ones are compared
    /// with.</summary>
    /// <returns>True when the rate changed.</returns>
    public bool Observe(ClusterHealth health)
    {
        var baseline = _baseline ??= health;
        var before = BytesPerSecond;
        Complaint = Problem(baseline, health);
        BytesPerSecond = Complaint is null
            ? Math.Min(_max, before + Math.Max(1, _max / StepsToFullRate))
            : Math.Max(minBytesPerSecond, before / 2);
        return before != BytesPerSecond;
    }

    private static string? Problem(ClusterHealth baseline, ClusterHealth health)
    {
        if (health.UnderReplicated > baseline.UnderReplicated)
            return $"{health.UnderReplicated} partitions are under-replicated, {baseline.UnderReplicated} were before";
        var limit = Math.Max(baseline.LatencyMs * LatencyFactor, baseline.LatencyMs + LatencySlackMs);
        return health.LatencyMs <= limit ? null
            : FormattableString.Invariant(
                $"brokers take {health.LatencyMs:0} ms to answer, {baseline.LatencyMs:0} ms before");
    }
}
