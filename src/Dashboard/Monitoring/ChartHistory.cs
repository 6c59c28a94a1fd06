namespace Platform.Dashboard.Monitoring;

/// <summary>The curves of the last minutes, for charts that have just been opened. Safe for concurrent use.</summary>
internal sealed class ChartHistory
{
    /// <summary>Points kept of the cluster: a quarter of an hour.</summary>
    public const int ClusterPoints = 900;

    /// <summary>Points kept of each topic and group: five minutes.</summary>
    public const int ItemPoints = 300;

    /// <summary>
    /// Most topics and groups that have a history; further ones are drawn from when they are looked at.
    /// </summary>
    public const int MaxItems = 2_000;

    private readonly Lock _lock = new();
    private readonly SeriesRing _cluster = new(ClusterPoints, 6);
    private Dictionary<string, SeriesRing> _items = new(StringComparer.Ordinal);

    public void Add(ClusterSnapshot snapshot)
    {
        lock (_lock)
        {
            _cluster.Add(snapshot.TakenAtMs, ChartSeries.ClusterPoint(snapshot.Totals));
            var kept = new Dictionary<string, SeriesRing>(StringComparer.Ordinal);
            foreach (var topic in snapshot.Topics)
                Add(kept, ChartSeries.Topic(topic.Name), snapshot.TakenAtMs, ChartSeries.TopicPoint(topic));
            foreach (var group in snapshot.Groups)
                Add(kept, ChartSeries.Group(group.GroupId), snapshot.TakenAtMs, ChartSeries.GroupPoint(group));
            _items = kept;
        }
    }

    private void Add(Dictionary<string, SeriesRing> kept, string name, long atMs, double?[] point)
    {
        if (kept.Count >= MaxItems)
            return;
        var ring = _items.GetValueOrDefault(name) ?? new SeriesRing(ItemPoints, point.Length);
        ring.Add(atMs, point);
        kept[name] = ring;
    }

    /// <summary>The curves of this name so far; without points when there are none.</summary>
    public ChartFrame Get(string series)
    {
        lock (_lock)
        {
            if (series == ChartSeries.Cluster)
                return _cluster.ToFrame();
            return _items.TryGetValue(series, out var ring) ? ring.ToFrame() : new ChartFrame([], []);
        }
    }

    /// <summary>The newest point of a snapshot; without points when the topic or group is gone.</summary>
    public static ChartFrame Latest(ClusterSnapshot snapshot, string series)
    {
        double?[]? point = null;
        if (series == ChartSeries.Cluster)
            point = ChartSeries.ClusterPoint(snapshot.Totals);
        else if (snapshot.Topics.FirstOrDefault(topic => ChartSeries.Topic(topic.Name) == series) is { } topic)
            point = ChartSeries.TopicPoint(topic);
        else if (snapshot.Groups.FirstOrDefault(group => ChartSeries.Group(group.GroupId) == series) is { } group)
            point = ChartSeries.GroupPoint(group);
        if (point is null)
            return new ChartFrame([], []);
        return new ChartFrame([snapshot.TakenAtMs], [.. point.Select(value => new[] { Rounded(value) })]);
    }

    private static double? Rounded(double? value) => value is null ? null : Math.Round(value.Value, 2);
}
