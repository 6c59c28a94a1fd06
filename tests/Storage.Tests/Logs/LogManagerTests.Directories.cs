using Platform.Protocol;
using Platform.Storage;
using Platform.Testing;

namespace Platform.Storage.Tests.Logs;

/// <content>Several log directories, of which one fails.</content>
public sealed partial class LogManagerTests
{
    [Fact]
    public void A_failing_directory_goes_offline_and_the_others_serve()
    {
        Format("/data2", directoryId: 2);
        var manager = new LogManager(_files, Options("/data", "/data2"));
        manager.LoadLogs(nowMs: 0);
        var (first, second) =
            (manager.GetOrCreate(At("t", 0), LogConfig.Default), manager.GetOrCreate(At("t", 1), LogConfig.Default));
        Assert.Equal(("/data/t-0", "/data2/t-1"), (first.DirectoryPath, second.DirectoryPath));
        var offline = new List<string>();
        manager.LogDirectoryFailed += (directory, _) => offline.Add(directory.Path);
        _files.Fault = (operation, path) =>
            operation == DiskOperation.Write &&
                path.StartsWith("/data/", StringComparison.Ordinal) ? new IOException("EIO") : null;

        Assert.Throws<KafkaStorageException>(
            () => first.AppendAsLeader(TestBatches.Of("a"), 0, AppendOrigin.Client, 0));
        Assert.Equal(ErrorCode.None, second.AppendAsLeader(TestBatches.Of("a"), 0, AppendOrigin.Client, 0).Error);
        manager.CheckpointRecoveryPoints();
        manager.FlushDirtyLogs(nowMs: 1);
        var third = manager.GetOrCreate(At("t", 2), LogConfig.Default);
        manager.Shutdown();

        Assert.Equal(["/data"], offline);
        Assert.Equal("/data2", third.LogDirectory.Path);
        Assert.False(_files.FileExists("/data/.kafka_cleanshutdown"));
        Assert.True(_files.FileExists("/data2/.kafka_cleanshutdown"));
    }

    [Fact]
    public void A_partition_is_placed_only_where_it_may_lie()
    {
        Format("/metadata", directoryId: 2);
        using var manager = new LogManager(_files, Options("/data", "/metadata") with
        {
            MayHold = static (partition, directory) =>
                directory == (partition.Topic == "__cluster_metadata" ? "/metadata" : "/data"),
        });
        manager.LoadLogs(nowMs: 0);

        string[] topics = ["__cluster_metadata", "a", "b", "c"];
        var places = topics.Select(topic => manager.GetOrCreate(At(topic, 0), LogConfig.Default).DirectoryPath);

        Assert.Equal(["/metadata/__cluster_metadata-0", "/data/a-0", "/data/b-0", "/data/c-0"], places);
    }

    [Fact]
    public void A_directory_that_cannot_be_read_at_the_start_is_offline_and_the_others_serve()
    {
        Format("/data2", directoryId: 2);
        var before = new LogManager(_files, Options("/data", "/data2"));
        before.LoadLogs(nowMs: 0);
        for (var i = 0; i < 4; i++)
            before.GetOrCreate(At("t", i), LogConfig.Default).AppendAsLeader(TestBatches.Of("a"), 0, AppendOrigin.Client, 0);
        _files.Kill();
        _files.Fault = (operation, path) => operation == DiskOperation.Read &&
            path == "/data/t-2/00000000000000000000.log" ? new IOException("EIO") : null;
        var offline = new List<string>();
        var manager = new LogManager(_files, Options("/data", "/data2"));
        manager.LogDirectoryFailed += (directory, _) => offline.Add(directory.Path);

        var report = manager.LoadLogs(nowMs: 0);

        Assert.Equal(["/data"], offline);
        Assert.Equal(2, report.Logs);
        Assert.Equal(["t-1", "t-3"], manager.Logs.Select(log => log.TopicPartition.ToString()));
        Assert.Equal(ErrorCode.None, manager.Logs[0].AppendAsLeader(TestBatches.Of("b"), 0, AppendOrigin.Client, 0).Error);
    }

    [Fact]
    public void A_directory_that_does_not_even_say_whose_it_is_is_offline_and_what_lies_there_is_not_made_anew()
    {
        Format("/data2", directoryId: 2);
        _files.Fault = static (operation, path) => operation == DiskOperation.Open &&
            path.StartsWith("/data/", StringComparison.Ordinal) ? new IOException("EIO") : null;

        using var manager = new LogManager(_files, Options("/data", "/data2"));
        var report = manager.LoadLogs(nowMs: 0);

        Assert.Equal((0, -1), (report.Logs, manager.PreviousBrokerEpoch));
        Assert.NotNull(manager.Directories[0].Failure);
        Assert.Throws<KafkaStorageException>(
            () => manager.GetOrCreate(At("t", 0), LogConfig.Default, directoryId: new Uuid(0x4000, 77)));
        Assert.Equal("/data2", manager.GetOrCreate(At("t", 1), LogConfig.Default).LogDirectory.Path);
        manager.CheckpointRecoveryPoints();
        manager.Shutdown();
    }

    [Fact]
    public void A_log_is_made_in_the_directory_that_is_asked_for_and_nowhere_when_that_is_offline()
    {
        Format("/data2", directoryId: 2);
        using var manager = new LogManager(_files, Options("/data", "/data2"));
        manager.LoadLogs(nowMs: 0);
        var second = new Uuid(0x4000, 2);

        var logs = Enumerable.Range(0, 3)
            .Select(i => manager.GetOrCreate(At("t", i), LogConfig.Default, directoryId: second)).ToList();
        _files.Fault = static (operation, path) => operation == DiskOperation.Write &&
            path.StartsWith("/data2/", StringComparison.Ordinal) ? new IOException("EIO") : null;
        Assert.Throws<KafkaStorageException>(
            () => logs[0].AppendAsLeader(TestBatches.Of("a"), 0, AppendOrigin.Client, 0));

        Assert.All(logs, log => Assert.Equal((second, "/data2"), (log.LogDirectory.Id, log.LogDirectory.Path)));
        Assert.Throws<KafkaStorageException>(
            () => manager.GetOrCreate(At("t", 9), LogConfig.Default, directoryId: second));
        // An id that no directory here has is of one that was taken away: it is made anew.
        Assert.Equal("/data", manager.GetOrCreate(
            At("t", 9), LogConfig.Default, directoryId: new Uuid(0x4000, 77)).LogDirectory.Path);
    }

    [Theory, InlineData(DiskOperation.CreateDirectory), InlineData(DiskOperation.Open), InlineData(DiskOperation.Write)]
    public void A_log_that_one_directory_has_no_room_for_is_made_in_another(DiskOperation refused)
    {
        Format("/data2", directoryId: 2);
        using var manager = new LogManager(_files, Options("/data", "/data2"));
        manager.LoadLogs(nowMs: 0);
        _files.Fault = (operation, path) => operation == refused &&
            path.StartsWith("/data/t-", StringComparison.Ordinal) ? new DiskFullException(path) : null;

        var log = manager.GetOrCreate(At("t", 0), LogConfig.Default, directoryId: new Uuid(0x4000, 1));

        Assert.Equal("/data2", log.LogDirectory.Path);
        Assert.All(manager.Directories, directory => Assert.Null(directory.Failure));
        Assert.False(_files.DirectoryExists("/data/t-0"));
    }

    [Theory, InlineData(DiskOperation.CreateDirectory), InlineData(DiskOperation.Open), InlineData(DiskOperation.Write)]
    public void A_log_that_there_is_no_room_for_anywhere_can_be_made_as_soon_as_there_is(DiskOperation refused)
    {
        using var manager = Start();
        _files.Fault = (operation, path) => operation == refused &&
            path.StartsWith("/data/t-", StringComparison.Ordinal) ? new DiskFullException(path) : null;

        Assert.Throws<DiskFullException>(() => manager.GetOrCreate(At("t", 0), LogConfig.Default));
        Assert.Null(manager.Directories[0].Failure);
        _files.Fault = null;
        var log = manager.GetOrCreate(At("t", 0), LogConfig.Default);

        Assert.Equal(ErrorCode.None, log.AppendAsLeader(TestBatches.Of("a"), 0, AppendOrigin.Client, 0).Error);
        Assert.Equal(TopicId, log.TopicId);
    }

    [Fact]
    public void When_no_directory_can_be_read_the_start_fails()
    {
        Start().GetOrCreate(At("t", 0), LogConfig.Default).AppendAsLeader(TestBatches.Of("a"), 0, AppendOrigin.Client, 0);
        _files.Kill();
        _files.Fault = static (operation, path) => operation == DiskOperation.Read &&
            path.EndsWith(".log", StringComparison.Ordinal) ? new IOException("EIO") : null;

        Assert.Throws<KafkaStorageException>(() => Start());
    }
}
