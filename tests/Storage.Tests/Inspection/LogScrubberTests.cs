using Platform.Storage;
using Platform.Storage.Tests.Compaction;

namespace Platform.Storage.Tests.Inspection;

/// <summary>Rot is found where it is, told once, and forgotten when it is gone.</summary>
public sealed class LogScrubberTests
{
    private const string First = "/data/t-0/00000000000000000000.log";
    private readonly CleanerHarness _harness = new(CleanerHarness.Compacted with { CleanupPolicy = CleanupPolicies.Delete });
    private readonly List<CorruptBatch> _told = [];

    public LogScrubberTests()
    {
        for (var i = 0; i < 20; i++)
            _harness.Put(($"k{i}", new string('v', 100)));
        _harness.Log.Flush();
        Scrubber.Found += _told.Add;
    }

    private LogScrubber Scrubber => _harness.Manager.Scrubber;

    [Fact]
    public void Every_closed_segment_is_read_and_all_is_well()
    {
        var segments = Scrubber.ScrubAll(static _ => { });

        Assert.Equal(_harness.Log.SegmentCount - 1, segments);
        Assert.Empty(Scrubber.Corrupt);
        Assert.Equal(_harness.Log.Segments.SkipLast(1).Sum(segment => (long)segment.Size), Scrubber.BytesRead);
    }

    [Fact]
    public void A_damaged_batch_is_told_once_with_partition_offset_file_and_position()
    {
        var second = _harness.Batches()[0].Header.SizeInBytes;
        _harness.Files.Damage(First, second + 80);

        Scrubber.ScrubAll(static _ => { });
        Scrubber.ScrubAll(static _ => { });

        var corrupt = Assert.Single(_told);
        Assert.Equal((CleanerHarness.Partition, 1L, First, second), (corrupt.Partition, corrupt.Offset, corrupt.File, corrupt.Position));
        Assert.Equal(_told, Scrubber.Corrupt);
    }

    [Fact]
    public void A_file_that_is_no_log_any_more_is_told_too()
    {
        _harness.Files.Damage(First, 16);

        Scrubber.ScrubAll(static _ => { });

        Assert.Contains("no whole batch", Assert.Single(_told).Problem);
    }

    [Fact]
    public void Damage_is_forgotten_with_its_segment()
    {
        _harness.Files.Damage(First, 80);
        Scrubber.ScrubAll(static _ => { });
        Assert.Single(Scrubber.Corrupt);

        _harness.Log.MaybeIncrementLogStartOffset(10);
        _harness.Manager.CleanupLogs(_harness.NowMs);

        Assert.Empty(Scrubber.Corrupt);
    }

    [Fact]
    public void A_disk_that_cannot_be_read_is_a_finding_and_takes_nothing_offline()
    {
        _harness.Restart(isClean: true);
        Scrubber.Found += _told.Add;
        _harness.Files.Fault = static (operation, path) =>
            operation == Platform.Testing.DiskOperation.Read && path == First ? new IOException("EIO") : null;

        Scrubber.ScrubAll(static _ => { });
        _harness.Files.Fault = null;

        Assert.Contains("EIO", Assert.Single(_told).Problem);
        Assert.Null(_harness.Manager.Directories[0].Failure);
    }

    [Fact]
    public void A_round_ends_when_it_is_told_to() => Assert.Throws<OperationCanceledException>(
        () => Scrubber.ScrubAll(static _ => throw new OperationCanceledException()));
}
