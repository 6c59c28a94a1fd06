namespace Platform.Api.RestProxy.V3.Records;

/// <summary>
/// Bounds what one stream has under way. Counting records is not enough: a thousand of ten bytes are nothing, a thousand of a
/// megabyte are all the memory there is. One task takes, another one gives back.
/// </summary>
/// <param name="limit">Bytes that may be taken; a larger record is let through when nothing else is under way.</param>
internal sealed class UnansweredBytes(int limit)
{
    private readonly Lock _lock = new();
    private TaskCompletionSource? _waiter;
    private long _taken;
    private int _wanted;

    /// <summary>Takes bytes, and waits for them while too many are taken.</summary>
    public ValueTask TakeAsync(int bytes, CancellationToken cancellation)
    {
        lock (_lock)
        {
            if (MayTake(bytes))
            {
                _taken += bytes;
                return ValueTask.CompletedTask;
            }
            _wanted = bytes;
            _waiter = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            return new ValueTask(_waiter.Task.WaitAsync(cancellation));
        }
    }

    /// <summary>Gives bytes back.</summary>
    public void Release(int bytes)
    {
        lock (_lock)
        {
            _taken -= bytes;
            if (_waiter is null || !MayTake(_wanted))
                return;
            _taken += _wanted;
            _waiter.SetResult();
            _waiter = null;
        }
    }

    private bool MayTake(int bytes) => _taken == 0 || _taken + bytes <= limit;
}
