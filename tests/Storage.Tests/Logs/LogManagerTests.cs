using System.Text;
using Platform.Protocol;
using Platform.Storage;
using Platform.Testing;

namespace Platform.Storage.Tests.Logs;

public sealed partial class LogManagerTests
{
    private static readonly Uuid TopicId = Uuid.Parse("MkU3OEVBNTcwNTJENDM2Qg");
    private readonly MemoryFileSystem _files = new();

    public LogManagerTests() => Format("/data", directoryId: 1);

    [Fact]
    public void Logs_are_found_again_with_their_offsets_after_a_clean_shutdown()
    {
        var manager = Start();
        var log = manager.GetOrCreate(At("topic", 0), LogConfig.Default);
        log.AppendAsLeader(TestBatches.Of("a", "b"), 3, AppendOrigin.Client, 1000);
        log.UpdateHighWatermark(1);
        manager.GetOrCreate(At("my-topic", 12), LogConfig.Default);
        manager.Shutdown(brokerEpoch: 5);
        Assert.Equal("{\"version\":0,\"brokerEpoch\":5}", Text("/data/.kafka_cleanshutdown"));

        var again = Start(out var report);

        Assert.Equal((2, 0), (report.Logs, report.UncleanDirectories));
        Assert.Equal(["my-topic-12", "topic-0"], again.Logs.Select(found => found.TopicPartition.ToString()));
        var reopened = again.Get(new TopicPartition("topic", 0))!;
        Assert.Equal((2, 1, 3), (reopened.LogEndOffset, reopened.HighWatermark, reopened.LatestEpoch));
        Assert.Equal(TopicId, reopened.TopicId);
        Assert.False(_files.FileExists("/data/.kafka_cleanshutdown"));
    }

    [Fact]
    public void After_a_kill_logs_are_recovered_from_the_recovery_point()
    {
        var manager = Start();
        var log = manager.GetOrCreate(At("topic", 0), LogConfig.Default);
        for (var i = 0; i < 50; i++)
            log.AppendAsLeader(TestBatches.OfSize(5000, seed: i), 0, AppendOrigin.Client, 1000);
        log.Flush();
        manager.CheckpointRecoveryPoints();
        log.AppendAsLeader(TestBatches.Of("tail"), 0, AppendOrigin.Client, 1000);
        _files.Kill();

        var again = Start(out var report);

        Assert.Equal(1, report.UncleanDirectories);
        Assert.InRange(report.Recovery.BatchesChecked, 1, 3);
        Assert.Equal(51, again.Get(new TopicPartition("topic", 0))!.LogEndOffset);
        Assert.Equal("0\n1\ntopic 0 50\n", Text("/data/recovery-point-offset-checkpoint"));
    }

    [Fact]
    public void Checkpoints_hold_a_line_per_partition_in_order()
    {
        var manager = Start();
        foreach (var partition in new[] { 2, 0, 1 })
        {
            var log = manager.GetOrCreate(At("t", partition), LogConfig.Default);
            log.AppendAsLeader(TestBatches.Of("a", "b"), 0, AppendOrigin.Client, 1000);
            log.UpdateHighWatermark(partition);
            log.MaybeIncrementLogStartOffset(partition);
        }

        manager.CheckpointHighWatermarks();
        manager.CheckpointLogStartOffsets();

        Assert.Equal("0\n3\nt 0 0\nt 1 1\nt 2 2\n", Text("/data/replication-offset-checkpoint"));
        Assert.Equal("0\n2\nt 1 1\nt 2 2\n", Text("/data/log-start-offset-checkpoint"));
    }

    [Fact]
    public void The_log_start_offset_inside_of_a_segment_survives_a_restart()
    {
        var manager = Start();
        var log = manager.GetOrCreate(At("topic", 0), LogConfig.Default);
        log.AppendAsLeader(TestBatches.Of("a", "b", "c"), 0, AppendOrigin.Client, 1000);
        log.UpdateHighWatermark(3);
        log.MaybeIncrementLogStartOffset(2);
        manager.Shutdown();

        var again = Start().Get(new TopicPartition("topic", 0))!;

        Assert.Equal((2, 3), (again.LogStartOffset, again.LogEndOffset));
    }

    [Fact]
    public void A_deleted_log_is_renamed_at_once_and_removed_after_the_delay()
    {
        var manager = Start();
        var config = LogConfig.Default with { FileDeleteDelayMs = 1000 };
        manager.GetOrCreate(At("topic", 0), config).AppendAsLeader(TestBatches.Of("a"), 0, AppendOrigin.Client, 0);

        Assert.True(manager.Delete(new TopicPartition("topic", 0), nowMs: 5000));

        Assert.Null(manager.Get(new TopicPartition("topic", 0)));
        Assert.False(_files.DirectoryExists("/data/topic-0"));
        Assert.Contains(_files.List("/data"), entry => entry.Name.StartsWith("topic-0.", StringComparison.Ordinal) &&
            entry.Name.EndsWith("-delete", StringComparison.Ordinal));
        Assert.Equal(0, manager.DeleteScheduled(5999));
        Assert.Equal(1, manager.DeleteScheduled(6000));
        Assert.DoesNotContain(_files.List("/data"), entry => entry.IsDirectory);
        Assert.False(manager.Delete(new TopicPartition("topic", 0), nowMs: 7000));
    }

    [Fact]
    public void A_recreated_topic_starts_empty_even_when_the_old_checkpoints_are_still_there()
    {
        var manager = Start();
        var log = manager.GetOrCreate(At("topic", 0), LogConfig.Default);
        log.AppendAsLeader(TestBatches.Of("a", "b"), 0, AppendOrigin.Client, 1000);
        log.UpdateHighWatermark(2);
        log.MaybeIncrementLogStartOffset(1);
        manager.Shutdown();
        manager = Start();

        manager.Delete(new TopicPartition("topic", 0), nowMs: 0);
        var recreated = manager.GetOrCreate(
            new TopicIdPartition(Uuid.Parse("AAAAAAAAAAAAAAAAAAAAAg"), new TopicPartition("topic", 0)),
                LogConfig.Default);

        Assert.Equal((0, 0, 0), (recreated.LogStartOffset, recreated.HighWatermark, recreated.LogEndOffset));
    }

    [Fact]
    public void A_log_of_another_incarnation_of_the_topic_is_not_handed_out()
    {
        var manager = Start();
        manager.GetOrCreate(At("topic", 0), LogConfig.Default);

        var error = Assert.Throws<LogDirectoryException>(() => manager.GetOrCreate(
            new TopicIdPartition(Uuid.Parse("AAAAAAAAAAAAAAAAAAAAAg"), new TopicPartition("topic", 0)),
                LogConfig.Default));

        Assert.Contains(TopicId.ToString(), error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Directories_on_their_way_out_are_deleted_after_a_restart_and_strays_are_left_alone()
    {
        var manager = Start();
        manager.GetOrCreate(At("gone", 0), LogConfig.Default);
        manager.GetOrCreate(At("stray", 0), LogConfig.Default);
        manager.Delete(new TopicPartition("gone", 0), nowMs: 0);
        manager.MarkStray(new TopicPartition("stray", 0));
        _files.Kill();

        var again = Start(out var report);

        Assert.Equal(0, report.Logs);
        Assert.Equal(1, again.DeleteScheduled(nowMs: 0));
        Assert.EndsWith(
            "-stray", Assert.Single(_files.List("/data"), entry => entry.IsDirectory).Name, StringComparison.Ordinal);
    }

    [Fact]
    public void A_directory_has_one_owner()
    {
        using var manager = Start();

        var error = Assert.Throws<LogDirectoryException>(() => Start());

        Assert.Contains("/data is in use", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_directory_that_is_not_formatted_or_of_another_cluster_or_node_is_refused()
    {
        _files.CreateDirectory("/raw");

        Refused("/raw is not formatted", Options("/raw"));
        Refused("/none is not formatted", Options("/none"));
        Refused("belongs to cluster 'cluster'", Options("/data") with { ClusterId = "other" });
        Refused("belongs to node 1, but node.id is 2", Options("/data") with { NodeId = 2 });
        void Refused(string problem, LogManagerOptions options) => Assert.Contains(problem,
            Assert.Throws<LogDirectoryException>(() => new LogManager(_files, options)).Message,
                StringComparison.Ordinal);
    }

    [Fact]
    public void A_refused_directory_lets_go_of_the_locks_of_the_others()
    {
        Assert.Throws<LogDirectoryException>(() => new LogManager(_files, Options("/data", "/none")));

        Start().Dispose();
    }

    [Fact]
    public void Copies_of_a_directory_are_refused()
    {
        Format("/copy", directoryId: 1);

        var error = Assert.Throws<LogDirectoryException>(() => new LogManager(_files, Options("/data", "/copy")));

        Assert.Contains("same directory.id", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Closed_segments_are_flushed_in_the_background_and_flush_ms_reaches_the_newest()
    {
        var manager = Start();
        var log = manager.GetOrCreate(At("t", 0), LogConfig.Default with { SegmentBytes = 1000, FlushMs = 500 });
        for (var i = 0; i < 3; i++)
            log.AppendAsLeader(TestBatches.OfSize(700, seed: i), 0, AppendOrigin.Client, nowMs: 1000);

        manager.FlushDirtyLogs(nowMs: 1499);
        Assert.Equal(2, log.RecoveryPoint);
        manager.FlushDirtyLogs(nowMs: 1500);

        Assert.Equal(3, log.RecoveryPoint);
    }

    [Fact]
    public void Retention_runs_over_every_log()
    {
        var manager = Start();
        var config = LogConfig.Default with { SegmentBytes = 1000, RetentionBytes = 0, RetentionMs = -1 };
        foreach (var partition in new[] { 0, 1 })
        {
            var log = manager.GetOrCreate(At("t", partition), config);
            for (var i = 0; i < 3; i++)
                log.AppendAsLeader(TestBatches.OfSize(700, seed: i), 0, AppendOrigin.Client, nowMs: 1000);
            log.UpdateHighWatermark(3);
        }

        Assert.Equal(6, manager.CleanupLogs(nowMs: 1000));
        Assert.All(manager.Logs, log => Assert.Equal(3, log.LogStartOffset));
    }

    [Fact]
    public void A_thousand_idle_partitions_open_without_touching_their_files_and_close_without_a_flush()
    {
        var manager = Start();
        for (var i = 0; i < 1000; i++)
            manager.GetOrCreate(At("t", i), LogConfig.Default);
        manager.Shutdown();
        _files.Operations.Clear();

        var again = Start(out var report);
        Assert.Equal(1000, report.Logs);
        var opened = _files.Operations.GetValueOrDefault(DiskOperation.Open);
        again.Shutdown();

        // partition.metadata is read; nothing else of a partition is opened.
        Assert.InRange(opened, 1000, 1010);
        Assert.InRange(_files.Operations.GetValueOrDefault(DiskOperation.Flush), 0, 5);
    }

    [Fact]
    public void Many_written_logs_are_flushed_together_at_shutdown_and_survive_a_power_cut()
    {
        var manager = Start();
        for (var i = 0; i < 40; i++)
            manager.GetOrCreate(At("t", i), LogConfig.Default)
                .AppendAsLeader(TestBatches.Of("a", "b"), 0, AppendOrigin.Client, 1000);
        _files.Operations.Clear();

        manager.Shutdown();
        _files.Crash();

        Assert.InRange(_files.Operations[DiskOperation.Flush], 1, 6);
        var again = Start(out var report);
        Assert.Equal((40, 0), (report.Logs, report.UncleanDirectories));
        Assert.All(again.Logs, log => Assert.Equal((2, 2), (log.LogEndOffset, log.RecoveryPoint)));
    }

    [Fact]
    public void A_shutdown_whose_flush_fails_is_not_clean()
    {
        var manager = Start();
        for (var i = 0; i < 40; i++)
            manager.GetOrCreate(At("t", i), LogConfig.Default)
                .AppendAsLeader(TestBatches.Of("a"), 0, AppendOrigin.Client, 1000);
        _files.Fault = (operation, _) => operation == DiskOperation.Flush ? new IOException("EIO") : null;

        manager.Shutdown();
        _files.Fault = null;

        Assert.False(_files.FileExists("/data/.kafka_cleanshutdown"));
        Start(out var report);
        Assert.Equal(40, report.Recovery.BatchesChecked);
    }

    [Fact]
    public void A_damaged_recovery_checkpoint_means_that_everything_is_checked()
    {
        var manager = Start();
        manager.GetOrCreate(At("t", 0), LogConfig.Default).AppendAsLeader(
            TestBatches.Of("a"), 0, AppendOrigin.Client, 0);
        manager.CheckpointRecoveryPoints();
        _files.Kill();
        _files.WriteAllBytes("/data/recovery-point-offset-checkpoint", "damaged"u8.ToArray());

        var again = Start(out var report);

        Assert.Equal(1, report.Recovery.BatchesChecked);
        Assert.Equal(1, again.Logs[0].LogEndOffset);
    }

    [Fact]
    public void A_truncation_lowers_the_recovery_point_on_disk_so_that_a_torn_tail_behind_it_is_cut()
    {
        var manager = Start();
        var log = manager.GetOrCreate(At("t", 0), LogConfig.Default);
        for (var i = 0; i < 10; i++)
            log.AppendAsLeader(TestBatches.Of("flushed"), 0, AppendOrigin.Client, 0);
        log.Flush();
        manager.CheckpointRecoveryPoints();
        log.TruncateTo(5);
        log.AppendAsLeader(TestBatches.Of("torn"), 1, AppendOrigin.Client, 0);
        _files.Kill();
        _files.Damage("/data/t-0/00000000000000000000.log", _files.ReadAllBytes("/data/t-0/00000000000000000000.log").Length - 1);

        var again = Start(out var report);

        Assert.Equal(5, again.Logs[0].LogEndOffset);
        Assert.InRange(report.Recovery.BytesTruncated, 1, 100);
    }

    [Fact]
    public void A_partition_made_anew_does_not_inherit_the_recovery_point_of_the_deleted_one_when_it_crashes()
    {
        var manager = Start();
        var log = manager.GetOrCreate(At("t", 0), LogConfig.Default);
        for (var i = 0; i < 10; i++)
            log.AppendAsLeader(TestBatches.Of("old"), 0, AppendOrigin.Client, 0);
        log.Flush();
        manager.CheckpointRecoveryPoints();
        manager.Delete(new TopicPartition("t", 0));
        manager.GetOrCreate(At("t", 0), LogConfig.Default).AppendAsLeader(TestBatches.Of("new"), 0, AppendOrigin.Client, 0);
        _files.Kill();

        Start(out var report);

        Assert.Equal(1, report.Recovery.BatchesChecked);
    }

    private static TopicIdPartition At(string topic, int partition) =>
        new(TopicId, new TopicPartition(topic, partition));

    private LogManager Start() => Start(out _);

    private LogManager Start(out LoadReport report)
    {
        var manager = new LogManager(_files, Options("/data"));
        report = manager.LoadLogs(nowMs: 1000);
        return manager;
    }

    private static LogManagerOptions Options(params string[] directories) => new()
    {
        LogDirectories = directories,
        ClusterId = "cluster",
        NodeId = 1,
        RecoveryThreads = 1,
    };

    private void Format(string directory, long directoryId) =>
        new MetaProperties("cluster", 1, new Uuid(0x4000, directoryId)).Write(_files, directory);

    private string Text(string path) => Encoding.UTF8.GetString(_files.ReadAllBytes(path));
}
