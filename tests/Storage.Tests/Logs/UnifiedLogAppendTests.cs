using Platform.Protocol;
using Platform.Protocol.Records;
using Platform.Storage;
using Platform.Testing;

namespace Platform.Storage.Tests.Logs;

public sealed class UnifiedLogAppendTests
{
    [Fact]
    public void Offsets_follow_each_other_and_are_read_back()
    {
        var harness = new LogHarness();

        var first = harness.Append("a", "b");
        var second = harness.Append("c");

        Assert.Equal((0, 1), (first.FirstOffset, first.LastOffset));
        Assert.Equal((2, 2), (second.FirstOffset, second.LastOffset));
        Assert.Equal(3, harness.Log.LogEndOffset);
        Assert.Equal([(0, "a"), (1, "b"), (2, "c")], harness.ReadAll());
    }

    [Fact]
    public void Offset_and_epoch_are_patched_in_the_callers_buffer_and_the_crc_stays()
    {
        var harness = new LogHarness();
        harness.Append("a");
        var batch = TestBatches.Of("b");
        var before = RecordBatchHeader.Read(batch);

        harness.Append(batch, epoch: 7);

        var header = RecordBatchHeader.Read(batch);
        Assert.Equal((1, 7), (header.BaseOffset, header.PartitionLeaderEpoch));
        Assert.Equal(before.Crc, header.Crc);
        Assert.Equal(7, harness.Log.LatestEpoch);
        Assert.Equal((0, 1), harness.Log.EndOffsetForEpoch(0));
    }

    [Fact]
    public void The_file_is_the_batches_one_after_the_other()
    {
        var harness = new LogHarness();
        var (first, second) = (TestBatches.Of("a", "b"), TestBatches.Of("c"));

        harness.Append(first);
        harness.Append(second);

        Assert.Equal([.. first, .. second], harness.Files.ReadAllBytes("/data/topic-0/00000000000000000000.log"));
    }

    [Fact]
    public void A_full_segment_is_followed_by_one_named_after_its_first_offset()
    {
        var harness = new LogHarness(LogConfig.Default with { SegmentBytes = 2000 });

        harness.AppendMany(10, bytes: 500);

        Assert.Equal(4, harness.Log.SegmentCount);
        Assert.True(harness.Files.FileExists("/data/topic-0/00000000000000000003.log"));
        Assert.Equal(10, harness.ReadAll().Count);
    }

    [Fact]
    public void A_segment_ends_when_records_are_segment_ms_younger_than_its_first()
    {
        var harness = new LogHarness(LogConfig.Default with { SegmentMs = 100 });
        harness.Append(TestBatches.At(1000, "a"), nowMs: 1000);

        harness.Append(TestBatches.At(1100, "b"), nowMs: 1100);
        Assert.Equal(1, harness.Log.SegmentCount);
        harness.Append(TestBatches.At(1101, "c"), nowMs: 1101);

        Assert.Equal(2, harness.Log.SegmentCount);
    }

    [Fact]
    public void A_segment_ends_when_its_index_is_full()
    {
        var harness = new LogHarness(
            LogConfig.Default with { IndexIntervalBytes = 1, MaxIndexBytes = 5 * OffsetIndex.EntrySize });

        harness.AppendMany(13, bytes: 100);

        Assert.Equal(3, harness.Log.SegmentCount);
        Assert.Equal(13, harness.ReadAll().Count);
    }

    [Fact]
    public void Index_entries_name_the_last_offset_and_position_of_the_batch_that_crossed_the_interval()
    {
        var harness = new LogHarness(LogConfig.Default with { IndexIntervalBytes = 1000 });
        var sizes = new List<int>();
        for (var i = 0; i < 6; i++)
        {
            var batch = TestBatches.OfSize(600, records: 2, seed: i);
            harness.Append(batch);
            sizes.Add(batch.Length);
        }
        harness.Log.Close();

        // 600, 1200 > 1000: the third batch has an entry; and so on for every second one.
        Assert.Equal(Hex(5, sizes[0] + sizes[1]) + Hex(9, sizes.Take(4).Sum()),
            Convert.ToHexString(harness.Files.ReadAllBytes("/data/topic-0/00000000000000000000.index")));
        // All have the same timestamp: one entry, of the first batch, is made with the first index entry.
        Assert.Equal("00000000000003E800000001",
            Convert.ToHexString(harness.Files.ReadAllBytes("/data/topic-0/00000000000000000000.timeindex")));
        static string Hex(int offset, int position) => $"{offset:X8}{position:X8}";
    }

    [Fact]
    public void Log_append_time_is_stamped_and_returned()
    {
        var harness = new LogHarness(LogConfig.Default with { TimestampType = TimestampType.LogAppendTime });

        var appended = harness.Append(TestBatches.At(5, "a"), nowMs: 9_999);

        var stored = RecordBatch.Parse(harness.Read(0));
        Assert.Equal(9_999, appended.LogAppendTime);
        Assert.True(stored.Header.IsLogAppendTime && stored.IsCrcValid);
        Assert.Equal(9_999, stored.Header.MaxTimestamp);
    }

    [Theory, InlineData(CompressionType.Gzip), InlineData(CompressionType.Lz4), InlineData(CompressionType.Snappy),
        InlineData(CompressionType.None)]
    public void The_topics_codec_replaces_the_producers(CompressionType codec)
    {
        var harness = new LogHarness(LogConfig.Default with { CompressionType = codec });
        using var builder = new RecordBatchBuilder { Compression = CompressionType.Gzip };
        builder.Append(1000, null, "hello"u8.ToArray());
        builder.Append(1000, null, "world"u8.ToArray());

        harness.Append(builder.Build());

        Assert.Equal(codec, RecordBatchHeader.Read(harness.Read(0)).Compression);
        Assert.Equal([(0, "hello"), (1, "world")], harness.ReadAll());
    }

    [Fact]
    public void Raft_and_coordinators_may_append_several_batches_at_once()
    {
        var harness = new LogHarness();
        byte[] batches = [.. TestBatches.Of("a", "b"), .. TestBatches.Of("c")];

        var appended = harness.Append(batches, epoch: 3, origin: AppendOrigin.RaftLeader);

        Assert.Equal((0, 2), (appended.FirstOffset, appended.LastOffset));
        Assert.Equal([(0, "a"), (1, "b"), (2, "c")], harness.ReadAll());
    }

    [Fact]
    public void A_follower_takes_batches_as_they_are_and_leaves_out_one_that_is_cut()
    {
        var harness = new LogHarness();
        byte[] fetched =
            [.. TestBatches.Replicated(0, 4, "a", "b"), .. TestBatches.Replicated(2, 5, "c"),
                .. TestBatches.Replicated(3, 5, "d")[..65]];

        var appended = harness.Log.AppendAsFollower(fetched);

        Assert.Equal((ErrorCode.None, 0, 2), (appended.Error, appended.FirstOffset, appended.LastOffset));
        Assert.Equal(5, harness.Log.LatestEpoch);
        Assert.Equal((4, 2), harness.Log.EndOffsetForEpoch(4));
        Assert.Equal(3, harness.ReadAll().Count);
    }

    [Fact]
    public void A_follower_refuses_batches_that_do_not_continue_its_log_or_are_damaged()
    {
        var harness = new LogHarness();
        harness.Append("a", "b");
        var damaged = TestBatches.Replicated(2, 0, "x");
        damaged[^1] ^= 1;

        Assert.Equal(ErrorCode.OffsetOutOfRange, harness.Log.AppendAsFollower(TestBatches.Replicated(1, 0, "x")).Error);
        Assert.Equal(ErrorCode.CorruptMessage, harness.Log.AppendAsFollower(damaged).Error);
        Assert.Equal(2, harness.Log.LogEndOffset);
    }

    [Fact]
    public void Batches_newer_than_the_leader_that_sent_them_are_refused()
    {
        var harness = new LogHarness();

        var newer = harness.Log.AppendAsFollower(TestBatches.Replicated(0, leaderEpoch: 3, "x"), leaderEpoch: 2);
        var same = harness.Log.AppendAsFollower(TestBatches.Replicated(0, leaderEpoch: 2, "x"), leaderEpoch: 2);

        Assert.Equal((ErrorCode.UnknownLeaderEpoch, ErrorCode.None), (newer.Error, same.Error));
    }
}
