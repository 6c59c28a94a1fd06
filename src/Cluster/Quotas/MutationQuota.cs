namespace Platform.Cluster.Quotas;

/// <summary>How many partitions the client of one request may still create or delete (KIP-599). A strict one refuses what comes
/// while there is a debt; the other lets it through and has the client wait, for versions of requests that know no refusal.</summary>
/// <param name="quota">The client's quota; null when there is none.</param>
/// <param name="isStrict">True when the version of the request knows THROTTLING_QUOTA_EXCEEDED.</param>
/// <param name="nowMs">The time.</param>
/// <param name="counters">Told of what is held back; null for nobody.</param>
public sealed class MutationQuota(RateQuota? quota, bool isStrict, long nowMs, MutationCounters? counters = null)
{
    /// <summary>Everything is allowed.</summary>
    public static readonly MutationQuota None = new(null, isStrict: false, nowMs: 0);

    /// <summary>How long the client shall wait, in ms.</summary>
    public int ThrottleMs { get; private set; }

    /// <summary>Counts partitions that are to be created or deleted.</summary>
    /// <returns>False when the client has to wait first; nothing is counted then.</returns>
    public bool TryTake(int partitions)
    {
        if (quota is null)
            return true;
        if (isStrict && quota.DelayMs(nowMs) is > 0 and var delayMs)
        {
            ThrottleMs = (int)delayMs;
            counters?.OnRefused(delayMs);
            return false;
        }
        var debtMs = (int)quota.Record(partitions, nowMs);
        if (isStrict || debtMs == 0)
            return true;
        ThrottleMs = debtMs;
        counters?.OnDelayed(debtMs);
        return true;
    }
}
