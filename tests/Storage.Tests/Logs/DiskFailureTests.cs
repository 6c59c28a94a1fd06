using Platform.Protocol;
using Platform.Storage;
using Platform.Testing;

namespace Platform.Storage.Tests.Logs;

/// <summary>A full disk refuses and goes on; a disk that fails takes its directory offline.</summary>
public sealed class DiskFailureTests
{
    [Theory, InlineData(0), InlineData(1), InlineData(70), InlineData(400)]
    public void A_full_disk_refuses_the_append_and_leaves_the_log_as_it_was(int roomLeft)
    {
        var harness = new LogHarness();
        harness.Append("a");
        var before = harness.Files.ReadAllBytes("/data/topic-0/00000000000000000000.log");
        harness.Files.Capacity = before.Length + roomLeft;

        var refused = harness.Append(TestBatches.OfSize(500));

        Assert.Equal(ErrorCode.KafkaStorageError, refused.Error);
        Assert.Contains("No space is left", refused.ErrorMessage, StringComparison.Ordinal);
        Assert.Equal(before, harness.Files.ReadAllBytes("/data/topic-0/00000000000000000000.log"));
        Assert.Null(harness.Directory.Failure);
        harness.Files.Capacity = long.MaxValue;
        Assert.Equal(1, harness.Append("b").FirstOffset);
        Assert.Equal([(0, "a"), (1, "b")], harness.ReadAll());
    }

    [Theory, InlineData(1), InlineData(2), InlineData(106)]
    public void A_disk_that_fills_up_at_any_moment_loses_nothing_that_was_acknowledged(int seed)
    {
        var random = new Random(seed);
        var harness = new LogHarness(LogConfig.Default with { SegmentBytes = 3000, IndexIntervalBytes = 1 });
        var acknowledged = new List<(long, string)>();
        for (var i = 0; i < 400; i++)
        {
            harness.Files.Capacity = random.Next(4) == 0 ? Used(harness) + random.Next(400) : long.MaxValue;
            var value = $"{i}-{new string('x', random.Next(200))}";
            var appended = harness.Append(value);
            if (appended.Error == ErrorCode.None)
                acknowledged.Add((appended.FirstOffset, value));
        }
        harness.Files.Capacity = long.MaxValue;

        Assert.Equal(acknowledged, harness.ReadAll());
        harness.KillAndRestart();
        Assert.Equal(acknowledged, harness.ReadAll());
        Assert.InRange(acknowledged.Count, 250, 399);
    }

    [Fact]
    public void A_failed_write_takes_the_directory_offline_and_names_it()
    {
        var harness = new LogHarness();
        harness.Append("a");
        KafkaStorageException? told = null;
        harness.Directory.Failed += failure => told = failure;
        harness.Files.Fault = (operation, _) => operation == DiskOperation.Write ? new IOException("EIO") : null;

        var error = Assert.Throws<KafkaStorageException>(() => harness.Append("b"));
        harness.Files.Fault = null;

        Assert.Equal("/data", error.LogDirectory);
        Assert.Same(told, harness.Directory.Failure);
        Assert.Throws<KafkaStorageException>(() => harness.Append("c"));
        Assert.Throws<KafkaStorageException>(() => harness.Log.Read(0, 1, FetchIsolation.LogEnd, true));
        harness.KillAndRestart();
        Assert.Equal([(0, "a")], harness.ReadAll());
    }

    [Fact]
    public void A_failed_flush_is_never_repeated_into_success()
    {
        var harness = new LogHarness();
        harness.Append("a");
        harness.Files.Fault = (operation, _) => operation == DiskOperation.Flush ? new IOException("EIO") : null;

        Assert.Throws<KafkaStorageException>(harness.Log.Flush);
        harness.Files.Fault = null;

        Assert.Throws<KafkaStorageException>(harness.Log.Flush);
        Assert.Equal(0, harness.Log.RecoveryPoint);
    }

    [Fact]
    public void Flush_messages_flushes_after_so_many_records()
    {
        var harness = new LogHarness(LogConfig.Default with { FlushMessages = 3 });

        harness.Append("a", "b");
        Assert.Equal(0, harness.Log.RecoveryPoint);
        harness.Append("c");

        Assert.Equal(3, harness.Log.RecoveryPoint);
        harness.CrashAndRestart();
        Assert.Equal(3, harness.ReadAll().Count);
    }

    [Fact]
    public void A_flush_of_the_newest_segment_is_one_flush_and_its_indexes_follow_when_it_is_closed()
    {
        var harness = new LogHarness(LogConfig.Default with { IndexIntervalBytes = 1 });
        harness.Append("a");
        harness.Log.Flush();
        harness.AppendMany(5);
        harness.Files.Operations.Clear();

        harness.Log.Flush();
        Assert.Equal(1, harness.Files.Operations[DiskOperation.Flush]);
        Assert.False(harness.Log.NeedsFlush(nowMs: 1000));
        harness.Log.Roll();

        Assert.True(harness.Log.NeedsFlush(nowMs: 1000));
        harness.Log.FlushDirty(nowMs: 1000);
        Assert.Equal(3, harness.Files.Operations[DiskOperation.Flush]);
        Assert.False(harness.Log.NeedsFlush(nowMs: 1000));
    }

    private static long Used(LogHarness harness) =>
        harness.Files.List(LogHarness.Path).Sum(file => file.Length);
}
