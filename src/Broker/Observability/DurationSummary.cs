using System.Numerics;

namespace Platform.Broker.Observability;

/// <summary>Quantiles of durations of the last one to two minutes, to an eighth of their value. Recording is two
/// interlocked additions; the minutes are told apart when somebody reads.</summary>
internal sealed class DurationSummary(TimeProvider time)
{
    private const int SubBits = 3;
    private const int Sub = 1 << SubBits;
    private const int LargestBits = 36;             // 2^36 us are 19 hours
    private static readonly TimeSpan Window = TimeSpan.FromMinutes(1);
    private static readonly (string Name, double Share)[] Shares =
        [("0.50", 0.5), ("0.75", 0.75), ("0.95", 0.95), ("0.98", 0.98), ("0.99", 0.99), ("0.999", 0.999)];

    private readonly Lock _reading = new();
    private int[] _current = NewWindow();
    private int[] _previous = NewWindow();
    private long _windowBegan = time.GetTimestamp();
    private long _count;

    /// <summary>Durations recorded since the start.</summary>
    public long Count => Interlocked.Read(ref _count);

    /// <summary>Adds a duration.</summary>
    public void Record(TimeSpan duration)
    {
        Interlocked.Increment(ref Volatile.Read(ref _current)[BucketOf((long)duration.TotalMicroseconds)]);
        Interlocked.Increment(ref _count);
    }

    /// <summary>Kafka's quantiles by their names; none when nothing was recorded lately.</summary>
    public IReadOnlyList<(string Name, double Milliseconds)> Quantiles()
    {
        lock (_reading)
        {
            TurnWindow();
            var counts = new long[_current.Length];
            for (var i = 0; i < counts.Length; i++)
                counts[i] = (long)_current[i] + _previous[i];
            var total = counts.Sum();
            return total == 0 ? [] : Array.ConvertAll(Shares, share => (share.Name, Quantile(counts, total, share.Share)));
        }
    }

    private void TurnWindow()
    {
        if (time.GetElapsedTime(_windowBegan) < Window)
            return;
        _windowBegan = time.GetTimestamp();
        _previous = Interlocked.Exchange(ref _current, NewWindow());
    }

    private static double Quantile(long[] counts, long total, double share)
    {
        var left = (long)Math.Ceiling(total * share);
        var bucket = 0;
        while ((left -= counts[bucket]) > 0)
            bucket++;
        return UpperEnd(bucket) / 1000.0;
    }

    private static int[] NewWindow() => new int[(LargestBits - SubBits + 1) * Sub];

    // Values below 8 have a bucket each; above, the leading bit chooses a row and the next three a bucket in it.
    private static int BucketOf(long microseconds)
    {
        if (microseconds < Sub)
            return (int)Math.Max(microseconds, 0);
        var row = BitOperations.Log2((ulong)Math.Min(microseconds, (1L << LargestBits) - 1)) - SubBits;
        return (row << SubBits) + (int)(Math.Min(microseconds, (1L << LargestBits) - 1) >> row);
    }

    private static double UpperEnd(int bucket)
    {
        if (bucket < Sub)
            return bucket;
        var row = (bucket >> SubBits) - 1;
        return Math.ScaleB((bucket & (Sub - 1)) + Sub + 1, row);
    }
}
