using Platform.Protocol;
using Platform.Storage;
using Platform.Storage.Tests.Logs;
using Platform.Testing;

namespace Platform.Storage.Tests.Retention;

public sealed class RetentionTests
{
    [Fact]
    public void Segments_older_than_retention_ms_go_by_their_largest_timestamp()
    {
        var harness = Harness(LogConfig.Default with { RetentionMs = 1000 });
        for (var i = 0; i < 6; i++)
            harness.Append(TestBatches.OfSize(600, timestamp: 1000 + i * 100, seed: i), nowMs: 2000);

        var deleted = harness.Log.DeleteOldSegments(nowMs: 2250);

        Assert.Equal(3, deleted);
        Assert.Equal(3, harness.Log.LogStartOffset);
        Assert.Equal([3, 4, 5], harness.ReadAll(from: 3).Select(value => value.Offset));
    }

    [Fact]
    public void A_young_segment_keeps_all_behind_it()
    {
        var harness = Harness(LogConfig.Default with { RetentionMs = 1000 });
        harness.Append(TestBatches.OfSize(600, timestamp: 9_000), nowMs: 9_000);
        harness.Append(TestBatches.OfSize(600, timestamp: 1_000), nowMs: 9_000);

        Assert.Equal(0, harness.Log.DeleteOldSegments(nowMs: 9_500));
    }

    [Fact]
    public void The_oldest_go_while_the_rest_is_at_least_retention_bytes()
    {
        var harness = Harness(LogConfig.Default with { RetentionMs = -1, RetentionBytes = 1500 });
        harness.AppendMany(6, bytes: 600);

        harness.Log.DeleteOldSegments(nowMs: 2000);

        Assert.Equal(3, harness.Log.LogStartOffset);
        Assert.InRange(harness.Log.SizeInBytes, 1500, 2200);
    }

    [Fact]
    public void Nothing_above_the_high_watermark_goes()
    {
        var harness = Harness(LogConfig.Default with { RetentionMs = 0 });
        for (var i = 0; i < 6; i++)
            harness.Log.AppendAsLeader(TestBatches.OfSize(600, seed: i), 0, AppendOrigin.Client, 1000);
        harness.Log.UpdateHighWatermark(2);

        harness.Log.DeleteOldSegments(nowMs: 1_000_000);

        Assert.Equal(2, harness.Log.LogStartOffset);
    }

    [Fact]
    public void When_everything_expired_an_empty_segment_remains_at_the_end()
    {
        var harness = Harness(LogConfig.Default with { RetentionMs = 1000 });
        harness.AppendMany(5, bytes: 600);

        harness.Log.DeleteOldSegments(nowMs: 1_000_000);

        Assert.Equal((5, 5, 1), (harness.Log.LogStartOffset, harness.Log.LogEndOffset, harness.Log.SegmentCount));
        Assert.Equal(5, harness.Append("next").FirstOffset);
        harness.Restart();
        Assert.Equal((5, 6), (harness.Log.LogStartOffset, harness.Log.LogEndOffset));
    }

    [Fact]
    public void Segments_in_front_of_the_log_start_offset_go_under_every_policy()
    {
        var harness = Harness(LogConfig.Default with { RetentionMs = 0, CleanupPolicy = CleanupPolicies.None });
        harness.AppendMany(5, bytes: 600);
        Assert.Equal(0, harness.Log.DeleteOldSegments(nowMs: 1_000_000));

        Assert.True(harness.Log.MaybeIncrementLogStartOffset(3));
        Assert.Equal(3, harness.Log.DeleteOldSegments(nowMs: 1_000_000));

        Assert.Equal(ErrorCode.OffsetOutOfRange, harness.Log.Read(2, 1, FetchIsolation.LogEnd, true).Error);
        Assert.Equal([3, 4], harness.ReadAll(from: 3).Select(value => value.Offset));
    }

    [Fact]
    public void The_log_start_offset_rises_up_to_the_high_watermark_only()
    {
        var harness = Harness(LogConfig.Default);
        harness.Log.AppendAsLeader(TestBatches.Of("a", "b", "c"), 0, AppendOrigin.Client, 1000);
        harness.Log.UpdateHighWatermark(2);

        Assert.False(harness.Log.MaybeIncrementLogStartOffset(3));
        Assert.True(harness.Log.MaybeIncrementLogStartOffset(2));
        Assert.False(harness.Log.MaybeIncrementLogStartOffset(1));

        Assert.Equal(2, harness.Log.LogStartOffset);
    }

    [Fact]
    public void Deleted_files_wait_under_another_name_for_the_delay()
    {
        var harness = Harness(LogConfig.Default with { RetentionMs = 1000, FileDeleteDelayMs = 60_000 });
        harness.AppendMany(3, bytes: 600);

        harness.Log.DeleteOldSegments(nowMs: 1_000_000);

        Assert.True(harness.Files.FileExists("/data/topic-0/00000000000000000000.log.deleted"));
        Assert.Equal(0, harness.Deletions.DeleteDue(nowMs: 1_059_999));
        Assert.NotEqual(0, harness.Deletions.DeleteDue(nowMs: 1_060_000));
        Assert.False(harness.Files.FileExists("/data/topic-0/00000000000000000000.log.deleted"));
    }

    [Fact]
    public void A_segment_without_timestamps_is_as_old_as_its_first_append()
    {
        var harness = Harness(LogConfig.Default with { RetentionMs = 1000 });
        harness.Append(TestBatches.At(-1, "a"), nowMs: 5000);
        harness.Append(TestBatches.OfSize(900, timestamp: -1), nowMs: 5000);

        Assert.Equal(0, harness.Log.DeleteOldSegments(nowMs: 6000));
        Assert.Equal(1, harness.Log.DeleteOldSegments(nowMs: 6001));
    }

    private static LogHarness Harness(LogConfig config) =>
        new(config with { SegmentBytes = 900, SegmentMs = long.MaxValue });
}
