namespace Platform.Dashboard.Monitoring;

/// <summary>
/// The latest points of some curves that share a time axis, in arrays of a fixed size. Not thread-safe.
/// </summary>
internal sealed class SeriesRing(int capacity, int curves)
{
    private readonly long[] _times = new long[capacity];
    private readonly float[] _values = new float[capacity * curves];
    private int _next;

    public int Count { get; private set; }

    public void Add(long atMs, ReadOnlySpan<double?> values)
    {
        _times[_next] = atMs;
        for (var curve = 0; curve < curves; curve++)
            _values[_next * curves + curve] = (float?)values[curve] ?? float.NaN;
        _next = (_next + 1) % capacity;
        Count = Math.Min(Count + 1, capacity);
    }

    /// <summary>All points, oldest first.</summary>
    public ChartFrame ToFrame()
    {
        var times = new long[Count];
        var values = new double?[curves][];
        for (var curve = 0; curve < curves; curve++)
            values[curve] = new double?[Count];
        var first = (_next - Count + capacity) % capacity;
        for (var i = 0; i < Count; i++)
        {
            var slot = (first + i) % capacity;
            times[i] = _times[slot];
            for (var curve = 0; curve < curves; curve++)
                values[curve][i] = _values[slot * curves + curve] is var value && float.IsNaN(value)
                    ? null : Math.Round(value, 2);
        }
        return new ChartFrame(times, values);
    }
}
