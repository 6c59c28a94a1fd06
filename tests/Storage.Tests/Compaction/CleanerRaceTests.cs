using Platform.Protocol;
using Platform.Storage;
using Platform.Testing;

namespace Platform.Storage.Tests.Compaction;

/// <summary>What else happens to a log while it is compacted. The pace, which is called between batches, is where the
/// tests come in between.</summary>
public sealed class CleanerRaceTests
{
    private readonly CleanerHarness _harness = new();

    [Fact]
    public void A_fetch_in_flight_reads_the_old_segment_to_its_end()
    {
        Fill();
        var before = _harness.Batches()[0].Bytes.ToArray();
        var read = _harness.Log.Read(0, 1 << 20, FetchIsolation.HighWatermark, minOneMessage: true);

        _harness.CleanAll();
        _harness.Manager.DeleteScheduled(long.MaxValue);
        var bytes = new byte[read.Records.SizeInBytes];
        read.Records.Slice!.CopyTo(bytes);
        read.Release();

        Assert.Equal(before, bytes[..before.Length]);
        Assert.NotEqual(0, _harness.ReadAll()[0].Offset);
    }

    [Fact]
    public void Readers_between_any_two_batches_see_every_newest_record()
    {
        Fill();
        var newest = Newest();
        var looks = 0;

        _harness.Roll();
        while (_harness.Clean(_ => Look()) is not null)
            Look();

        Assert.InRange(looks, 10, int.MaxValue);

        void Look()
        {
            looks++;
            Assert.Equal(newest, Newest());
        }
    }

    [Fact]
    public void A_truncation_ends_the_pass_and_nothing_comes_back()
    {
        Fill();
        _harness.Roll();
        var truncated = false;

        var cleaned = _harness.Clean(_ => Once(ref truncated, () => _harness.Log.TruncateTo(5)));

        Assert.Null(cleaned);
        Assert.Equal(5, _harness.Log.LogEndOffset);
        Assert.Equal([0, 1, 2, 3, 4], _harness.ReadAll().Select(record => record.Offset));
        Assert.DoesNotContain(_harness.FileNames(), name => name.EndsWith(".cleaned", StringComparison.Ordinal));
        Assert.Empty(_harness.Manager.Cleaner.Uncleanable);
    }

    [Fact]
    public void A_cut_and_refilled_log_is_dirty_again_from_the_cut_on()
    {
        Fill();
        _harness.CleanAll();
        _harness.Log.TruncateTo(_harness.Log.LogEndOffset - 1);
        for (var i = 0; i < 10; i++)
            _harness.Put(("again", $"{i}"));

        _harness.CleanAll();

        Assert.Single(_harness.ReadAll(), record => record.Key == "again");
    }

    [Fact]
    public void Retention_during_a_pass_ends_it_and_the_next_one_succeeds()
    {
        var harness = new CleanerHarness(CleanerHarness.Compacted with
        {
            CleanupPolicy = CleanupPolicies.Compact | CleanupPolicies.Delete,
        });
        for (var i = 0; i < 20; i++)
            harness.Put(($"k{i % 3}", new string('v', 100)));
        harness.Roll();
        var deleted = false;

        var cleaned = harness.Clean(_ => Once(ref deleted, () =>
        {
            harness.Log.MaybeIncrementLogStartOffset(8);
            Assert.NotEqual(0, harness.Manager.CleanupLogs(harness.NowMs));
        }));

        Assert.Null(cleaned);
        harness.CleanAll();
        Assert.Equal(3, harness.ReadAll().Count);
    }

    [Fact]
    public void Deleting_the_partition_ends_the_pass_and_harms_no_directory()
    {
        Fill();
        _harness.Roll();
        var deleted = false;

        Assert.Null(_harness.Clean(_ => Once(ref deleted, () => _harness.Manager.Delete(CleanerHarness.Partition))));

        Assert.Null(_harness.Manager.Directories[0].Failure);
        Assert.Empty(_harness.Manager.Cleaner.Uncleanable);
        _harness.Manager.DeleteScheduled(long.MaxValue);
        Assert.Equal(0, _harness.Manager.DeletionsWaiting);
    }

    [Fact]
    public void A_pass_that_is_told_to_stop_changes_nothing()
    {
        Fill();
        _harness.Roll();
        var before = _harness.ReadAll();

        Assert.Throws<OperationCanceledException>(() => _harness.Clean(static _ => throw new OperationCanceledException()));

        Assert.Equal(before, _harness.ReadAll());
        Assert.DoesNotContain(_harness.FileNames(), name => name.EndsWith(".cleaned", StringComparison.Ordinal));
        Assert.NotNull(_harness.Clean());
    }

    [Fact]
    public void A_damaged_log_is_given_up_and_told_once_while_others_go_on()
    {
        var given = new List<UncleanableLog>();
        _harness.Manager.Cleaner.GaveUp += given.Add;
        Fill();
        _harness.Roll();
        _harness.Files.Damage("/data/t-0/00000000000000000000.log", 100);

        Assert.Null(_harness.Clean());
        Assert.Null(_harness.Clean());

        var uncleanable = Assert.Single(given);
        Assert.Contains("00000000000000000000.log: position 0", uncleanable.Cause.Message);
        Assert.Equal(uncleanable, Assert.Single(_harness.Manager.Cleaner.Uncleanable));
        Assert.Equal(_harness.Log.SizeInBytes, _harness.Manager.Cleaner.UncleanableBytes);
        Assert.Null(_harness.Manager.Directories[0].Failure);
        _harness.Manager.Delete(CleanerHarness.Partition);
        Assert.Empty(_harness.Manager.Cleaner.Uncleanable);
    }

    [Fact]
    public void A_full_disk_ends_the_pass_and_a_later_one_succeeds()
    {
        Fill();
        _harness.Roll();
        var used = Enumerable.Sum(_harness.Files.List("/data/t-0"), entry => entry.Length);
        _harness.Files.Capacity = used + 300;

        Assert.Null(_harness.Clean());
        Assert.Null(_harness.Manager.Directories[0].Failure);

        _harness.Files.Capacity = long.MaxValue;
        Assert.NotNull(_harness.Clean());
    }

    [Fact]
    public void A_compacted_log_is_whole_after_a_kill_though_its_indexes_are_gone_and_its_policy_is_another()
    {
        Fill();
        _harness.CleanAll();
        var before = _harness.ReadAll();
        foreach (var index in _harness.FileNames().Where(name => name.EndsWith("index", StringComparison.Ordinal)).ToList())
            _harness.Files.DeleteFile($"/data/t-0/{index}");

        _harness.Restart();

        Assert.Equal(before, _harness.ReadAll());
        Assert.Equal(0, _harness.Log.Recovery.BytesTruncated);
        Assert.Equal(0, _harness.Log.Recovery.SegmentsDropped);
    }

    [Fact]
    public void A_follower_that_copied_a_log_with_gaps_is_whole_after_a_kill()
    {
        Fill();
        _harness.CleanAll();
        var copied = _harness.Batches().SelectMany(batch => batch.Bytes.ToArray()).ToArray();
        var partition = new TopicIdPartition(new Uuid(0x4000, 9), new TopicPartition("copy", 0));
        var copy = _harness.Manager.GetOrCreate(partition, LogConfig.Default);
        copy.AppendAsFollower(copied);
        var end = copy.LogEndOffset;

        _harness.Restart();

        Assert.Equal(end, _harness.Manager.Get(partition.TopicPartition)!.LogEndOffset);
        Assert.Equal(0, _harness.Manager.Get(partition.TopicPartition)!.Recovery.BytesTruncated);
    }

    private void Fill()
    {
        for (var i = 0; i < 20; i++)
            _harness.Put(($"k{i % 3}", new string('v', 100) + i));
    }

    private Dictionary<string, string?> Newest() => _harness.ReadAll()
        .GroupBy(record => record.Key!).ToDictionary(records => records.Key, records => records.Last().Value);

    private static void Once(ref bool done, Action action)
    {
        if (done)
            return;
        done = true;
        action();
    }
}
