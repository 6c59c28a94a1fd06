using Platform.Protocol;
using Platform.Protocol.Records;
using Platform.Storage;
using Platform.Testing;

namespace Platform.Storage.Tests.Compaction;

/// <summary>What compaction keeps, and what it never touches.</summary>
public sealed class CleanerTests
{
    private readonly CleanerHarness _harness = new();

    private IEnumerable<(long, string?, string?)> Records =>
        _harness.ReadAll().Select(record => (record.Offset, record.Key, record.Value));

    [Theory]
    [InlineData(CompressionType.None)]
    [InlineData(CompressionType.Gzip)]
    [InlineData(CompressionType.Snappy)]
    [InlineData(CompressionType.Lz4)]
    [InlineData(CompressionType.Zstd)]
    public void The_newest_record_of_each_key_stays_with_its_offset_and_codec(CompressionType codec)
    {
        _harness.Put(codec, ("a", "1"), ("b", "1"), ("a", "2"));
        _harness.Put(codec, ("c", "1"), ("b", "2"));

        _harness.CleanAll();

        Assert.Equal([(2, "a", "2"), (3, "c", "1"), (4, "b", "2")], Records);
        Assert.All(_harness.Headers(), header => Assert.Equal(codec, header.Compression));
        Assert.Equal([(0, 2), (3, 4)], _harness.Headers().Select(header => (header.BaseOffset, header.LastOffset)));
        Assert.Equal(5, _harness.Log.LogEndOffset);
    }

    [Fact]
    public void A_batch_of_which_nothing_is_dropped_keeps_its_bytes()
    {
        _harness.Put(CompressionType.Zstd, ("a", "1"), ("b", "1"));
        var before = _harness.Batches()[0].Bytes.ToArray();

        _harness.CleanAll();

        Assert.Equal(before, _harness.Batches()[0].Bytes.ToArray());
    }

    [Fact]
    public void The_newest_segment_is_never_cleaned()
    {
        _harness.Put(("a", "1"));
        _harness.Put(("a", "2"));

        Assert.Null(_harness.Clean());
        Assert.Equal(2, Records.Count());
    }

    [Fact]
    public void Records_above_the_high_watermark_are_not_cleaned()
    {
        _harness.Put(("a", "1"));
        _harness.Log.Roll();
        _harness.Log.AppendAsLeader(KeyedBatch("a", "2"), 0, AppendOrigin.Client, _harness.NowMs);
        _harness.Log.Roll();

        _harness.Clean();

        Assert.Equal([(0, "a", "1"), (1, "a", "2")], Records);
        Assert.Equal(1, _harness.Log.CleanedOffset);
    }

    [Fact]
    public void Segments_that_became_small_are_merged()
    {
        for (var i = 0; i < 40; i++)
            _harness.Put(($"k{i % 3}", new string('v', 100)));
        var before = _harness.Log.SegmentCount;

        _harness.CleanAll();
        _harness.Put(("a", "1"));
        _harness.CleanAll();

        Assert.InRange(before, 6, 30);
        Assert.InRange(_harness.Log.SegmentCount, 2, 4);
        Assert.Equal(4, Records.Count());
    }

    [Fact]
    public void The_end_of_the_log_stays_although_its_last_record_is_gone()
    {
        _harness.Put(("a", "1"));
        _harness.Put(("a", null));
        _harness.CleanAll();
        _harness.NowMs += 5000;
        _harness.Put(("b", "1"));
        _harness.CleanAll();

        Assert.Equal([(2, "b", "1")], Records);
        _harness.Restart();
        Assert.Equal(3, _harness.Log.LogEndOffset);
    }

    [Fact]
    public void Records_without_a_key_are_dropped_and_counted()
    {
        var harness = new CleanerHarness(CleanerHarness.Compacted with { CleanupPolicy = CleanupPolicies.Delete });
        harness.Put((null, "x"));
        harness.Put(("a", "1"));
        harness.Log.Config = CleanerHarness.Compacted;
        harness.Roll();

        var cleaned = harness.Clean();

        Assert.Equal(1, cleaned!.Stats.RecordsWithoutKey);
        Assert.Equal((2, 1), (cleaned.Stats.RecordsRead, cleaned.Stats.RecordsKept));
        Assert.Equal([(1, "a", "1")], harness.ReadAll().Select(r => (r.Offset, r.Key!, r.Value!)));
    }

    [Fact]
    public void A_log_without_the_compact_policy_is_left_alone()
    {
        _harness.Put(("a", "1"));
        _harness.Put(("a", "2"));
        _harness.Roll();
        _harness.Log.Config = _harness.Config with { CleanupPolicy = CleanupPolicies.Delete };

        Assert.Null(_harness.Clean());
        Assert.Equal(2, Records.Count());
    }

    [Fact]
    public void Cleaning_waits_for_the_dirty_ratio_and_not_longer_than_the_greatest_lag()
    {
        _harness.Put(("a", new string('x', 300)));
        _harness.CleanAll();
        _harness.Log.Config = _harness.Config with { MinCleanableDirtyRatio = 0.5, MaxCompactionLagMs = 60_000 };
        _harness.Put(("b", "1"));
        _harness.Roll();

        Assert.Null(_harness.Clean());
        _harness.NowMs += 60_001;

        Assert.Equal(2, _harness.Clean()!.EndOffset);
    }

    [Fact]
    public void A_record_is_safe_for_the_least_lag()
    {
        _harness.Log.Config = _harness.Config with { MinCompactionLagMs = 1000 };
        _harness.Put(("a", "1"));
        _harness.Put(("a", "2"));
        _harness.Roll();
        _harness.NowMs += 999;
        Assert.Null(_harness.Clean());

        _harness.NowMs += 2;
        _harness.Clean();

        Assert.Equal([(1, "a", "2")], Records);
    }

    [Fact]
    public void When_memory_ends_the_next_pass_goes_on_where_it_ended()
    {
        for (var i = 0; i < 60; i++)
            _harness.Put(($"k{i % 20}", $"{i}"));
        _harness.Roll();
        _harness.Manager.Cleaner.Options = new LogCleanerOptions { MapBytes = 10 * OffsetMap.SlotBytes, MapLoadFactor = 0.5 };

        var first = _harness.Clean()!;
        Assert.Equal(5, first.EndOffset);
        while (_harness.Clean() is not null)
        {
        }

        Assert.Equal(60, _harness.Log.CleanedOffset);
        Assert.Equal(Enumerable.Range(40, 20).Select(i => (long)i), _harness.ReadAll().Select(r => r.Offset));
    }

    [Fact]
    public void A_batch_with_more_keys_than_memory_makes_the_log_uncleanable_and_says_what_to_do()
    {
        var given = new List<UncleanableLog>();
        _harness.Manager.Cleaner.GaveUp += given.Add;
        _harness.Manager.Cleaner.Options = new LogCleanerOptions { MapBytes = 2 * OffsetMap.SlotBytes };
        _harness.Put(("a", "1"), ("b", "1"), ("c", "1"));
        _harness.Roll();

        Assert.Null(_harness.Clean());
        Assert.Null(_harness.Clean());

        Assert.Contains("log.cleaner.dedupe.buffer.size", Assert.Single(given).Cause.Message);
    }

    [Fact]
    public void The_log_with_most_to_gain_comes_first()
    {
        var other = _harness.Manager.GetOrCreate(
            new TopicIdPartition(new Uuid(0x4000, 8), new TopicPartition("u", 0)), _harness.Config, 0);
        _harness.Put(("a", new string('x', 200)));
        _harness.CleanAll();
        _harness.Put(("a", "1"));
        _harness.Roll();
        other.AppendAsLeader(KeyedBatch("b", new string('x', 400)), 0, AppendOrigin.Client, _harness.NowMs);
        other.UpdateHighWatermark(1);
        other.Roll();

        Assert.Equal(["u", "t"], [_harness.Clean()!.Partition.Topic, _harness.Clean()!.Partition.Topic]);
    }

    [Fact]
    public void Compact_and_delete_together_also_delete_by_time()
    {
        var harness = new CleanerHarness(CleanerHarness.Compacted with
        {
            CleanupPolicy = CleanupPolicies.Compact | CleanupPolicies.Delete, RetentionMs = 5000,
        });
        harness.Put(("a", "1"));
        harness.Put(("a", "2"), ("b", "1"));
        harness.CleanAll();
        Assert.Equal(2, harness.ReadAll().Count);

        harness.NowMs += 5001;
        harness.Manager.CleanupLogs(harness.NowMs);

        Assert.Empty(harness.ReadAll());
        Assert.Equal(3, harness.Log.LogStartOffset);
    }

    [Fact]
    public void Offsets_by_time_are_found_in_what_is_left()
    {
        _harness.Put(("a", "1"));
        _harness.NowMs += 100;
        _harness.Put(("b", "1"));
        _harness.NowMs += 100;
        _harness.Put(("a", "2"));
        _harness.CleanAll();

        Assert.Equal((1, 10_100L), Found(10_000));
        Assert.Equal((2, 10_200L), Found(10_101));

        (long, long) Found(long time) =>
            _harness.Log.OffsetForTimestamp(time) is var (offset, at, _) ? (offset, at) : (-1, -1);
    }

    private static byte[] KeyedBatch(string key, string value)
    {
        using var builder = new RecordBatchBuilder();
        builder.Append(10_000, System.Text.Encoding.UTF8.GetBytes(key), System.Text.Encoding.UTF8.GetBytes(value));
        return builder.Build();
    }
}
