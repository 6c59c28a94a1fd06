using System.Collections.Concurrent;

namespace Platform.Client.Producing;

/// <summary>
/// Keeps the order of records that cannot be accepted at once, because their topic is not known yet or buffer memory is
/// used up: they take turns per topic, and later records of the topic queue up behind them.
/// </summary>
internal sealed class TopicGates
{
    private sealed class Gate
    {
        public readonly SemaphoreSlim Turn = new(1);
        public int Waiting;
    }

    private readonly ConcurrentDictionary<string, Gate> _gates = new();
    private readonly Lock _lock = new();
    private readonly HashSet<Task> _waiting = [];
    private int _total;

    /// <summary>True when records of the topic wait, so that a new one has to wait, too.</summary>
    public bool IsBusy(string topic) =>
        Volatile.Read(ref _total) > 0 && _gates.TryGetValue(topic, out var gate) && Volatile.Read(ref gate.Waiting) > 0;

    /// <summary>Runs <paramref name="accept"/> when it is the record's turn.</summary>
    public Task EnterAsync(string topic, Func<Task> accept, CancellationToken cancellation)
    {
        var gate = _gates.GetOrAdd(topic, _ => new Gate());
        Interlocked.Increment(ref gate.Waiting);
        Interlocked.Increment(ref _total);
        var task = TakeTurnAsync(gate, accept, cancellation);
        if (!task.IsCompleted)
            Remember(task);
        return task;
    }

    private async Task TakeTurnAsync(Gate gate, Func<Task> accept, CancellationToken cancellation)
    {
        try
        {
            await gate.Turn.WaitAsync(cancellation);
            try
            {
                await accept();
            }
            finally
            {
                gate.Turn.Release();
            }
        }
        finally
        {
            Interlocked.Decrement(ref gate.Waiting);
            Interlocked.Decrement(ref _total);
        }
    }

    private void Remember(Task task)
    {
        lock (_lock)
            _waiting.Add(task);
        task.GetAwaiter().OnCompleted(() =>
        {
            lock (_lock)
                _waiting.Remove(task);
        });
    }

    /// <summary>Waits until every record that waits now was accepted or refused.</summary>
    public async Task WhenPassedAsync(CancellationToken cancellation)
    {
        Task[] waiting;
        lock (_lock)
            waiting = [.. _waiting];
        foreach (var task in waiting)
            await task.WaitAsync(cancellation).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
    }
}
