using Platform.Protocol;
using Platform.Storage;
using Platform.Testing;

namespace Platform.Storage.Tests.Logs;

/// <summary>What is kept free for brokers when clients have filled a disk.</summary>
public sealed class DiskReserveTests
{
    private const int Capacity = 4_000_000;
    private const int Reserve = 100_000;
    private readonly MemoryFileSystem _files = new() { Capacity = Capacity };

    [Fact]
    public void Records_of_clients_leave_the_reserve_to_the_logs_of_brokers()
    {
        using var manager = Start();
        var topic = Log(manager, "t", LogConfig.Default);
        var offsets = Log(manager, "__consumer_offsets", LogConfig.Default with { MayUseReserve = true });

        var refused = Fill(topic);

        Assert.Equal(ErrorCode.KafkaStorageError, refused.Error);
        Assert.Contains("No space is left for records in /data", refused.ErrorMessage, StringComparison.Ordinal);
        Assert.InRange(_files.AvailableBytes("/data"), Reserve - 30_000, Reserve + 30_000);
        Assert.True(topic.LogDirectory.IsFull);
        Assert.Equal(ErrorCode.None, Append(offsets, 50_000).Error);
    }

    [Fact]
    public void Appends_go_on_as_soon_as_there_is_room()
    {
        using var manager = Start();
        var (topic, old) = (Log(manager, "t", LogConfig.Default), Log(manager, "old", LogConfig.Default));
        for (var i = 0; i < 10; i++)
            Append(old, 20_000);
        Fill(topic);
        manager.Delete(old.TopicPartition, nowMs: 0);

        Assert.Equal(ErrorCode.KafkaStorageError, Append(topic, 20_000).Error);
        manager.DeleteScheduled(nowMs: 100_000);

        Assert.Equal(ErrorCode.None, Append(topic, 20_000).Error);
        Assert.False(topic.LogDirectory.IsFull);
    }

    [Fact]
    public void Retention_gives_a_full_disk_room_even_when_there_is_none_for_a_new_segment()
    {
        using var manager = Start();
        var topic = Log(manager, "t", LogConfig.Default with { SegmentBytes = 1_000_000, RetentionMs = 1, FileDeleteDelayMs = 0 });
        Fill(topic);
        topic.UpdateHighWatermark(topic.LogEndOffset);
        _files.Capacity -= _files.AvailableBytes("/data");

        var deleted = manager.CleanupLogs(nowMs: 1_000_000);
        manager.DeleteScheduled(nowMs: 2_000_000);

        Assert.InRange(deleted, 2, 4);
        Assert.Null(topic.LogDirectory.Failure);
        Assert.Equal(ErrorCode.None, Append(topic, 1000).Error);
    }

    [Fact]
    public void A_full_disk_takes_its_directory_offline_where_that_is_wanted()
    {
        using var manager = Start(failsWhenFull: true);
        var offline = new List<string>();
        manager.LogDirectoryFailed += (directory, _) => offline.Add(directory.Path);
        var topic = Log(manager, "t", LogConfig.Default);

        Assert.Throws<KafkaStorageException>(() => Fill(topic));

        Assert.Equal(["/data"], offline);
        Assert.Throws<KafkaStorageException>(() => Append(topic, 10));
    }

    private LogManager Start(bool failsWhenFull = false)
    {
        if (!_files.DirectoryExists("/data"))
            new MetaProperties("cluster", 1, new Uuid(0, 1)).Write(_files, "/data");
        var manager = new LogManager(_files, new LogManagerOptions
        {
            LogDirectories = ["/data"],
            NodeId = 1,
            ReserveBytes = Reserve,
            FailsWhenFull = failsWhenFull,
        });
        manager.LoadLogs(nowMs: 0);
        return manager;
    }

    private static UnifiedLog Log(LogManager manager, string topic, LogConfig config) =>
        manager.GetOrCreate(new TopicIdPartition(Uuid.Zero, new TopicPartition(topic, 0)), config);

    private static LogAppendInfo Append(UnifiedLog log, int bytes) =>
        log.AppendAsLeader(TestBatches.OfSize(bytes), 0, AppendOrigin.Client, nowMs: 1);

    private static LogAppendInfo Fill(UnifiedLog log)
    {
        while (true)
            if (Append(log, 20_000) is { Error: not ErrorCode.None } refused)
                return refused;
    }
}
