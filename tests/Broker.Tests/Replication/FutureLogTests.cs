using Platform.Broker.Replication;
using Platform.Cluster.Replication;
using Platform.Protocol;
using Platform.Storage;
using Platform.Testing;

namespace Platform.Broker.Tests.Replication;

/// <summary>A partition whose log moves from /one to /two, over disks in memory, step by step.</summary>
public sealed class FutureLogTests : IDisposable
{
    private const int Step = 1 << 20;
    private static readonly TopicIdPartition Id = new(new Uuid(1, 1), new TopicPartition("orders", 0));
    private readonly MemoryFileSystem _files = new();
    private LogManager _logs;
    private Partition _partition;

    public FutureLogTests()
    {
        Format("/one", 1);
        _logs = Start("/one");
        _partition = Host();
        _logs.Dispose();
        Format("/two", 2);
        Restart();
    }

    private static TopicPartition Name => Id.TopicPartition;

    public void Dispose() => _logs.Dispose();

    [Fact]
    public void A_copy_takes_the_place_of_the_log_with_all_its_records_and_offsets()
    {
        Append("a", "b");
        Append("c");
        _partition.Log.MaybeIncrementLogStartOffset(1);
        var old = _partition.Log;
        Begin();

        Finish();

        Assert.Equal(("/two/orders-0", 3L, 1L, 3L), (_partition.Log.DirectoryPath, _partition.Log.LogEndOffset,
            _partition.Log.LogStartOffset, _partition.Log.HighWatermark));
        Assert.Equal(["b", "c"], Read(from: 1).TakeLast(2));
        Assert.Same(_partition.Log, _logs.Get(Name));
        Assert.Null(_logs.GetFuture(Name));
        Assert.EndsWith("-delete", old.DirectoryPath, StringComparison.Ordinal);
    }

    [Fact]
    public void Who_reads_the_old_log_goes_on_in_the_new_one_when_the_old_one_is_closed()
    {
        Append("a");
        var old = _partition.Log;
        Begin();
        Finish();

        Assert.Equal(1, old.Read(0, Step, FetchIsolation.LogEnd, true).LogEndOffset);
        _logs.DeleteScheduled(nowMs: LogConfig.Default.FileDeleteDelayMs * 2);

        Assert.Equal(ErrorCode.NotLeaderOrFollower, old.Read(0, Step, FetchIsolation.LogEnd, true).Error);
        Assert.Equal(["a"], Read());
        Assert.DoesNotContain(_files.List("/one"), entry => entry.Name.StartsWith("orders", StringComparison.Ordinal));
    }

    [Fact]
    public void Appends_go_on_while_a_log_is_copied_and_what_comes_late_is_copied_too()
    {
        Append("a");
        Begin();
        _partition.CopyToFuture(Step);
        Append("b");
        Assert.Equal(1, _partition.FutureLag);

        Finish();
        Append("c");

        Assert.Equal(["a", "b", "c"], Read());
    }

    [Fact]
    public void Idempotent_producers_are_known_in_the_new_log_even_when_their_batches_are_gone()
    {
        var batch = TestBatches.Idempotent(producerId: 7, epoch: 0, sequence: 0, count: 3);
        Assert.Equal(0, Append(batch).FirstOffset);
        Append("later");
        _partition.Log.MaybeIncrementLogStartOffset(3);
        _partition.Log.Roll();
        _partition.Log.DeleteOldSegments(nowMs: 0);
        Begin();

        Finish();
        var again = Append(TestBatches.Idempotent(producerId: 7, epoch: 0, sequence: 0, count: 3));

        Assert.True(again.IsDuplicate);
        Assert.Equal(ErrorCode.OutOfOrderSequenceNumber, _partition.AppendAsLeader(
            TestBatches.Idempotent(7, 0, sequence: 9), 1, AppendOrigin.Client, -1, nowMs: 0).Error);
    }

    [Fact]
    public void A_log_that_begins_within_a_batch_is_copied()
    {
        Append("a", "b", "c");
        _partition.Log.MaybeIncrementLogStartOffset(2);
        Begin();

        Finish();

        Assert.Equal((2L, 3L), (_partition.Log.LogStartOffset, _partition.Log.LogEndOffset));
    }

    [Fact]
    public void What_is_cut_off_the_log_is_cut_off_the_copy()
    {
        Append("a", "b");
        Append("lost");
        Begin();
        _partition.CopyToFuture(Step);
        Assert.Equal(3, _partition.FutureLog!.LogEndOffset);
        _partition.BecomeFollower(leaderId: 2, leaderEpoch: 6);

        _partition.TruncateToLeader(leaderEpoch: 6, epoch: 5, endOffset: 2);
        var records = TestBatches.Of("kept", "too");
        AsLeader(records, offset: 2, epoch: 6);
        Assert.Equal(ErrorCode.None, _partition.AppendAsFollower(records, 6, 2, 0).Error);
        Finish();

        Assert.Equal(["a", "b", "kept", "too"], Read());
        Assert.Equal((6, 2), (_partition.Log.LatestEpoch, _partition.Log.EndOffsetForEpoch(5).EndOffset));
    }

    [Fact]
    public void A_copy_that_is_longer_than_the_log_after_a_restart_is_cut_to_it()
    {
        Append("a");
        _partition.Log.Flush();
        Append("lost");
        Begin();
        _partition.CopyToFuture(Step);
        _partition.FutureLog!.Flush();
        _logs.Dispose();
        _files.Crash();
        Restart();
        Assert.Equal((1L, 1L), (_partition.Log.LogEndOffset, _logs.GetFuture(Name)!.LogEndOffset));

        _partition.SetFuture(_logs.GetFuture(Name));
        Append("b");
        Finish();

        Assert.Equal(["a", "b"], Read());
    }

    [Fact]
    public void A_kill_before_the_swap_leaves_both_and_the_copy_goes_on()
    {
        Append("a");
        Begin();
        _partition.CopyToFuture(Step);
        Append("b");
        _logs.Dispose();

        Restart();

        Assert.Equal("/one/orders-0", _partition.Log.DirectoryPath);
        Assert.Equal(1, _logs.GetFuture(Name)!.LogEndOffset);
        _partition.SetFuture(_logs.GetFuture(Name));
        Finish();
        Assert.Equal(("/two/orders-0", 2L), (_partition.Log.DirectoryPath, _partition.Log.LogEndOffset));
    }

    [Fact]
    public void A_kill_within_the_swap_leaves_a_copy_alone_which_becomes_the_log()
    {
        Append("a", "b");
        Begin();
        _partition.CopyToFuture(Step);
        _logs.Dispose();
        _files.Move("/one/orders-0", "/one/orders-0.00000000000000010000000000000002-delete");

        Restart();

        Assert.Equal(("/two/orders-0", 2L), (_partition.Log.DirectoryPath, _partition.Log.LogEndOffset));
        Assert.Null(_logs.GetFuture(Name));
    }

    [Fact]
    public void A_swap_that_fails_leaves_the_log_where_it_was()
    {
        Append("a");
        Begin();
        _partition.CopyToFuture(Step);
        _files.Fault = static (operation, path) =>
            operation == DiskOperation.Move && path.StartsWith("/two/", StringComparison.Ordinal) ? new IOException("EIO") : null;

        Assert.Throws<KafkaStorageException>(() => Swap());
        _files.Fault = null;
        Append("b");

        Assert.Equal("/one/orders-0", _partition.Log.DirectoryPath);
        Assert.True(_files.DirectoryExists("/one/orders-0"));
        Assert.Equal(["a", "b"], Read());
        Assert.NotNull(_logs.Directories.Single(directory => directory.Path == "/two").Failure);
    }

    [Fact]
    public void A_log_is_not_compacted_while_it_is_copied()
    {
        var config = LogConfig.Default with { CleanupPolicy = CleanupPolicies.Compact, MinCleanableDirtyRatio = 0 };
        _partition.Log.Config = config;
        for (var i = 0; i < 3; i++)
        {
            Append(WithKey("k"));
            _partition.Log.Roll();
        }
        Begin();

        Assert.Null(_logs.Cleaner.CleanDirtiest(nowMs: 1_000_000, static _ => { }));
        _logs.DeleteFuture(Name);

        Assert.NotNull(_logs.Cleaner.CleanDirtiest(nowMs: 1_000_000, static _ => { }));
    }

    [Fact]
    public void A_deleted_partition_takes_its_copy_along()
    {
        Append("a");
        Begin();

        _logs.Delete(Name);
        _logs.DeleteScheduled(nowMs: LogConfig.Default.FileDeleteDelayMs * 2);

        Assert.DoesNotContain(_files.List("/one").Concat(_files.List("/two")), entry => entry.IsDirectory);
    }

    [Fact]
    public void A_topic_with_a_name_that_is_too_long_for_a_copys_cannot_move()
    {
        Assert.True(LogManager.MayMove(new TopicPartition(new string('t', 213), 0)));
        Assert.False(LogManager.MayMove(new TopicPartition(new string('t', 214), 0)));
    }

    private void Begin() => _partition.SetFuture(_logs.CreateFuture(
        Name, _logs.FindDirectory(Name, "/two/")!, nowMs: 0));

    private void Finish()
    {
        while (_partition.CopyToFuture(Step) is { Lag: > 0 } step)
            Assert.Equal(ErrorCode.None, step.Error);
        Assert.True(Swap());
    }

    private bool Swap() => _partition.ReplaceWithFuture(Step, () => _logs.ReplaceCurrentWithFuture(Name, nowMs: 0));

    private void Append(params string[] values) => Append(TestBatches.Of(values));

    private LogAppendInfo Append(byte[] batch)
    {
        var appended = _partition.AppendAsLeader(batch, 1, AppendOrigin.Client, -1, nowMs: 0);
        Assert.Equal(ErrorCode.None, appended.Error);
        return appended;
    }

    private static byte[] WithKey(string key)
    {
        using var builder = new Protocol.Records.RecordBatchBuilder();
        builder.Append(1000, System.Text.Encoding.UTF8.GetBytes(key), null);
        return builder.Build();
    }

    private IEnumerable<string> Read(long from = 0)
    {
        var values = new List<string>();
        while (_partition.Log.Read(from, Step, FetchIsolation.LogEnd, true) is { Records.SizeInBytes: > 0 } read)
        {
            var bytes = new byte[read.Records.SizeInBytes];
            read.Records.Slice!.CopyTo(bytes);
            read.Records.Slice.Dispose();
            var records = TestBatches.Values(bytes).ToList();
            values.AddRange(records.Select(record => record.Value));
            from = records[^1].Offset + 1;
        }
        return values;
    }

    private static void AsLeader(byte[] batch, long offset, int epoch)
    {
        System.Buffers.Binary.BinaryPrimitives.WriteInt64BigEndian(batch, offset);
        System.Buffers.Binary.BinaryPrimitives.WriteInt32BigEndian(
            batch.AsSpan(Protocol.Records.RecordBatchHeader.PartitionLeaderEpochPosition), epoch);
    }

    private void Restart()
    {
        _logs = Start("/one", "/two");
        _partition = Host();
    }

    private LogManager Start(params string[] directories)
    {
        var logs = new LogManager(_files, new LogManagerOptions { LogDirectories = directories, NodeId = 1 });
        logs.LoadLogs(nowMs: 0);
        return logs;
    }

    private Partition Host()
    {
        var context = new PartitionContext(1, new ReplicationRules(
            MaxLagMs: 30_000, static broker => new BrokerStanding(IsActive: true, broker, null)),
            new NoChanges(), new ReplicaCounters(), TimeProvider.System);
        var partition = new Partition(Id, _logs.GetOrCreate(Id, LogConfig.Default), context);
        partition.BecomeLeader(leaderEpoch: 5, new ReplicaSet([1], [1], 1));
        return partition;
    }

    private void Format(string path, long id)
    {
        _files.CreateDirectory(path);
        new MetaProperties("cluster", 1, new Uuid(7, id)).Write(_files, path);
    }

    private sealed class NoChanges : IIsrChannel
    {
        public void Submit(TopicIdPartition partition, IsrChange change, Func<IsrAnswer, IsrOutcome> onAnswer) =>
            throw new InvalidOperationException("one replica never changes");
    }
}
