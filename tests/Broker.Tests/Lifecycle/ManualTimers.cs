namespace Platform.Broker.Tests.Lifecycle;

/// <summary>A clock with one timer, which rings when the test says so.</summary>
internal sealed class ManualTimers : TimeProvider
{
    private TimerCallback? _callback;

    public DateTimeOffset Now { get; set; } = DateTimeOffset.UnixEpoch;

    public override DateTimeOffset GetUtcNow() => Now;

    public void Tick() => _callback!(null);

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        _callback = callback;
        return base.CreateTimer(static _ => { }, null, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
    }
}
