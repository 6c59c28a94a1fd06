using Platform.Protocol;
using Platform.Storage;
using Platform.Testing;

namespace Platform.Storage.Tests.Logs;

public sealed class TruncationTests
{
    [Theory, InlineData(0), InlineData(1), InlineData(7), InlineData(13), InlineData(19), InlineData(20),
        InlineData(25)]
    public void The_log_is_cut_at_the_offset_and_goes_on_from_there(long offset)
    {
        var harness = new LogHarness(LogConfig.Default with { SegmentBytes = 2000, IndexIntervalBytes = 600 });
        harness.AppendMany(20);
        var end = Math.Min(offset, 20);

        harness.Log.TruncateTo(offset);

        Assert.Equal((end, end), (harness.Log.LogEndOffset, harness.Log.HighWatermark));
        Assert.Equal(end, harness.Append("next").FirstOffset);
        Assert.Equal(end + 1, harness.ReadAll().Count);
        harness.KillAndRestart();
        Assert.Equal(end + 1, harness.ReadAll().Count);
    }

    [Fact]
    public void A_batch_that_spans_the_offset_goes_whole()
    {
        var harness = new LogHarness();
        harness.Append("a");
        harness.Append("b", "c", "d");

        harness.Log.TruncateTo(3);

        Assert.Equal(1, harness.Log.LogEndOffset);
    }

    [Fact]
    public void Leader_epochs_and_recovery_point_go_back_with_the_log()
    {
        var harness = new LogHarness();
        harness.Append(TestBatches.Of("a"), epoch: 1);
        harness.Append(TestBatches.Of("b"), epoch: 2);
        harness.Log.Flush();

        harness.Log.TruncateTo(1);

        Assert.Equal(1, harness.Log.LatestEpoch);
        Assert.Equal(1, harness.Log.RecoveryPoint);
    }

    [Fact]
    public void An_epoch_without_records_goes_when_the_log_is_cut_at_its_end()
    {
        var harness = new LogHarness();
        harness.Append(TestBatches.Of("a"), epoch: 1);
        harness.Log.AssignLeaderEpoch(2, startOffset: 1);

        harness.Log.TruncateTo(1);

        Assert.Equal(1, harness.Log.LatestEpoch);
        Assert.Equal(1, harness.Log.LogEndOffset);
    }

    [Fact]
    public void A_log_that_starts_over_is_empty_at_the_new_offset()
    {
        var harness = new LogHarness(LogConfig.Default with { SegmentBytes = 2000 });
        harness.AppendMany(20);

        harness.Log.TruncateFullyAndStartAt(100);

        Assert.Equal(
            (100, 100, 100), (harness.Log.LogStartOffset, harness.Log.HighWatermark, harness.Log.LogEndOffset));
        Assert.Equal(-1, harness.Log.LatestEpoch);
        Assert.Equal(100, harness.Append("next").FirstOffset);
        harness.LogStartOffset = 100;
        harness.KillAndRestart();
        Assert.Equal([(100, "next")], harness.ReadAll(from: 100));
    }

    [Fact]
    public void Starting_over_at_the_same_offset_removes_the_old_records()
    {
        var harness = new LogHarness();
        harness.Append("old");

        harness.Log.TruncateFullyAndStartAt(0);
        harness.Append("new");

        Assert.Equal([(0, "new")], harness.ReadAll());
        harness.Deletions.DeleteDue(nowMs: 0);
        Assert.Equal([(0, "new")], harness.ReadAll());
    }

    [Theory, InlineData(1), InlineData(2), InlineData(3), InlineData(4), InlineData(5), InlineData(6), InlineData(7),
        InlineData(8)]
    public void A_kill_in_the_middle_of_truncation_leaves_no_hole(int failAt)
    {
        var harness = new LogHarness(LogConfig.Default with { SegmentBytes = 2000 });
        harness.AppendMany(20);
        var operations = 0;
        harness.Files.Fault = (operation, _) =>
            operation is DiskOperation.Move or DiskOperation.SetLength && ++operations >= failAt
            ? new IOException("killed") : null;
        try
        {
            harness.Log.TruncateTo(4);
        }
        catch (KafkaStorageException)
        {
            Assert.NotNull(harness.Directory.Failure);
        }
        harness.Files.Fault = null;

        harness.KillAndRestart();

        var left = harness.ReadAll();
        Assert.InRange(left.Count, 4, 20);
        Assert.Equal(Enumerable.Range(0, left.Count).Select(i => (long)i), left.Select(value => value.Offset));
    }
}
