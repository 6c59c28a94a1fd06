namespace Platform.Dashboard.Monitoring;

/// <summary>
/// Whether lag grows: the median of the slopes between all pairs of points, which single jumps do not move.
/// </summary>
public static class LagTrend
{
    /// <summary>Points that are kept of a group.</summary>
    public const int MaxPoints = 60;

    /// <summary>
    /// Time that a point stands for, in ms. It is the least lag in that time: consumers commit every few seconds, and
    /// between two commits lag only seems to grow.
    /// </summary>
    public const long WindowMs = 10_000;

    /// <summary>Lag of up to this many seconds of reading is what commits every few seconds look like.</summary>
    public const int NormalLagSeconds = 6;

    /// <summary>Change in records per second below which lag is taken to be steady.</summary>
    public const double MinSlope = 1;

    /// <summary>Change below this part of what is read is noise.</summary>
    public const double MinShare = 0.01;

    private const int MinPoints = 5;

    /// <summary>
    /// Records per second by which the lag changes (Theil-Sen); null when there are fewer than five points.
    /// </summary>
    public static double? Slope(ReadOnlySpan<LagPoint> points)
    {
        if (points.Length < MinPoints)
            return null;
        var slopes = new List<double>(points.Length * (points.Length - 1) / 2);
        for (var i = 0; i < points.Length; i++)
            for (var j = i + 1; j < points.Length; j++)
                if (points[j].AtMs > points[i].AtMs)
                    slopes.Add((points[j].Lag - points[i].Lag) * 1000.0 / (points[j].AtMs - points[i].AtMs));
        if (slopes.Count == 0)
            return null;
        slopes.Sort();
        var middle = slopes.Count / 2;
        return slopes.Count % 2 == 1 ? slopes[middle] : (slopes[middle - 1] + slopes[middle]) / 2;
    }
}
