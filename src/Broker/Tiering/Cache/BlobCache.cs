namespace Platform.Broker.Tiering.Cache;

/// <summary>Bytes by name from memory, then from disk, then from where they come from. Many who want the same bytes at
/// the same time cause one load, which goes on when those who wait for it give up.</summary>
internal sealed class BlobCache(MemoryCache memory, DiskCache? disk, RemoteStorageCounters counters) : IAsyncDisposable
{
    private readonly Lock _lock = new();
    private readonly Dictionary<string, Loading> _loads = new(StringComparer.Ordinal);
    private readonly HashSet<Task> _running = [];
    private readonly CancellationTokenSource _stop = new();

    /// <summary>The bytes of that name.</summary>
    /// <param name="name">A name that is a file's name, too; it always means the same bytes.</param>
    /// <param name="load">Gets them from where they come from.</param>
    /// <param name="cancellation">Stops waiting, not loading.</param>
    public ValueTask<byte[]> GetAsync(
        string name, Func<CancellationToken, Task<byte[]>> load, CancellationToken cancellation)
    {
        if (memory.TryGet(name, out var content))
        {
            Interlocked.Increment(ref counters.CacheHits);
            return new(content);
        }
        var loading = Load(name, load, isReadAhead: false);
        return new(loading.IsReadAhead
            ? WaitForReadAheadAsync(loading.Content, name, load, cancellation)
            : loading.Content.WaitAsync(cancellation));
    }

    /// <summary>Loads bytes that someone will want soon, when they are not in memory.</summary>
    /// <returns>The load, whatever becomes of it.</returns>
    public async Task PrefetchAsync(string name, Func<CancellationToken, Task<byte[]>> load)
    {
        if (!memory.TryGet(name, out _))
            await ((Task)Load(name, load, isReadAhead: true).Content)
                .ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
    }

    // That reading ahead failed is no answer: who needs the bytes has not asked for them yet.
    private async Task<byte[]> WaitForReadAheadAsync(
        Task<byte[]> ahead, string name, Func<CancellationToken, Task<byte[]>> load, CancellationToken cancellation)
    {
        try
        {
            return await ahead.WaitAsync(cancellation);
        }
        catch (Exception error) when (error is not OperationCanceledException)
        {
            return await Load(name, load, isReadAhead: false).Content.WaitAsync(cancellation);
        }
    }

    /// <summary>Forgets bytes.</summary>
    public void Remove(string name)
    {
        memory.Remove(name);
        disk?.Remove(name);
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        Task[] running;
        lock (_lock)
            running = [.. _running];
        await Task.WhenAll(running);
    }

    private Loading Load(string name, Func<CancellationToken, Task<byte[]>> load, bool isReadAhead)
    {
        lock (_lock)
        {
            ObjectDisposedException.ThrowIf(_stop.IsCancellationRequested, this);
            if (_loads.TryGetValue(name, out var running))
                return running;
            // Loaded by another between the look into memory and this one.
            if (memory.TryGet(name, out var content))
                return new Loading(Task.FromResult(content), IsReadAhead: false);
            var loaded = new TaskCompletionSource<byte[]>(TaskCreationOptions.RunContinuationsAsynchronously);
            var loading = _loads[name] = new Loading(loaded.Task, isReadAhead);
            var work = Task.Run(() => FillAsync(name, load, loaded));
            _running.Add(work);
            _ = work.ContinueWith(Ended, TaskScheduler.Default);
            return loading;
        }
    }

    // Never fails: what went wrong is the result of those who wait. A load that is over is forgotten before they are
    // told, so that whoever comes back begins another one.
    private async Task FillAsync(
        string name, Func<CancellationToken, Task<byte[]>> load, TaskCompletionSource<byte[]> loaded)
    {
        try
        {
            var kept = disk?.TryRead(name);
            Interlocked.Increment(ref kept is null ? ref counters.CacheMisses : ref counters.CacheHits);
            var content = kept ?? await load(_stop.Token);
            memory.Add(name, content);
            Forget(name);
            loaded.SetResult(content);
            if (kept is null)
                disk?.Add(name, content);
        }
        catch (OperationCanceledException) when (_stop.IsCancellationRequested)
        {
            Forget(name);
            loaded.TrySetCanceled();
        }
        catch (Exception error)
        {
            Forget(name);
            loaded.TrySetException(error);
            _ = loaded.Task.Exception;      // nobody may be waiting any more
        }
    }

    private void Forget(string name)
    {
        lock (_lock)
            _loads.Remove(name);
    }

    private void Ended(Task work)
    {
        lock (_lock)
            _running.Remove(work);
    }

    private readonly record struct Loading(Task<byte[]> Content, bool IsReadAhead);
}
