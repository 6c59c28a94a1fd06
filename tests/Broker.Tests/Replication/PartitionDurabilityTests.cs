using Platform.Broker.Replication;
using Platform.Cluster.Replication;
using Platform.Protocol;
using Platform.Storage;
using Platform.Testing;

namespace Platform.Broker.Tests.Replication;

/// <summary>Partitions of topics with platform.flush.on.ack.</summary>
public sealed class PartitionDurabilityTests : IDisposable
{
    private const short AcksAll = -1;
    private const int Forever = 600_000;
    private static readonly TopicIdPartition Id = new(new Uuid(1, 1), new TopicPartition("orders", 0));
    private static readonly LogConfig Durable = LogConfig.Default with { FlushOnAck = true };
    private readonly TimingWheel _timers = new(TimeProvider.System);
    private readonly MemoryFileSystem _files = new();
    private readonly ReplicaManager _replicas;

    public PartitionDurabilityTests()
    {
        new MetaProperties("cluster", 1, new Uuid(7, 1)).Write(_files, "/data");
        var logs = new LogManager(_files, new LogManagerOptions { LogDirectories = ["/data"], NodeId = 1 });
        logs.LoadLogs(nowMs: 0);
        _replicas = new ReplicaManager(logs, _timers, new PartitionContext(
            1, new ReplicationRules(MaxLagMs: 30_000, static broker => new BrokerStanding(IsActive: true, broker)),
            new NoIsrChanges(), new ReplicaCounters(), TimeProvider.System));
    }

    private Partition Partition => _replicas.Find(Id.TopicPartition)!;

    public void Dispose() => _timers.Dispose();

    [Fact]
    public async Task A_record_counts_once_it_is_flushed()
    {
        Lead();
        for (var i = 0; i < 20; i++)
        {
            var offset = Append("a");

            Assert.Equal(ErrorCode.None, await _replicas.WhenReplicatedAsync(Partition, offset + 1, leaderEpoch: 5, Forever));
            Assert.True(Partition.Log.RecoveryPoint > offset);
        }
        _files.Crash();
        Assert.NotEmpty(_files.ReadAllBytes("/data/orders-0/00000000000000000000.log"));
    }

    [Fact]
    public async Task When_the_flush_fails_the_producer_learns_it_and_consumers_see_nothing()
    {
        Lead();
        _files.Fault = static (operation, _) => operation == DiskOperation.Flush ? new IOException("EIO") : null;

        var offset = Append("a");
        var result = await _replicas.WhenReplicatedAsync(Partition, offset + 1, leaderEpoch: 5, Forever);

        Assert.Equal(ErrorCode.KafkaStorageError, result);
        Assert.Equal(0, Partition.Log.HighWatermark);
    }

    [Fact]
    public void A_follower_has_flushed_what_it_asks_beyond()
    {
        _replicas.Follow(Id, Durable, leaderId: 2, leaderEpoch: 5);

        Partition.AppendAsFollower(TestBatches.Replicated(0, 5, "a", "b"), leaderEpoch: 5, leaderHighWatermark: 0, leaderLogStart: 0);

        Assert.Equal((2, 2), (Partition.Log.LogEndOffset, Partition.Log.RecoveryPoint));
    }

    [Fact]
    public void Without_the_setting_nothing_is_flushed()
    {
        _replicas.Lead(Id, LogConfig.Default, 5, new ReplicaSet([1], [1], 1));

        Append("a");

        Assert.Equal((1, 0), (Partition.Log.HighWatermark, Partition.Log.RecoveryPoint));
    }

    private void Lead() => _replicas.Lead(Id, Durable, 5, new ReplicaSet([1], [1], 1));

    private long Append(string value)
    {
        var appended = Partition.AppendAsLeader(TestBatches.Of(value), AcksAll, AppendOrigin.Client, -1, nowMs: 0);
        Assert.Equal(ErrorCode.None, appended.Error);
        return appended.LastOffset;
    }

    private sealed class NoIsrChanges : IIsrChannel
    {
        public void Submit(TopicIdPartition partition, IsrChange change, Func<IsrAnswer, IsrOutcome> onAnswer) =>
            throw new InvalidOperationException("A partition with one replica changes nothing.");
    }
}
