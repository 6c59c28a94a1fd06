namespace Platform.Broker.Tests.Coordination;

/// <summary>A clock that tests move by hand.</summary>
internal sealed class CoordinatorClock : TimeProvider
{
    private DateTimeOffset _now = DateTimeOffset.FromUnixTimeMilliseconds(1_000_000);

    public override long TimestampFrequency => TimeSpan.TicksPerSecond;

    public override DateTimeOffset GetUtcNow() => _now;

    public override long GetTimestamp() => _now.UtcTicks;

    public void Advance(long milliseconds) => _now += TimeSpan.FromMilliseconds(milliseconds);
}
