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
    public void When_no_directory_can_be_read_the_start_fails()
    {
        Start().GetOrCreate(At("t", 0), LogConfig.Default).AppendAsLeader(TestBatches.Of("a"), 0, AppendOrigin.Client, 0);
        _files.Kill();
        _files.Fault = static (operation, path) => operation == DiskOperation.Read &&
            path.EndsWith(".log", StringComparison.Ordinal) ? new IOException("EIO") : null;

        Assert.Throws<KafkaStorageException>(() => Start());
    }
}
