namespace Platform.Simulation;

/// <summary>Virtual time: events in a queue, the earliest first, ties broken by the seed. Nothing here waits.</summary>
public sealed class SimScheduler(ulong seed)
{
    private readonly PriorityQueue<Action, (long AtMs, int Tie, long Sequence)> _events = new();
    private readonly Random _ties = SimRandom.Stream(seed, "ties");
    private long _sequence;

    /// <summary>The virtual time, in ms since 1970.</summary>
    public long NowMs { get; private set; } = 1_700_000_000_000;

    /// <summary>Events run so far.</summary>
    public long EventCount { get; private set; }

    /// <summary>Runs <paramref name="action"/> after a delay.</summary>
    public void After(long delayMs, Action action) => At(NowMs + delayMs, action);

    /// <summary>Runs <paramref name="action"/> at a time, or now when that has passed.</summary>
    public void At(long atMs, Action action) =>
        _events.Enqueue(action, (Math.Max(NowMs, atMs), _ties.Next(), _sequence++));

    /// <summary>Runs everything that is due until the time has come.</summary>
    public void RunUntil(long untilMs)
    {
        while (_events.TryPeek(out _, out var next) && next.AtMs <= untilMs)
            RunNext();
        NowMs = Math.Max(NowMs, untilMs);
    }

    private void RunNext()
    {
        _events.TryDequeue(out var action, out var due);
        NowMs = due.AtMs;
        EventCount++;
        action!();
    }
}
