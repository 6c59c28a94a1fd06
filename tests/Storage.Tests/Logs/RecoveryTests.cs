using Platform.Protocol;
using Platform.Protocol.Records;
using Platform.Storage;
using Platform.Testing;

namespace Platform.Storage.Tests.Logs;

/// <summary>What is left of a log after its process was killed, its machine lost power, or its disk rotted: a prefix of
/// what was written, never anything else, and at least what was flushed.</summary>
public sealed class RecoveryTests
{
    private const string FirstLog = "/data/topic-0/00000000000000000000.log";
    private const string FirstIndex = "/data/topic-0/00000000000000000000.index";

    [Fact]
    public void After_a_clean_end_everything_is_there_and_nothing_is_checked()
    {
        var harness = new LogHarness(LogConfig.Default with { SegmentBytes = 3000 });
        harness.AppendMany(20);

        harness.Restart();

        Assert.Equal(20, harness.ReadAll().Count);
        Assert.Equal(default, harness.Log.Recovery);
        Assert.Equal(20, harness.Append("next").FirstOffset);
    }

    [Fact]
    public void After_a_kill_everything_written_is_there_and_indexes_are_made_again()
    {
        var harness = new LogHarness(LogConfig.Default with { SegmentBytes = 30_000, IndexIntervalBytes = 700 });
        harness.AppendMany(100);

        harness.KillAndRestart();

        Assert.Equal(100, harness.ReadAll(maxBytes: 1000).Count);
        Assert.Equal(100, harness.Log.Recovery.BatchesChecked);
        Assert.Equal(0, harness.Log.Recovery.BytesTruncated);
    }

    [Fact]
    public void Indexes_made_again_are_the_same_bytes_as_those_written_while_appending()
    {
        var config = LogConfig.Default with { IndexIntervalBytes = 700, SegmentMs = long.MaxValue };
        var harness = new LogHarness(config);
        for (var i = 0; i < 50; i++)
            harness.Append(TestBatches.OfSize(300, seed: i, timestamp: 1000 + i % 7 * 100 + i), nowMs: 2000);
        harness.Log.Close();
        var (index, times) = (harness.Files.ReadAllBytes(FirstIndex),
            harness.Files.ReadAllBytes(FirstIndex.Replace(".index", ".timeindex")));
        harness.Files.DeleteFile(FirstIndex);

        harness.KillAndRestart();
        harness.Log.Close();

        Assert.Equal(index, harness.Files.ReadAllBytes(FirstIndex));
        Assert.Equal(times, harness.Files.ReadAllBytes(FirstIndex.Replace(".index", ".timeindex")));
    }

    [Fact]
    public void Recovery_checks_only_what_was_written_since_the_last_flush()
    {
        var harness = new LogHarness(LogConfig.Default with { IndexIntervalBytes = 700 });
        harness.AppendMany(100);
        harness.Log.Flush();
        harness.RecoveryPoint = harness.Log.RecoveryPoint;
        harness.AppendMany(10);

        harness.KillAndRestart();

        Assert.Equal(110, harness.ReadAll().Count);
        Assert.InRange(harness.Log.Recovery.BatchesChecked, 10, 13);
    }

    [Theory, InlineData(1), InlineData(30), InlineData(61), InlineData(100)]
    public void A_torn_tail_is_cut_in_front_of_the_batch_that_is_not_whole(int bytesThere)
    {
        var harness = new LogHarness();
        harness.Append("a");
        harness.Append("b");
        var whole = harness.Files.ReadAllBytes(FirstLog);
        harness.Files.WriteAllBytes(
            FirstLog, [.. whole, .. TestBatches.Replicated(2, 0, new string('c', 200))[..bytesThere]]);

        harness.KillAndRestart();

        Assert.Equal([(0, "a"), (1, "b")], harness.ReadAll());
        Assert.Equal(bytesThere, harness.Log.Recovery.BytesTruncated);
        Assert.Equal(whole, harness.Files.ReadAllBytes(FirstLog));
        Assert.Equal(2, harness.Append("c").FirstOffset);
    }

    [Fact]
    public void Damage_in_an_unflushed_segment_drops_the_segments_behind_it()
    {
        var harness = new LogHarness(LogConfig.Default with { SegmentBytes = 2000 });
        harness.AppendMany(12);
        harness.Files.Damage("/data/topic-0/00000000000000000003.log", 700);

        harness.KillAndRestart();

        Assert.Equal(4, harness.Log.LogEndOffset);
        Assert.Equal(2, harness.Log.SegmentCount);
        Assert.Equal(2, harness.Log.Recovery.SegmentsDropped);
        Assert.Equal(4, harness.Append("next").FirstOffset);
    }

    [Fact]
    public void Damage_below_the_recovery_point_is_refused_and_the_message_says_what_to_do()
    {
        var harness = new LogHarness();
        harness.AppendMany(10);
        harness.Log.Flush();
        harness.RecoveryPoint = harness.Log.RecoveryPoint;
        harness.AppendMany(2);
        harness.Log.Close();
        var before = harness.Files.ReadAllBytes(FirstLog);
        harness.Files.DeleteFile(FirstIndex);
        harness.Files.Damage(FirstLog, 1800);

        var error = Assert.Throws<CorruptLogException>(harness.KillAndRestart);

        Assert.Contains("where offset 3 should be", error.Message);
        Assert.Contains("recovery-point-offset-checkpoint", error.Message);
        Assert.Equal(before.Length, harness.Files.ReadAllBytes(FirstLog).Length);
        harness.RecoveryPoint = 0;
        harness.KillAndRestart();
        Assert.Equal(3, harness.Log.LogEndOffset);
    }

    [Theory]
    [InlineData("delete")]
    [InlineData("cut")]
    [InlineData("zeros")]
    [InlineData("odd")]
    public void A_missing_or_damaged_index_is_made_again(string damage)
    {
        var harness = new LogHarness(LogConfig.Default with { IndexIntervalBytes = 700 });
        harness.AppendMany(50);
        harness.Restart();
        var index = harness.Files.ReadAllBytes(FirstIndex);
        harness.Log.Close();
        switch (damage)
        {
            case "delete": harness.Files.DeleteFile(FirstIndex); break;
            case "cut": harness.Files.WriteAllBytes(FirstIndex, index[..^3]); break;
            case "zeros": harness.Files.WriteAllBytes(FirstIndex, [.. index, .. new byte[800]]); break;
            case "odd": harness.Files.WriteAllBytes(
                FirstIndex, [.. index[..8], .. new byte[] { 0x7f, 1, 1, 1, 0x7f, 1, 1, 1 }]); break;
        }

        harness.Restart();

        Assert.Equal(50, harness.ReadAll(maxBytes: 900).Count);
        Assert.Equal(1, harness.Log.Recovery.IndexesRebuilt);
        Assert.Equal(index, harness.Files.ReadAllBytes(FirstIndex));
    }

    [Theory, InlineData(1), InlineData(2), InlineData(3), InlineData(4), InlineData(5), InlineData(6), InlineData(7),
        InlineData(8)]
    public void A_power_cut_loses_at_most_what_was_not_flushed_and_never_invents(int seed)
    {
        var random = new Random(seed);
        var harness = new LogHarness(LogConfig.Default with { SegmentBytes = 4000, IndexIntervalBytes = 500 });
        var written = new List<string>();
        for (var round = 0; round < 30; round++)
        {
            for (var i = random.Next(12); i > 0; i--)
            {
                written.Add($"{round}-{i}-{new string('x', random.Next(600))}");
                harness.Append(written[^1]);
            }
            var flushed = 0L;
            if (random.Next(2) == 0)
            {
                harness.Log.Flush();
                flushed = harness.RecoveryPoint = harness.Log.RecoveryPoint;
            }
            else
            {
                flushed = harness.RecoveryPoint;
            }

            harness.CrashAndRestart(random.Next(3) == 0 ? null : random);

            var left = harness.ReadAll();
            Assert.InRange(left.Count, flushed, written.Count);
            Assert.Equal(written.Take(left.Count), left.Select(value => value.Value));
            written = [.. written.Take(left.Count)];
        }
    }

    /// <summary>Goal: whatever is done to a log, a power cut leaves what it was at one moment since the last flush,
    /// perhaps shorter. Method: a model remembers every state since then.</summary>
    [Theory, InlineData(1), InlineData(2), InlineData(3), InlineData(4), InlineData(5), InlineData(6), InlineData(189)]
    public void A_power_cut_among_appends_truncations_and_rolls_leaves_a_state_that_was(int seed)
    {
        var random = new Random(seed);
        var harness = new LogHarness(LogConfig.Default with { SegmentBytes = 1500, IndexIntervalBytes = 200 });
        var current = new List<string>();
        for (var round = 0; round < 40; round++)
        {
            var states = new List<List<string>> { new(current) };
            for (var step = random.Next(15); step >= 0; step--)
            {
                Step(harness, random, current, $"{round}-{step}", states);
                states.Add([.. current]);
            }

            harness.CrashAndRestart(random.Next(3) == 0 ? null : random);

            var left = harness.ReadAll().Select(value => value.Value).ToList();
            Assert.Contains(states, state => state.Count >= left.Count && state.Take(left.Count).SequenceEqual(left));
            Assert.InRange(left.Count, harness.RecoveryPoint, int.MaxValue);
            current = left;
        }
    }

    private static void Step(
        LogHarness harness, Random random, List<string> current, string value, List<List<string>> states)
    {
        switch (random.Next(8))
        {
            case 0:
                var cut = random.Next(current.Count + 1);
                harness.Log.TruncateTo(cut);
                harness.RecoveryPoint = Math.Min(harness.RecoveryPoint, cut);
                current.RemoveRange(cut, current.Count - cut);
                break;
            case 1:
                harness.Log.Flush();
                harness.RecoveryPoint = harness.Log.RecoveryPoint;
                states.Clear();
                break;
            case 2:
                harness.Log.Roll();
                break;
            default:
                current.Add(value + new string('x', random.Next(4) * 100));
                harness.Append(current[^1]);
                break;
        }
    }

    [Theory, InlineData(1), InlineData(2), InlineData(3), InlineData(4), InlineData(5), InlineData(6)]
    public void One_damaged_byte_anywhere_gives_a_valid_prefix_or_everything(int seed)
    {
        var random = new Random(seed);
        for (var round = 0; round < 40; round++)
        {
            var harness = new LogHarness(LogConfig.Default with { SegmentBytes = 3000, IndexIntervalBytes = 300 });
            var written = new List<string>();
            for (var i = 0; i < 30; i++)
            {
                written.Add($"{i}-{new string('x', random.Next(300))}");
                harness.Append(written[^1]);
            }
            harness.Log.Close();
            var files = harness.Files.List(LogHarness.Path).Where(file => file.Length > 0).ToList();
            var file = files[random.Next(files.Count)];
            harness.Files.Damage(
                $"{LogHarness.Path}/{file.Name}", random.Next((int)file.Length), (byte)random.Next(1, 256));

            harness.KillAndRestart();

            var left = harness.ReadAll(maxBytes: 1000);
            Assert.Equal(written.Take(left.Count), left.Select(value => value.Value));
            Assert.True(file.Name.EndsWith(".log", StringComparison.Ordinal) || left.Count == written.Count, file.Name);
            Assert.Equal(left.Count, harness.Append("next").FirstOffset);
        }
    }

    [Fact]
    public void Damage_in_the_middle_of_a_closed_log_is_an_error_and_never_a_gap()
    {
        var harness = new LogHarness(LogConfig.Default with { SegmentBytes = 3000 });
        harness.AppendMany(12);
        var size = harness.Log.SizeInBytes / 12;
        harness.Restart();
        harness.Files.Damage(FirstLog, 2 * size + 8, flip: 0x40);

        var before = harness.Log.Read(0, (int)size, FetchIsolation.LogEnd, minOneMessage: true);
        var damaged = harness.Log.Read(3, 1 << 20, FetchIsolation.LogEnd, minOneMessage: true);

        Assert.Equal(0, TestBatches.Values(LogHarness.Copy(before))[0].Offset);
        Assert.Equal(ErrorCode.CorruptMessage, damaged.Error);
        Assert.Equal(5, TestBatches.Values(harness.Read(5))[0].Offset);
    }

    [Fact]
    public void A_damaged_tail_after_a_clean_end_is_refused_with_file_and_place()
    {
        var harness = new LogHarness();
        harness.Append("a");
        harness.Append("b");
        harness.Log.Close();
        harness.Files.Damage(FirstLog, RecordBatchHeader.MagicPosition);

        var error = Assert.Throws<CorruptLogException>(() => harness.Open(wasClean: true));

        Assert.StartsWith($"{FirstLog}: the batch at 0 of ", error.Message, StringComparison.Ordinal);
        Assert.Contains(".kafka_cleanshutdown", error.Message, StringComparison.Ordinal);
        Assert.Equal(0, harness.Open(wasClean: false).LogEndOffset);
    }

    [Fact]
    public void Leader_epochs_that_were_not_yet_written_are_found_in_the_batches()
    {
        var harness = new LogHarness();
        harness.Append(TestBatches.Of("a"), epoch: 1);
        harness.Append(TestBatches.Of("b"), epoch: 4);

        harness.KillAndRestart();

        Assert.Equal(4, harness.Log.LatestEpoch);
        Assert.Equal((1, 1), harness.Log.EndOffsetForEpoch(2));
    }

    [Fact]
    public void A_damaged_leader_epoch_file_is_made_again()
    {
        var harness = new LogHarness();
        harness.Append(TestBatches.Of("a"), epoch: 1);
        harness.Append(TestBatches.Of("b"), epoch: 4);
        harness.Log.Close();
        harness.Files.WriteAllBytes("/data/topic-0/leader-epoch-checkpoint", "nonsense"u8.ToArray());

        harness.Restart();

        Assert.Equal((1, 1), harness.Log.EndOffsetForEpoch(2));
    }

    [Fact]
    public void Leftovers_of_deletion_and_compaction_are_removed_or_finished()
    {
        var harness = new LogHarness();
        harness.Append("a", "b");
        harness.Append("c");
        harness.Log.Close();
        harness.Files.WriteAllBytes("/data/topic-0/00000000000000000009.log.deleted", [1]);
        harness.Files.WriteAllBytes("/data/topic-0/00000000000000000009.index", [1]);
        harness.Files.WriteAllBytes("/data/topic-0/00000000000000000002.log.cleaned", [1]);
        harness.Files.WriteAllBytes("/data/topic-0/00000000000000000003.log.swap", [1]);
        harness.Files.WriteAllBytes("/data/topic-0/00000000000000000000.log.swap",
            [.. TestBatches.Replicated(0, 0, "A", "b"), .. TestBatches.Replicated(2, 0, "C")]);

        harness.KillAndRestart();

        Assert.Equal([(0, "A"), (1, "b"), (2, "C")], harness.ReadAll());
        Assert.DoesNotContain(harness.Files.List(LogHarness.Path), entry =>
            entry.Name.EndsWith(".deleted", StringComparison.Ordinal) ||
                entry.Name.EndsWith(".cleaned", StringComparison.Ordinal) ||
            entry.Name.EndsWith(".swap", StringComparison.Ordinal) ||
                entry.Name.StartsWith("00000000000000000009", StringComparison.Ordinal));
    }

    [Fact]
    public void A_log_that_ends_before_its_start_offset_begins_anew_there()
    {
        var harness = new LogHarness();
        harness.AppendMany(10);
        harness.LogStartOffset = 8;
        harness.Files.Damage(FirstLog, 100);

        harness.KillAndRestart();

        Assert.Equal((8, 8), (harness.Log.LogStartOffset, harness.Log.LogEndOffset));
        Assert.Equal(8, harness.Append("next").FirstOffset);
    }

    [Fact]
    public void Opening_an_empty_log_reads_and_flushes_next_to_nothing()
    {
        var harness = new LogHarness();
        harness.Log.Close();
        harness.Files.Operations.Clear();

        harness.Restart();
        harness.Log.Close();

        Assert.False(harness.Files.Operations.ContainsKey(DiskOperation.Read));
        Assert.False(harness.Files.Operations.ContainsKey(DiskOperation.Flush));
        Assert.False(harness.Files.Operations.ContainsKey(DiskOperation.Open));
    }
}
