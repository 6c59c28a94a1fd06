namespace Platform.Broker.Network;

/// <summary>Bounds the bytes of all request frames in memory (queued.max.request.bytes). When they are spent,
/// connections stop reading until others have answered: nothing is dropped.</summary>
internal sealed class RequestMemoryBudget(long maxBytes)
{
    private readonly Lock _lock = new();
    private readonly Queue<(long Bytes, TaskCompletionSource Granted)> _waiting = new();
    private long _used;

    /// <summary>Bytes reserved now.</summary>
    public long UsedBytes => Volatile.Read(ref _used);

    /// <summary>Reserves bytes, waiting for its turn. One frame is always admitted when nothing else is in memory,
    /// so that a frame larger than the budget cannot wait for ever.</summary>
    public ValueTask ReserveAsync(int bytes, CancellationToken cancellation)
    {
        lock (_lock)
        {
            if (_waiting.Count == 0 && Fits(bytes))
            {
                _used += bytes;
                return ValueTask.CompletedTask;
            }
            var granted = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            _waiting.Enqueue((bytes, granted));
            return WaitAsync(granted, bytes, cancellation);
        }
    }

    /// <summary>Gives bytes back and admits those who wait.</summary>
    public void Release(int bytes)
    {
        lock (_lock)
        {
            _used -= bytes;
            while (_waiting.TryPeek(out var next) && (next.Granted.Task.IsCompleted || Fits(next.Bytes)))
            {
                _waiting.Dequeue();
                if (next.Granted.TrySetResult())
                    _used += next.Bytes;
            }
        }
    }

    private bool Fits(long bytes) => _used == 0 || _used + bytes <= maxBytes;

    private async ValueTask WaitAsync(TaskCompletionSource granted, int bytes, CancellationToken cancellation)
    {
        await using var registration = cancellation.Register(() => granted.TrySetCanceled(cancellation));
        try
        {
            await granted.Task;
        }
        catch (OperationCanceledException)
        {
            Release(0);
            throw;
        }
    }
}
