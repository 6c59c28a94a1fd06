namespace Platform.Broker.Replication;

/// <summary>Flushes a partition's log for appends that wait until they are on disk. At most one flush runs at a time;
/// all appends that come meanwhile share the next one.</summary>
internal sealed class GroupCommit(Action flush) : IThreadPoolWorkItem
{
    private const int Idle = 0;
    private const int Running = 1;
    private const int AskedAgain = 2;
    private int _state;

    /// <summary>What is in the log now will be flushed soon. Returns at once.</summary>
    public void Request()
    {
        while (true)
        {
            var state = Volatile.Read(ref _state);
            if (state == AskedAgain)
                return;
            if (Interlocked.CompareExchange(ref _state, state + 1, state) != state)
                continue;
            if (state == Idle)
                ThreadPool.UnsafeQueueUserWorkItem(this, preferLocal: false);
            return;
        }
    }

    /// <inheritdoc/>
    void IThreadPoolWorkItem.Execute()
    {
        do
        {
            // Before the flush: who asks from now on may have appended too late for it.
            Volatile.Write(ref _state, Running);
            flush();
        }
        while (Interlocked.CompareExchange(ref _state, Idle, Running) != Running);
    }
}
