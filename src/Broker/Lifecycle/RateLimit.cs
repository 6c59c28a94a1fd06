namespace Platform.Broker.Lifecycle;

/// <summary>Says how long to wait so that no more than so many bytes are moved in a second. What was not used is not
/// saved up. Pure; not thread-safe.</summary>
internal sealed class RateLimit
{
    private const double WindowSeconds = 1;
    private double _windowStart = double.NegativeInfinity;
    private double _bytes;

    /// <summary>Counts bytes that were moved.</summary>
    /// <param name="bytes">How many.</param>
    /// <param name="bytesPerSecond">The limit, which may change at any time.</param>
    /// <param name="nowSeconds">A clock that only goes forward.</param>
    /// <returns>Seconds to wait before the next bytes are moved.</returns>
    public double Take(int bytes, double bytesPerSecond, double nowSeconds)
    {
        var allowedUntil = _windowStart + _bytes / bytesPerSecond;
        if (nowSeconds - _windowStart >= WindowSeconds && allowedUntil <= nowSeconds)
            (_windowStart, _bytes) = (nowSeconds, 0);
        _bytes += bytes;
        return Math.Max(0, _windowStart + _bytes / bytesPerSecond - nowSeconds);
    }
}
