namespace Platform.Client.Balancing;

/// <summary>Limits of a plan.</summary>
public sealed record RebalanceSettings
{
    /// <summary>Partitions that one plan may change.</summary>
    public int MaxMoves { get; init; } = 100;

    /// <summary>Share of the average by which the bytes of a broker may differ before data is moved for it.</summary>
    public double BytesTolerance { get; init; } = 0.10;

    /// <summary>A cluster with less data per broker than this is not evened by bytes: it would be noise.</summary>
    public long LeastBytesToEven { get; init; } = 64L * 1024 * 1024;

    /// <summary>Only take from drained brokers what they hold; even out nothing else.</summary>
    public bool DrainOnly { get; init; }
}
