namespace Platform.Cluster.Quotas;

/// <summary>Running totals of what <see cref="MutationQuotas"/> have held back on this node. Written by the controller's thread,
/// read by any.</summary>
public sealed class MutationCounters
{
    private long _refused;
    private long _delayed;
    private long _throttleMs;

    /// <summary>Creations and deletions that were refused with THROTTLING_QUOTA_EXCEEDED.</summary>
    public long Refused => Interlocked.Read(ref _refused);

    /// <summary>Creations and deletions that were made, and whose client was told to wait.</summary>
    public long Delayed => Interlocked.Read(ref _delayed);

    /// <summary>How long clients were told to wait, in ms, summed up.</summary>
    public long ThrottleMs => Interlocked.Read(ref _throttleMs);

    internal void OnRefused(long throttleMs)
    {
        Interlocked.Increment(ref _refused);
        Interlocked.Add(ref _throttleMs, throttleMs);
    }

    internal void OnDelayed(long throttleMs)
    {
        Interlocked.Increment(ref _delayed);
        Interlocked.Add(ref _throttleMs, throttleMs);
    }
}
