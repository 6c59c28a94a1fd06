namespace Platform.Broker.Replication;

/// <summary>A deadline that lives in a <see cref="TimingWheel"/>; derive from it, so that arming allocates nothing.</summary>
internal abstract class TimerNode
{
    internal TimerNode? Previous { get; set; }
    internal TimerNode? Next { get; set; }
    internal int Slot { get; set; } = -1;

    /// <summary>When it is due, in ms of the wheel's clock.</summary>
    public long DeadlineMs { get; internal set; }

    /// <summary>The deadline has passed. Called on the wheel's thread without its locks.</summary>
    public abstract void OnExpired();
}

/// <summary>
/// Hashed timing wheel: constant cost to arm and cancel, and nothing allocated. Ticks only while something is armed.
/// The simulator calls <see cref="Advance"/> itself.
/// </summary>
internal sealed class TimingWheel : IDisposable
{
    /// <summary>Precision of deadlines, in ms.</summary>
    public const int TickMs = 10;
    private const int SlotCount = 512;

    private readonly TimerNode?[] _slots = new TimerNode?[SlotCount];
    private readonly Lock _lock = new();
    private readonly TimeProvider _time;
    private readonly ITimer _ticker;
    private long _currentTick;
    private int _armed;

    public TimingWheel(TimeProvider time)
    {
        _time = time;
        _currentTick = NowMs / TickMs;
        _ticker = time.CreateTimer(_ => Advance(NowMs), null, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
    }

    /// <summary>The wheel's clock: monotonic, in ms.</summary>
    public long NowMs => _time.GetTimestamp() / (_time.TimestampFrequency / 1000);

    /// <summary>Nodes that wait.</summary>
    public int Count => Volatile.Read(ref _armed);

    /// <summary>Arms a node that is not armed.</summary>
    public void Schedule(TimerNode node, long delayMs)
    {
        lock (_lock)
        {
            if (_armed == 0)
                StartTicking();
            node.DeadlineMs = NowMs + Math.Max(0, delayMs);
            // Never in the slot of the tick that is being handled: round up.
            var tick = Math.Max(_currentTick + 1, (node.DeadlineMs + TickMs - 1) / TickMs);
            Link(node, (int)(tick % SlotCount));
            _armed++;
        }
    }

    /// <summary>Disarms; false when the node had expired or was never armed.</summary>
    public bool Cancel(TimerNode node)
    {
        lock (_lock)
        {
            if (node.Slot < 0)
                return false;
            Unlink(node);
            return true;
        }
    }

    /// <summary>Expires everything that was due at <paramref name="nowMs"/>.</summary>
    public void Advance(long nowMs)
    {
        for (var due = TakeDue(nowMs); due is not null;)
        {
            var next = due.Next;
            due.Next = null;
            due.OnExpired();
            due = next;
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _ticker.Dispose();

    private void StartTicking()
    {
        _currentTick = NowMs / TickMs;
        _ticker.Change(TimeSpan.FromMilliseconds(TickMs), TimeSpan.FromMilliseconds(TickMs));
    }

    // A chain through Next of all nodes that are due.
    private TimerNode? TakeDue(long nowMs)
    {
        TimerNode? due = null;
        lock (_lock)
        {
            var tick = nowMs / TickMs;
            var steps = Math.Min(tick - _currentTick, SlotCount);
            for (var step = 1; step <= steps; step++)
                TakeDueOfSlot((int)((_currentTick + step) % SlotCount), nowMs, ref due);
            _currentTick = Math.Max(_currentTick, tick);
            if (_armed == 0)
                _ticker.Change(Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
        }
        return due;
    }

    private void TakeDueOfSlot(int slot, long nowMs, ref TimerNode? due)
    {
        for (var node = _slots[slot]; node is not null;)
        {
            var next = node.Next;
            if (node.DeadlineMs <= nowMs)
            {
                Unlink(node);
                node.Next = due;
                due = node;
            }
            node = next;
        }
    }

    private void Link(TimerNode node, int slot)
    {
        node.Slot = slot;
        node.Previous = null;
        node.Next = _slots[slot];
        if (node.Next is { } head)
            head.Previous = node;
        _slots[slot] = node;
    }

    private void Unlink(TimerNode node)
    {
        if (node.Previous is { } previous)
            previous.Next = node.Next;
        else
            _slots[node.Slot] = node.Next;
        if (node.Next is { } next)
            next.Previous = node.Previous;
        node.Slot = -1;
        node.Previous = node.Next = null;
        _armed--;
    }
}
