namespace Platform.Broker.Replication;

/// <summary>A request that waits for a condition or its deadline, whichever comes first. Completes exactly once.</summary>
internal abstract class DelayedOperation : TimerNode
{
    private int _completed;

    /// <summary>True when the operation needs no more attention.</summary>
    public bool IsCompleted => Volatile.Read(ref _completed) != 0;

    /// <summary>Tests the condition and completes when it holds.</summary>
    public bool TryComplete() => !IsCompleted && IsSatisfied() && Complete();

    /// <summary>Completes with what there is; false when it had completed before.</summary>
    public bool Complete()
    {
        if (Interlocked.Exchange(ref _completed, 1) != 0)
            return false;
        OnComplete();
        return true;
    }

    /// <inheritdoc/>
    public override void OnExpired() => Complete();

    /// <summary>Does the condition hold?</summary>
    protected abstract bool IsSatisfied();

    /// <summary>Hands out the result.</summary>
    protected abstract void OnComplete();
}

/// <summary>Operations that wait for something to happen to one partition. Checked after every change, outside of the
/// partition's lock, since completing an operation sends its response.</summary>
internal sealed class OperationWatchers
{
    private readonly Lock _lock = new();
    private List<DelayedOperation>? _operations;
    private volatile bool _any;

    /// <summary>Operations that wait; completed ones are dropped at the next check.</summary>
    public int Count
    {
        get
        {
            lock (_lock)
                return _operations?.Count ?? 0;
        }
    }

    /// <summary>Adds an operation; the caller then tests it once more, in case the condition came true in between.</summary>
    public void Watch(DelayedOperation operation)
    {
        lock (_lock)
        {
            (_operations ??= []).Add(operation);
            _any = true;
        }
    }

    /// <summary>Tests all operations and forgets those that are complete.</summary>
    public void Check()
    {
        // Most appends find nobody waiting: one volatile read.
        if (!_any)
            return;
        DelayedOperation[] operations;
        lock (_lock)
            operations = [.. _operations!];
        foreach (var operation in operations)
            operation.TryComplete();
        Forget();
    }

    /// <summary>Forgets operations that completed elsewhere, by a deadline or through another partition.</summary>
    public void Forget()
    {
        lock (_lock)
        {
            _operations?.RemoveAll(static o => o.IsCompleted);
            _any = _operations is { Count: > 0 };
        }
    }
}
