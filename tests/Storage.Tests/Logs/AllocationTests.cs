using Platform.Protocol;
using Platform.Storage;
using Platform.Testing;

namespace Platform.Storage.Tests.Logs;

/// <summary>Goal: the hot paths leave nothing for the garbage collector per record, and next to nothing per call.
/// Method: count what the thread allocates on the real disk, with the index far from a page's end.</summary>
public sealed class AllocationTests : IDisposable
{
    private readonly string _root = Directory.CreateTempSubdirectory("allocation-").FullName;
    private readonly UnifiedLog _log;

    public AllocationTests()
    {
        var files = new PosixFileSystem();
        _log = UnifiedLog.Open(new LogLoadContext(files, new LogDirectory(_root), Path.Combine(_root, "topic-0"),
            new TopicPartition("topic", 0), LogConfig.Default, 0, 0, false, 1000), new DeletionQueue(files), 0);
    }

    public void Dispose()
    {
        _log.Close();
        Directory.Delete(_root, recursive: true);
    }

    [Theory, InlineData(1), InlineData(200)]
    public void An_append_allocates_only_the_published_end_of_the_log(int records)
    {
        var pristine = TestBatches.OfSize(20_000, records);
        var batch = pristine.ToArray();

        var allocated = AllocatedBy(() =>
        {
            pristine.CopyTo(batch, 0);
            _log.AppendAsLeader(batch, 0, AppendOrigin.Client, 1000);
        });

        Assert.InRange(allocated, 1, 100);
    }

    [Fact]
    public void A_read_allocates_only_its_slice()
    {
        for (var i = 0; i < 20; i++)
            _log.AppendAsLeader(TestBatches.OfSize(20_000, records: 100), 0, AppendOrigin.Client, 1000);
        _log.UpdateHighWatermark(_log.LogEndOffset);

        var allocated = AllocatedBy(() => _log.Read(505, 1 << 20, FetchIsolation.HighWatermark, true).Release());

        Assert.InRange(allocated, 1, 200);
    }

    // The least of several, since the runtime may allocate on its own while it optimises a method.
    private static long AllocatedBy(Action action)
    {
        for (var i = 0; i < 20; i++)
            action();
        var least = long.MaxValue;
        for (var i = 0; i < 5; i++)
        {
            var before = GC.GetAllocatedBytesForCurrentThread();
            action();
            least = Math.Min(least, GC.GetAllocatedBytesForCurrentThread() - before);
        }
        return least;
    }
}
