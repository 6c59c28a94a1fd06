namespace Platform.Dashboard.Monitoring;

/// <summary>Whether lag grows: the median of the slopes between all pairs of points, which single jumps do not move.</summary>
public static class LagTrend
{
    /// <summary>Points that are kept of a group.</summary>
    public const int MaxPoints = 60;

    /// <summary>Least time between two points, in ms: sixty of them make five minutes.</summary>
    public const long MinGapMs = 5_000;

    private const int MinPoints = 5;

    /// <summary>Records per second by which the lag changes (Theil-Sen); null when there are fewer than five points.</summary>
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
