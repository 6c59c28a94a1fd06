namespace Platform.Broker.Lifecycle;

/// <summary>Collects garbage once a server has become quiet. Collections come with allocation only: what a burst left
/// behind, such as thousands of clients that connected and now wait, would stay resident for as long as nothing happens.</summary>
public sealed class QuietCollector : IDisposable
{
    /// <summary>How often to look.</summary>
    public static readonly TimeSpan Interval = TimeSpan.FromSeconds(1);

    /// <summary>Bytes allocated in an interval up to which the process is quiet.</summary>
    public const long QuietBytes = 256 * 1024;

    /// <summary>Bytes allocated since the last collection from which another one is worth its time.</summary>
    public const long WorthwhileBytes = 4 * 1024 * 1024;

    /// <summary>Largest heap in bytes that is collected: about a millisecond for each MB that lives, during which all
    /// waits.</summary>
    public const long LargestHeapBytes = 64 * 1024 * 1024;

    private readonly IGarbageHeap _heap;
    private readonly ITimer _timer;
    private long _allocatedAtLastLook;
    private long _allocatedAtLastCollection;

    internal QuietCollector(IGarbageHeap heap, TimeProvider time)
    {
        _heap = heap;
        _timer = time.CreateTimer(_ => Look(), null, Interval, Interval);
    }

    /// <summary>Watches this process until disposed.</summary>
    public static QuietCollector OfThisProcess() => new(new ProcessHeap(), TimeProvider.System);

    /// <inheritdoc/>
    public void Dispose() => _timer.Dispose();

    private void Look()
    {
        var allocated = _heap.AllocatedBytes;
        var isQuiet = allocated - _allocatedAtLastLook <= QuietBytes;
        _allocatedAtLastLook = allocated;
        if (!isQuiet || allocated - _allocatedAtLastCollection < WorthwhileBytes || _heap.SizeBytes > LargestHeapBytes)
            return;
        _allocatedAtLastCollection = allocated;
        _heap.Collect();
    }
}

/// <summary>The garbage collector, as far as <see cref="QuietCollector"/> uses it.</summary>
internal interface IGarbageHeap
{
    /// <summary>Bytes allocated since the process began.</summary>
    long AllocatedBytes { get; }

    /// <summary>Bytes that the heap takes now, garbage included.</summary>
    long SizeBytes { get; }

    /// <summary>Collects everything, moves what lives together and gives the rest back to the system.</summary>
    void Collect();
}

/// <summary>The heap of this process.</summary>
internal sealed class ProcessHeap : IGarbageHeap
{
    /// <inheritdoc/>
    public long AllocatedBytes => GC.GetTotalAllocatedBytes();

    /// <inheritdoc/>
    public long SizeBytes => GC.GetTotalMemory(forceFullCollection: false);

    /// <inheritdoc/>
    public void Collect() => GC.Collect(GC.MaxGeneration, GCCollectionMode.Aggressive, blocking: true, compacting: true);
}
