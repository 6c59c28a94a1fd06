namespace Platform.Api.SchemaRegistry.Storage;

/// <summary>How far the reader has come, and who waits for it to come further.</summary>
internal sealed class AppliedOffset
{
    private readonly Lock _lock = new();
    private readonly List<(long Offset, TaskCompletionSource Done)> _waiting = [];
    private long _next;

    /// <summary>Offset of the next record to apply.</summary>
    public long Next
    {
        get
        {
            lock (_lock)
                return _next;
        }
    }

    /// <summary>Everything below <paramref name="next"/> was applied.</summary>
    public void Advance(long next)
    {
        List<TaskCompletionSource>? done = null;
        lock (_lock)
        {
            _next = Math.Max(_next, next);
            for (var i = _waiting.Count - 1; i >= 0; i--)
            {
                if (_waiting[i].Offset >= _next)
                    continue;
                (done ??= []).Add(_waiting[i].Done);
                _waiting.RemoveAt(i);
            }
        }
        done?.ForEach(one => one.SetResult());
    }

    /// <summary>Completes when the record at <paramref name="offset"/> was applied.</summary>
    public Task WhenAsync(long offset)
    {
        lock (_lock)
        {
            if (offset < _next)
                return Task.CompletedTask;
            var done = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            _waiting.Add((offset, done));
            return done.Task;
        }
    }
}
