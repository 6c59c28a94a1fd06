using Platform.Protocol;

namespace Platform.Client.Producing;

/// <summary>The budget of <c>buffer.memory</c>. Whoever finds it spent waits, in order, until batches are
/// delivered.</summary>
internal sealed class BufferMemory(long limit)
{
    private sealed record Waiter(int Bytes, TaskCompletionSource Granted);

    private readonly Lock _lock = new();
    private readonly LinkedList<Waiter> _waiters = new();
    private long _used;

    public long Used
    {
        get
        {
            lock (_lock)
                return _used;
        }
    }

    /// <summary>True while somebody waits, so that batches should leave without lingering.</summary>
    public bool IsExhausted
    {
        get
        {
            lock (_lock)
                return _waiters.Count > 0;
        }
    }

    /// <summary>Takes bytes when they are free and nobody waits.</summary>
    public bool TryReserve(int bytes)
    {
        lock (_lock)
        {
            if (_waiters.Count > 0 || _used + bytes > limit)
                return false;
            _used += bytes;
            return true;
        }
    }

    /// <summary>Waits until the bytes are free.</summary>
    /// <exception cref="KafkaException"><c>max.block.ms</c> passed.</exception>
    public async Task ReserveAsync(int bytes, TimeSpan maxBlock, TimeProvider time, CancellationToken cancellation)
    {
        if (TryReserve(bytes))
            return;
        var waiter = new Waiter(bytes, new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously));
        lock (_lock)
            _waiters.AddLast(waiter);
        GrantWaiting();
        try
        {
            await waiter.Granted.Task.WaitAsync(maxBlock, time, cancellation);
        }
        catch (Exception e) when (e is TimeoutException or OperationCanceledException)
        {
            Withdraw(waiter);
            if (e is TimeoutException)
                throw new KafkaException(ErrorCode.RequestTimedOut,
                    $"buffer.memory ({limit} bytes) stayed full for {maxBlock.TotalMilliseconds} ms (max.block.ms)");
            throw;
        }
    }

    private void Withdraw(Waiter waiter)
    {
        bool wasWaiting;
        lock (_lock)
            wasWaiting = _waiters.Remove(waiter);
        if (!wasWaiting)
            Release(waiter.Bytes);
    }

    /// <summary>Gives bytes back.</summary>
    public void Release(int bytes)
    {
        lock (_lock)
            _used -= bytes;
        GrantWaiting();
    }

    private void GrantWaiting()
    {
        lock (_lock)
        {
            while (_waiters.First is { Value: var next } && _used + next.Bytes <= limit)
            {
                _waiters.RemoveFirst();
                _used += next.Bytes;
                next.Granted.SetResult();
            }
        }
    }
}
