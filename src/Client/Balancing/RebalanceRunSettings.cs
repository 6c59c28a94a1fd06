namespace Platform.Client.Balancing;

/// <summary>How gently a plan is run.</summary>
public sealed record RebalanceRunSettings
{
    /// <summary>Most bytes per second that each broker sends and receives for moves.</summary>
    public long BytesPerSecond { get; init; } = 50L * 1024 * 1024;

    /// <summary>What is left of it when the cluster suffers, so that moves end some time.</summary>
    public long LeastBytesPerSecond { get; init; } = 1024 * 1024;

    /// <summary>Partitions that are copied at a time.</summary>
    public int MaxConcurrentMoves { get; init; } = 5;

    /// <summary>Time between two looks at the cluster.</summary>
    public TimeSpan Interval { get; init; } = TimeSpan.FromSeconds(1);
}
