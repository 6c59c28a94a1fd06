namespace Platform.Dashboard.Monitoring;

/// <summary>Points of some curves that share a time axis, as they are sent to a browser.</summary>
/// <param name="Times">Times in ms since 1970, ascending.</param>
/// <param name="Values">One row per curve, as long as <paramref name="Times"/>; null where nothing is known.</param>
public sealed record ChartFrame(long[] Times, double?[][] Values);
