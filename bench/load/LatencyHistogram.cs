using System.Numerics;

namespace Platform.Bench.Load;

/// <summary>Counts durations in buckets of at most 1/64 of their value. One thread writes; merge to read.</summary>
internal sealed class LatencyHistogram
{
    private const int SubBits = 6;
    private const int Sub = 1 << SubBits;
    private readonly long[] _counts = new long[(64 - SubBits) * Sub];

    public long Max { get; private set; }

    public void Record(long nanoseconds)
    {
        _counts[BucketOf(nanoseconds)]++;
        Max = Math.Max(Max, nanoseconds);
    }

    public void Add(LatencyHistogram other)
    {
        for (var i = 0; i < _counts.Length; i++)
            _counts[i] += other._counts[i];
        Max = Math.Max(Max, other.Max);
    }

    /// <summary>The duration that this share of all did not pass, in nanoseconds.</summary>
    public double Percentile(double share)
    {
        var left = (long)Math.Ceiling(_counts.Sum() * share);
        for (var i = 0; i < _counts.Length; i++)
        {
            left -= _counts[i];
            if (left <= 0)
                return Math.Min(UpperEnd(i), Max);
        }
        return Max;
    }

    // Values below 64 have a bucket each; above, the leading bit chooses a row and the next six a bucket in it.
    private static int BucketOf(long value)
    {
        if (value < Sub)
            return (int)Math.Max(value, 0);
        var row = BitOperations.Log2((ulong)value) - SubBits;
        return ((row + 1) * Sub) + (int)(value >> row) - Sub;
    }

    private static double UpperEnd(int bucket)
    {
        if (bucket < Sub)
            return bucket;
        var row = (bucket / Sub) - 1;
        return Math.ScaleB((bucket % Sub) + Sub + 1, row);
    }
}
