namespace Platform.Cluster.Quotas;

/// <summary>
/// Something that may happen so often a second: bytes, for instance. What happens is recorded afterwards and may go into
/// debt, which time pays back; a second's worth may be saved up. Safe for threads; holds no other lock.
/// </summary>
public sealed class RateQuota(double perSecond, double burstSeconds = 1)
{
    private const double MsPerSecond = 1000;

    private readonly Lock _lock = new();
    private double _perSecond = perSecond;
    private double _saved = perSecond * burstSeconds;
    private long _atMs = long.MinValue;

    /// <summary>Events that are allowed a second.</summary>
    public double PerSecond
    {
        get
        {
            lock (_lock)
                return _perSecond;
        }
    }

    /// <summary>Changes the rate. Debt stays debt; savings are cut to what the new rate allows.</summary>
    public void SetRate(double perSecond, long nowMs)
    {
        lock (_lock)
        {
            PayBack(nowMs);
            _perSecond = perSecond;
            _saved = Math.Min(_saved, perSecond * burstSeconds);
        }
    }

    /// <summary>Notes what happened.</summary>
    /// <returns>How long to wait, in ms, until the debt is paid; 0 when there is none.</returns>
    public long Record(double amount, long nowMs)
    {
        lock (_lock)
        {
            PayBack(nowMs);
            _saved -= amount;
            return DelayMs();
        }
    }

    /// <summary>True while more happened than was allowed.</summary>
    public bool IsExceeded(long nowMs) => DelayMs(nowMs) > 0;

    /// <summary>How long to wait, in ms, until the debt is paid; 0 when there is none.</summary>
    public long DelayMs(long nowMs)
    {
        lock (_lock)
        {
            PayBack(nowMs);
            return DelayMs();
        }
    }

    private long DelayMs() =>
        _saved >= 0 ? 0 : (long)Math.Min(int.MaxValue, Math.Ceiling(-_saved / _perSecond * MsPerSecond));

    // A clock that steps back pays nothing, and takes nothing.
    private void PayBack(long nowMs)
    {
        if (_atMs != long.MinValue && nowMs > _atMs)
            _saved = Math.Min(_saved + (nowMs - _atMs) / MsPerSecond * _perSecond, _perSecond * burstSeconds);
        _atMs = nowMs;
    }
}
