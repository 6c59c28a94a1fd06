using Platform.Protocol;
using Platform.Storage;
using Platform.Testing;

namespace Platform.Storage.Tests.Producers;

/// <summary>Batches that are under way behind one that was refused for a while. librdkafka answers
/// OUT_OF_ORDER_SEQUENCE_NUMBER with a new epoch for all of its partitions, which repeats what others have appended.</summary>
public sealed class RefusedBatchTests
{
    private const int Large = 20_000;
    private readonly MemoryFileSystem _files = new() { Capacity = 1_000_000 };
    private readonly UnifiedLog _log;
    private readonly LogManager _manager;

    public RefusedBatchTests()
    {
        new MetaProperties("cluster", 1, new Uuid(0, 1)).Write(_files, "/data");
        _manager = new LogManager(_files, new LogManagerOptions { LogDirectories = ["/data"], NodeId = 1 });
        _manager.LoadLogs(nowMs: 0);
        _log = _manager.GetOrCreate(new TopicIdPartition(Uuid.Zero, new TopicPartition("t", 0)), LogConfig.Default);
    }

    [Fact]
    public void What_stands_behind_a_batch_that_a_full_disk_refused_is_refused_like_it()
    {
        Send(sequence: 0);
        var full = FillDisk();

        var first = Send(sequence: 1, bytes: Large);
        FreeDisk(full);
        var second = Send(sequence: 2);
        var (again, secondAgain) = (Send(sequence: 1, bytes: Large), Send(sequence: 2));

        Assert.Equal([ErrorCode.KafkaStorageError, ErrorCode.KafkaStorageError], [first.Error, second.Error]);
        Assert.Equal([ErrorCode.None, ErrorCode.None], [again.Error, secondAgain.Error]);
        Assert.Equal(3, _log.LogEndOffset);
    }

    [Fact]
    public void The_first_batches_of_a_producer_do_not_overtake_each_other()
    {
        var full = FillDisk();

        Send(sequence: 0, bytes: Large);
        FreeDisk(full);

        Assert.Equal(ErrorCode.KafkaStorageError, Send(sequence: 1).Error);
        Assert.Equal(ErrorCode.None, Send(sequence: 0, bytes: Large).Error);
        Assert.Equal(ErrorCode.None, Send(sequence: 1).Error);
    }

    [Theory, InlineData(ErrorCode.NotEnoughReplicas), InlineData(ErrorCode.NotLeaderOrFollower)]
    public void What_the_partition_refused_holds_back_what_stands_behind_it(ErrorCode error)
    {
        Send(sequence: 0);

        _log.OnRefused(Batch(sequence: 1), error, nowMs: 1);
        _log.OnRefused(Batch(sequence: 2), error, nowMs: 1);

        Assert.Equal(error, Send(sequence: 2).Error);
        Assert.Equal(ErrorCode.None, Send(sequence: 1).Error);
        Assert.Equal(ErrorCode.None, Send(sequence: 2).Error);
    }

    [Fact]
    public void A_batch_that_is_here_already_is_a_duplicate_whatever_was_refused()
    {
        Send(sequence: 0);
        _log.OnRefused(Batch(sequence: 1), ErrorCode.NotEnoughReplicas, nowMs: 1);

        Assert.True(Send(sequence: 0).IsDuplicate);
    }

    [Fact]
    public void Other_producers_and_newer_epochs_are_not_held_back()
    {
        _log.OnRefused(Batch(sequence: 0), ErrorCode.NotEnoughReplicas, nowMs: 1);

        Assert.Equal(ErrorCode.None, Append(TestBatches.Idempotent(8, 0, 1)).Error);
        Assert.Equal(ErrorCode.None, Append(TestBatches.Idempotent(7, 1, 0)).Error);
    }

    [Fact]
    public void A_producer_that_gave_a_batch_up_learns_of_the_gap()
    {
        Send(sequence: 0);
        _log.OnRefused(Batch(sequence: 1), ErrorCode.NotEnoughReplicas, nowMs: 1);

        var late = _log.AppendAsLeader(Batch(sequence: 2), 0, AppendOrigin.Client, RefusedBatches.LifetimeMs + 1);

        Assert.Equal(ErrorCode.OutOfOrderSequenceNumber, late.Error);
    }

    [Fact]
    public void Sequences_that_wrap_stand_behind_those_before_the_wrap()
    {
        Append(TestBatches.Idempotent(7, 0, int.MaxValue - 1));
        _log.OnRefused(Batch(sequence: int.MaxValue), ErrorCode.NotEnoughReplicas, nowMs: 1);

        Assert.Equal(ErrorCode.NotEnoughReplicas, Send(sequence: 0).Error);
        Assert.Equal(ErrorCode.None, Send(sequence: int.MaxValue).Error);
    }

    private long FillDisk()
    {
        var available = _files.AvailableBytes("/data") - Large / 2;
        _files.Capacity -= available;
        return available;
    }

    private void FreeDisk(long bytes) => _files.Capacity += bytes;

    private LogAppendInfo Send(int sequence, int bytes = 10) => Append(Batch(sequence, bytes));

    private LogAppendInfo Append(byte[] batch) => _log.AppendAsLeader(batch, 0, AppendOrigin.Client, nowMs: 1);

    private static byte[] Batch(int sequence, int bytes = 10) => TestBatches.Idempotent(7, 0, sequence, bytes: bytes);
}
