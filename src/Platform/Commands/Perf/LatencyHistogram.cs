using System.Numerics;

namespace Platform.Commands.Perf;

/// <summary>Counts latencies in buckets whose width grows with the value, as HdrHistogram does: two significant digits
/// from a microsecond to an hour in a fixed 16 KB. Safe for several threads.</summary>
internal sealed class LatencyHistogram
{
    private const int SubBucketBits = 6;
    private const int SubBuckets = 1 << SubBucketBits;
    private readonly long[] _counts = new long[SubBuckets * (64 - SubBucketBits)];
    private long _count;
    private long _max;

    /// <summary>Latencies recorded.</summary>
    public long Count => Interlocked.Read(ref _count);

    /// <summary>The largest, in microseconds.</summary>
    public long MaxUs => Interlocked.Read(ref _max);

    /// <summary>Adds one latency, in microseconds.</summary>
    public void Record(long us)
    {
        us = Math.Max(0, us);
        Interlocked.Increment(ref _counts[IndexOf(us)]);
        Interlocked.Increment(ref _count);
        for (var max = MaxUs; us > max; max = MaxUs)
            if (Interlocked.CompareExchange(ref _max, us, max) == max)
                break;
    }

    /// <summary>The latency below which <paramref name="percentile"/> per cent lie, in microseconds.</summary>
    public long PercentileUs(double percentile)
    {
        var wanted = Math.Max(1, (long)Math.Ceiling(Count * percentile / 100));
        long seen = 0;
        for (var i = 0; i < _counts.Length; i++)
            if ((seen += Interlocked.Read(ref _counts[i])) >= wanted)
                return Math.Min(HighestOf(i), MaxUs);
        return MaxUs;
    }

    /// <summary>Percentiles in milliseconds, for printing.</summary>
    public object Summary() => new
    {
        P50 = Ms(50), P90 = Ms(90), P99 = Ms(99), P999 = Ms(99.9), Max = MaxUs / 1000.0,
    };

    private double Ms(double percentile) => PercentileUs(percentile) / 1000.0;

    // Values below 64 have a bucket each; above, the top six bits below the leading one choose it.
    private static int IndexOf(long us)
    {
        var exponent = Math.Max(0, BitOperations.Log2((ulong)us | 1) - SubBucketBits + 1);
        return (exponent << (SubBucketBits - 1)) + (int)(us >> exponent);
    }

    private static long HighestOf(int index)
    {
        if (index < SubBuckets)
            return index;
        var exponent = (index >> (SubBucketBits - 1)) - 1;
        var sub = index - (exponent << (SubBucketBits - 1));
        return ((sub + 1L) << exponent) - 1;
    }
}
