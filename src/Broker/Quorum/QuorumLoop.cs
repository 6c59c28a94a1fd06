using System.Collections.Concurrent;

namespace Platform.Broker.Quorum;

/// <summary>What a <see cref="QuorumLoop"/> runs besides the work that it is given. Called on its thread
/// only.</summary>
internal interface IQuorumWork
{
    /// <summary>How long the loop may sleep when nothing is posted, in ms.</summary>
    int SleepMs { get; }

    /// <summary>Called after every group of posted work, and when the sleep is over.</summary>
    void OnTurn();

    /// <summary>The loop ends: after <see cref="QuorumLoop.Dispose"/>, or by an error.</summary>
    void OnStopped(Exception? error);
}

/// <summary>
/// One thread that owns raft and controller: work is posted from anywhere and runs there one after the other, so that
/// neither needs a lock. The queue is bounded; when it is full, posting fails rather than grows.
/// </summary>
internal sealed class QuorumLoop : IDisposable
{
    /// <summary>Most posted pieces of work that wait.</summary>
    internal const int MaxQueued = 10_000;

    /// <summary>Pieces of work after which the loop takes a turn even when more are waiting: one flush serves them
    /// all.</summary>
    private const int MaxWorkPerTurn = 256;

    private readonly record struct Work(Action Run, Action? Drop);

    private readonly BlockingCollection<Work> _queue = new(MaxQueued);
    private readonly IQuorumWork _work;
    private readonly Thread _thread;

    /// <summary>A loop that <see cref="Start"/> starts.</summary>
    public QuorumLoop(string name, IQuorumWork work)
    {
        _work = work;
        _thread = new Thread(Run) { Name = name, IsBackground = true };
    }

    /// <summary>Starts the thread.</summary>
    public void Start() => _thread.Start();

    /// <summary>Runs <paramref name="run"/> on the thread, unless the queue is full or the loop has ended.</summary>
    /// <param name="run">What to do.</param>
    /// <param name="drop">What to do instead when the loop fails before it came to it.</param>
    /// <returns>False when it was not taken; then neither is called.</returns>
    public bool TryPost(Action run, Action? drop = null)
    {
        try
        {
            return _queue.TryAdd(new Work(run, drop));
        }
        catch (Exception ended) when (ended is InvalidOperationException or ObjectDisposedException)
        {
            return false;
        }
    }

    /// <summary>Ends the loop after the work that is posted already, and waits for it.</summary>
    public void Dispose()
    {
        _queue.CompleteAdding();
        if (!_thread.ThreadState.HasFlag(ThreadState.Unstarted) && Thread.CurrentThread != _thread)
            _thread.Join();
        _queue.Dispose();
    }

    private void Run()
    {
        Exception? failure = null;
        try
        {
            // A turn before the first work: a lone voter leads by then, and need not refuse it.
            _work.OnTurn();
            while (!_queue.IsCompleted)
            {
                TakeWork();
                _work.OnTurn();
            }
        }
        catch (Exception error)
        {
            // Raft must not go on after a failed write or a broken invariant: whoever owns the loop stops the node.
            failure = error;
            _queue.CompleteAdding();
        }
        _work.OnStopped(failure);
        while (_queue.TryTake(out var left))
            left.Drop?.Invoke();
    }

    private void TakeWork()
    {
        if (!_queue.TryTake(out var work, Math.Max(0, _work.SleepMs)))
            return;
        var left = MaxWorkPerTurn;
        do
            work.Run();
        while (--left > 0 && _queue.TryTake(out work));
    }
}
