using Platform.Broker.Coordination;
using Platform.Cluster.Coordination;

namespace Platform.Broker.Tests.Coordination;

public sealed class CoordinatorTimersTests
{
    private static readonly CoordinatorTimerKey First = new("kind", "first");
    private static readonly CoordinatorTimerKey Second = new("kind", "second");

    [Fact]
    public void Timers_come_due_by_deadline_and_then_by_the_order_in_which_they_were_set()
    {
        var timers = new CoordinatorTimers();
        timers.Set(Second, 10);
        timers.Set(First, 10);
        timers.Set(new CoordinatorTimerKey("kind", "third"), 5);

        Assert.Equal(["third", "second", "first"], TakeDue(timers, 10));
    }

    [Fact]
    public void A_timer_is_not_due_before_its_deadline()
    {
        var timers = new CoordinatorTimers();
        timers.Set(First, 10);

        Assert.Empty(TakeDue(timers, 9));
        Assert.Equal(["first"], TakeDue(timers, 10));
        Assert.Empty(TakeDue(timers, 11));
    }

    [Fact]
    public void Setting_a_timer_again_moves_it()
    {
        var timers = new CoordinatorTimers();
        timers.Set(First, 10);
        timers.Set(First, 20);

        Assert.Empty(TakeDue(timers, 10));
        Assert.Equal(["first"], TakeDue(timers, 20));
    }

    [Fact]
    public void A_cancelled_timer_never_comes()
    {
        var timers = new CoordinatorTimers();
        timers.Set(First, 10);

        timers.Cancel(First);
        timers.Cancel(Second);

        Assert.Empty(TakeDue(timers, 10));
    }

    private static List<string> TakeDue(CoordinatorTimers timers, long nowMs)
    {
        var due = new List<string>();
        while (timers.TryTakeDue(nowMs, out var key))
            due.Add(key.Id);
        return due;
    }
}
