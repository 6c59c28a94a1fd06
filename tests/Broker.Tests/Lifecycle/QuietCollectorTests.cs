using Platform.Broker.Lifecycle;

namespace Platform.Broker.Tests.Lifecycle;

/// <summary>When a quiet process collects its garbage.</summary>
public sealed class QuietCollectorTests : IDisposable
{
    private readonly CountingHeap _heap = new();
    private readonly ManualTimers _time = new();
    private readonly QuietCollector _collector;

    public QuietCollectorTests() => _collector = new QuietCollector(_heap, _time);

    public void Dispose() => _collector.Dispose();

    [Fact]
    public void A_burst_is_collected_once_nothing_more_happens_and_only_once()
    {
        Allocate(QuietCollector.WorthwhileBytes);
        Assert.Equal(0, _heap.Collections);

        Allocate(QuietCollector.QuietBytes);
        Assert.Equal(1, _heap.Collections);

        Allocate(QuietCollector.QuietBytes);
        Assert.Equal(1, _heap.Collections);
    }

    [Fact]
    public void A_busy_process_is_left_to_the_runtime()
    {
        for (var look = 0; look < 100; look++)
            Allocate(QuietCollector.QuietBytes + 1);

        Assert.Equal(0, _heap.Collections);
    }

    [Fact]
    public void Little_garbage_is_left_where_it_is()
    {
        Allocate(QuietCollector.WorthwhileBytes - 1);
        Allocate(0);

        Assert.Equal(0, _heap.Collections);
    }

    [Fact]
    public void A_heap_that_would_stop_the_process_for_long_is_not_collected()
    {
        _heap.SizeBytes = QuietCollector.LargestHeapBytes + 1;
        Allocate(QuietCollector.WorthwhileBytes);
        Allocate(0);

        Assert.Equal(0, _heap.Collections);
    }

    private void Allocate(long bytes)
    {
        _heap.AllocatedBytes += bytes;
        _time.Tick();
    }

    private sealed class CountingHeap : IGarbageHeap
    {
        public long AllocatedBytes { get; set; }

        public long SizeBytes { get; set; }

        public int Collections { get; private set; }

        public void Collect() => Collections++;
    }
}
