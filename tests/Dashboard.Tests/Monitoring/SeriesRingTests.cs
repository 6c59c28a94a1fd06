using Platform.Dashboard.Monitoring;

namespace Platform.Dashboard.Tests.Monitoring;

public sealed class SeriesRingTests
{
    [Fact]
    public void The_oldest_points_make_room()
    {
        var ring = new SeriesRing(capacity: 3, curves: 1);

        for (var time = 1; time <= 5; time++)
            ring.Add(time, [time * 10.0]);

        var frame = ring.ToFrame();
        Assert.Equal([3, 4, 5], frame.Times);
        Assert.Equal([30, 40, 50], frame.Values[0]);
    }

    [Fact]
    public void What_is_not_known_stays_unknown()
    {
        var ring = new SeriesRing(capacity: 2, curves: 2);

        ring.Add(1, [7, null]);

        Assert.Equal([7.0], ring.ToFrame().Values[0]);
        Assert.Equal([null], ring.ToFrame().Values[1]);
    }
}
