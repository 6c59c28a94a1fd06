using Platform.Api.RestProxy.V3.Records;
using Platform.Client.Tests.Fakes;

namespace Platform.Api.Tests.RestProxy.V3;

/// <summary>The time that one stream of records has.</summary>
public sealed class StreamLifetimeTests
{
    private readonly ManualTimeProvider _time = new();

    private StreamLifetime Begin(int graceMs = 500) =>
        new(new StreamLimits(_time, TimeSpan.FromHours(24), TimeSpan.FromMilliseconds(graceMs)));

    [Fact]
    public void Records_are_taken_until_the_time_is_up_and_refused_with_408_from_then_on()
    {
        using var lifetime = Begin();

        _time.Advance(TimeSpan.FromHours(24));
        var inTime = lifetime.Refusal();
        _time.Advance(TimeSpan.FromMilliseconds(1));
        var late = lifetime.Refusal();

        Assert.Null(inTime);
        Assert.Equal((408, "Streaming connection open for longer than allowed: Connection will be closed."),
            (late!.ErrorCode, late.Message));
        Assert.Equal(408, lifetime.Refusal()!.ErrorCode);
    }

    [Fact]
    public void The_grace_period_begins_with_the_first_record_that_is_refused()
    {
        using var lifetime = Begin();

        _time.Advance(TimeSpan.FromHours(48));
        var silent = lifetime.Closing.CanBeCanceled;
        lifetime.Refusal();
        _time.Advance(TimeSpan.FromMilliseconds(300));
        lifetime.Refusal();
        var within = lifetime.Closing.IsCancellationRequested;
        _time.Advance(TimeSpan.FromMilliseconds(200));

        Assert.Equal((false, false, true), (silent, within, lifetime.Closing.IsCancellationRequested));
    }

    [Fact]
    public void Without_a_grace_period_the_first_refused_record_is_the_last()
    {
        using var lifetime = Begin(graceMs: 0);

        _time.Advance(TimeSpan.FromHours(25));
        lifetime.Refusal();

        Assert.True(lifetime.Closing.IsCancellationRequested);
    }
}
