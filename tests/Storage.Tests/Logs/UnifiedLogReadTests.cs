using Platform.Protocol;
using Platform.Protocol.Records;
using Platform.Storage;
using Platform.Testing;

namespace Platform.Storage.Tests.Logs;

public sealed class UnifiedLogReadTests
{
    [Fact]
    public void A_read_begins_with_the_batch_that_holds_the_offset()
    {
        var harness = new LogHarness();
        harness.Append("a", "b", "c");
        harness.Append("d");

        var values = TestBatches.Values(harness.Read(1));

        Assert.Equal([(0, "a"), (1, "b"), (2, "c"), (3, "d")], values);
    }

    [Theory, InlineData(1), InlineData(2), InlineData(3), InlineData(4), InlineData(5)]
    public void Every_offset_is_found_whatever_the_sizes_of_batches_and_segments(int seed)
    {
        var random = new Random(seed);
        var harness =
            new LogHarness(LogConfig.Default with { SegmentBytes = 20_000, IndexIntervalBytes = random.Next(1, 3000) });
        var expected = new List<(long, string)>();
        for (var i = 0; i < 300; i++)
        {
            var values =
                Enumerable.Range(0, random.Next(1, 8)).Select(n => new string('x', random.Next(1, 200)) + n).ToArray();
            var first = harness.Append(values).FirstOffset;
            expected.AddRange(values.Select((value, n) => (first + n, value)));
        }

        Assert.Equal(expected, harness.ReadAll(maxBytes: 700));
        for (var offset = 0; offset < expected.Count; offset++)
            Assert.Equal(expected[offset],
                TestBatches.Values(harness.Read(offset, maxBytes: 1)).Single(value => value.Offset == offset));
    }

    [Fact]
    public void Consumers_see_up_to_the_high_watermark_and_followers_to_the_end()
    {
        var harness = new LogHarness();
        harness.Log.AppendAsLeader(TestBatches.Of("a"), 0, AppendOrigin.Client, 1000);
        harness.Log.AppendAsLeader(TestBatches.Of("b"), 0, AppendOrigin.Client, 1000);

        harness.Log.UpdateHighWatermark(1);

        Assert.Equal([(0, "a")], TestBatches.Values(harness.Read(0, isolation: FetchIsolation.HighWatermark)));
        Assert.Equal([(0, "a")], TestBatches.Values(harness.Read(0, isolation: FetchIsolation.TxnCommitted)));
        Assert.Equal([(0, "a"), (1, "b")], TestBatches.Values(harness.Read(0, isolation: FetchIsolation.LogEnd)));
        Assert.Empty(harness.Read(1, isolation: FetchIsolation.HighWatermark));
    }

    [Fact]
    public void The_high_watermark_may_lie_in_an_older_segment()
    {
        var harness = new LogHarness(LogConfig.Default with { SegmentBytes = 1000 });
        for (var i = 0; i < 10; i++)
            harness.Log.AppendAsLeader(TestBatches.OfSize(400, seed: i), 0, AppendOrigin.Client, 1000);

        harness.Log.UpdateHighWatermark(5);

        var read = new List<long>();
        for (var next = 0L; next < 5; next = read[^1] + 1)
            read.AddRange(
                TestBatches.Values(harness.Read(next, isolation: FetchIsolation.HighWatermark)).Select(v => v.Offset));
        Assert.Equal([0, 1, 2, 3, 4], read);
        Assert.Empty(harness.Read(5, isolation: FetchIsolation.HighWatermark));
    }

    [Fact]
    public void The_high_watermark_never_passes_the_end_nor_goes_back()
    {
        var harness = new LogHarness();
        harness.Log.AppendAsLeader(TestBatches.Of("a", "b"), 0, AppendOrigin.Client, 1000);

        Assert.True(harness.Log.UpdateHighWatermark(100));
        Assert.False(harness.Log.UpdateHighWatermark(1));

        Assert.Equal(2, harness.Log.HighWatermark);
    }

    [Theory, InlineData(-1), InlineData(3)]
    public void An_offset_outside_of_the_log_is_out_of_range(long offset)
    {
        var harness = new LogHarness();
        harness.Append("a", "b");

        var found = harness.Log.Read(offset, 1000, FetchIsolation.LogEnd, minOneMessage: true);

        Assert.Equal(ErrorCode.OffsetOutOfRange, found.Error);
        Assert.Equal((0, 2), (found.LogStartOffset, found.LogEndOffset));
    }

    [Fact]
    public void The_end_of_the_log_is_empty_and_no_error()
    {
        var harness = new LogHarness();
        harness.Append("a", "b");

        Assert.Empty(harness.Read(2));
    }

    [Fact]
    public void A_batch_larger_than_asked_comes_whole_only_when_one_message_is_a_must()
    {
        var harness = new LogHarness();
        harness.Append(TestBatches.OfSize(5000));

        var must = harness.Log.Read(0, 100, FetchIsolation.LogEnd, minOneMessage: true);
        var may = harness.Log.Read(0, 100, FetchIsolation.LogEnd, minOneMessage: false);

        Assert.True(must.Records.SizeInBytes > 5000);
        Assert.False(must.FirstEntryIncomplete);
        Assert.Equal(0, may.Records.SizeInBytes);
        Assert.True(may.FirstEntryIncomplete);
        must.Release();
        may.Release();
    }

    [Fact]
    public void A_slice_can_be_read_after_retention_deleted_its_segment()
    {
        var harness =
            new LogHarness(LogConfig.Default with { SegmentBytes = 1000, RetentionBytes = 0, FileDeleteDelayMs = 0 });
        harness.AppendMany(4, bytes: 600);
        var found = harness.Log.Read(0, 10_000, FetchIsolation.LogEnd, minOneMessage: true);
        Assert.IsType<FileRecordsSlice>(found.Records.Slice);

        harness.Log.DeleteOldSegments(nowMs: 2000);
        harness.Deletions.DeleteDue(nowMs: 3000);

        Assert.Equal(0, TestBatches.Values(LogHarness.Copy(found))[0].Offset);
        Assert.Equal(ErrorCode.OffsetOutOfRange, harness.Log.Read(0, 1, FetchIsolation.LogEnd, true).Error);
    }

    [Fact]
    public void A_released_slice_cannot_be_read_and_releasing_twice_is_harmless()
    {
        var harness = new LogHarness();
        harness.Append("a");
        var slice = (FileRecordsSlice)harness.Log.Read(0, 1000, FetchIsolation.LogEnd, true).Records.Slice!;
        var second = slice.Acquire();

        slice.Release();
        slice.Release();

        Assert.Throws<ObjectDisposedException>(() => slice.CopyTo(new byte[1000]));
        second.CopyTo(new byte[1000]);
        second.Dispose();
    }

    [Fact]
    public void Offsets_are_found_by_timestamp()
    {
        var harness = new LogHarness(
            LogConfig.Default with { SegmentBytes = 1000, IndexIntervalBytes = 100, SegmentMs = long.MaxValue });
        for (var i = 0; i < 40; i++)
            harness.Append(TestBatches.At(1000 + i * 10, new string('x', 50), "second"), nowMs: 2000);

        Assert.Equal((0, 1000, 0), harness.Log.OffsetForTimestamp(0));
        Assert.Equal((20, 1100, 0), harness.Log.OffsetForTimestamp(1095));
        Assert.Equal((20, 1100, 0), harness.Log.OffsetForTimestamp(1100));
        Assert.Equal((78, 1390, 0), harness.Log.OffsetForTimestamp(1390));
        Assert.Null(harness.Log.OffsetForTimestamp(1391));
    }

    [Fact]
    public void The_special_timestamps_ask_for_the_ends_and_the_largest_timestamp()
    {
        var harness = new LogHarness();
        harness.Append(TestBatches.At(1000, "a"), epoch: 1);
        harness.Append(TestBatches.At(3000, "b", "c"), epoch: 2, nowMs: 3000);
        harness.Append(TestBatches.At(2000, "d"), epoch: 2, nowMs: 3000);

        Assert.Equal((0, -1, 1), harness.Log.OffsetForTimestamp(UnifiedLog.EarliestTimestamp));
        Assert.Equal((4, -1, 2), harness.Log.OffsetForTimestamp(UnifiedLog.LatestTimestamp));
        Assert.Equal((1, 3000, 2), harness.Log.OffsetForTimestamp(UnifiedLog.MaxTimestamp));
    }

    [Fact]
    public void An_empty_log_has_ends_but_no_largest_timestamp()
    {
        var harness = new LogHarness();

        Assert.Equal((0, -1, null), harness.Log.OffsetForTimestamp(UnifiedLog.EarliestTimestamp));
        Assert.Equal((0, -1, null), harness.Log.OffsetForTimestamp(UnifiedLog.LatestTimestamp));
        Assert.Null(harness.Log.OffsetForTimestamp(UnifiedLog.MaxTimestamp));
    }

    [Fact]
    public void A_damaged_index_never_gives_wrong_data()
    {
        var harness = new LogHarness(LogConfig.Default with { IndexIntervalBytes = 100 });
        for (var i = 0; i < 500; i++)
            harness.Append($"value-{i}");
        harness.Restart();
        for (var position = 0; position < 400; position += 7)
            harness.Files.Damage("/data/topic-0/00000000000000000000.index", position, flip: 0x15);

        var values = harness.ReadAll(maxBytes: 300);

        Assert.Equal(Enumerable.Range(0, 500).Select(i => ((long)i, $"value-{i}")), values);
    }
}
