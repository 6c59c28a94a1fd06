using Platform.Broker.Lifecycle;

namespace Platform.Broker.Tests.Lifecycle;

public sealed class RateLimitTests
{
    [Fact]
    public void So_many_bytes_take_so_long()
    {
        var limit = new RateLimit();
        var now = 100.0;
        for (var i = 0; i < 50; i++)
            now += limit.Take(100, bytesPerSecond: 1000, now);

        Assert.Equal(105, now, tolerance: 0.001);
    }

    [Fact]
    public void Time_without_use_is_not_saved_up()
    {
        var limit = new RateLimit();
        limit.Take(100, 1000, nowSeconds: 0);

        var wait = limit.Take(5000, 1000, nowSeconds: 60);

        Assert.Equal(5, wait, tolerance: 0.001);
    }

    [Fact]
    public void A_limit_that_changes_holds_at_once()
    {
        var limit = new RateLimit();
        limit.Take(1000, 1000, nowSeconds: 0);

        Assert.Equal(0.2, limit.Take(1000, 10_000, nowSeconds: 0), tolerance: 0.001);
    }
}
