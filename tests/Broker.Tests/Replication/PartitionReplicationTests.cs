using Platform.Broker.Replication;
using Platform.Cluster.FetchSessions;
using Platform.Cluster.Replication;
using Platform.Protocol;
using Platform.Protocol.Messages;
using Platform.Storage;
using Platform.Testing;

namespace Platform.Broker.Tests.Replication;

/// <summary>A partition led by broker 1 and followed by broker 2, over disks in memory and without a network.</summary>
public sealed partial class PartitionReplicationTests : IDisposable
{
    private const short AcksAll = -1;
    private const int Forever = 600_000;
    private static readonly TopicIdPartition Id = new(new Uuid(1, 1), new TopicPartition("orders", 0));
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);
    private readonly TimingWheel _timers = new(TimeProvider.System);
    private readonly List<IsrChange> _changes = [];
    private readonly ReplicaManager _one;
    private readonly ReplicaManager _two;

    public PartitionReplicationTests()
    {
        _one = Broker(1);
        _two = Broker(2);
        Lead(_one, epoch: 5);
        _two.Follow(Id, LogConfig.Default, leaderId: 1, leaderEpoch: 5);
    }

    private Partition Leader => _one.Find(Id.TopicPartition)!;
    private Partition Follower => _two.Find(Id.TopicPartition)!;

    public void Dispose() => _timers.Dispose();

    [Fact]
    public async Task A_write_with_acks_all_waits_until_the_follower_asks_for_what_comes_after_it()
    {
        var appended = Append("a", "b");
        var replicated = _one.WhenReplicatedAsync(Leader, appended.LastOffset + 1, leaderEpoch: 5, Forever).AsTask();

        Copy();
        var early = replicated.IsCompleted;
        Copy();

        Assert.False(early);
        Assert.Equal(ErrorCode.None, await replicated.WaitAsync(Patience));
        Assert.Equal((2, 2), (Leader.Log.HighWatermark, Follower.Log.LogEndOffset));
    }

    [Fact]
    public async Task A_write_that_waits_is_told_when_the_lead_is_lost()
    {
        var appended = Append("a");
        var replicated = _one.WhenReplicatedAsync(Leader, appended.LastOffset + 1, leaderEpoch: 5, Forever).AsTask();

        _one.Follow(Id, LogConfig.Default, leaderId: 2, leaderEpoch: 6);

        Assert.Equal(ErrorCode.NotLeaderOrFollower, await replicated.WaitAsync(Patience));
    }

    [Fact]
    public async Task A_followers_fetch_waits_for_the_end_of_the_log_and_a_consumers_for_the_watermark()
    {
        var follower = _one.ReadAsync([TargetOf(Follower)], FollowerParams()).AsTask();
        var consumer = _one.ReadAsync([Target(0)], new FetchParams(FetchIsolation.HighWatermark, 1, 1 << 20, Forever)).AsTask();

        Append("a");
        var copied = (await follower.WaitAsync(Patience))[0].Data;
        var early = consumer.IsCompleted;
        Take(copied);
        Copy();

        Assert.False(early);
        Assert.Equal(["a"], Values((await consumer.WaitAsync(Patience))[0].Data));
    }

    [Fact]
    public async Task A_followers_fetch_is_answered_when_the_watermark_moves_beyond_what_it_knows()
    {
        Lead(_one, epoch: 6, isr: [1, 2, 3], replicas: [1, 2, 3]);
        _two.Follow(Id, LogConfig.Default, leaderId: 1, leaderEpoch: 6);
        Append("a");
        Copy();
        var waiting = _one.ReadAsync([TargetOf(Follower)], FollowerParams()).AsTask();
        Assert.False(waiting.IsCompleted);

        var third = Target(1) with { CurrentLeaderEpoch = 6, LastFetchedEpoch = 6 };
        await _one.ReadAsync([third], FollowerParams(broker: 3) with { MaxWaitMs = 0 });

        Assert.Equal(1, (await waiting.WaitAsync(Patience))[0].Data.HighWatermark);
    }

    [Fact]
    public void A_follower_that_has_caught_up_is_proposed_for_the_isr_once()
    {
        Lead(_one, epoch: 6, isr: [1]);
        _two.Follow(Id, LogConfig.Default, leaderId: 1, leaderEpoch: 6);

        Copy();
        Copy();

        Assert.Equal([1, 2], Assert.Single(_changes).NewIsr.Select(member => member.BrokerId));
    }

    [Fact]
    public void A_follower_is_cut_to_where_its_log_is_the_leaders()
    {
        Append("a", "b");
        Copy();
        Lead(_two, epoch: 6);
        _two.Find(Id.TopicPartition)!.AppendAsLeader(TestBatches.Of("lost"), 1, AppendOrigin.Client, -1, nowMs: 0);
        Lead(_one, epoch: 7);
        Append("c");
        _two.Follow(Id, LogConfig.Default, leaderId: 1, leaderEpoch: 7);

        var answer = Read();
        Follower.TruncateToLeader(7, answer.DivergingEpoch.Epoch, answer.DivergingEpoch.EndOffset);
        Copy();

        Assert.Equal((5, 2L), (answer.DivergingEpoch.Epoch, answer.DivergingEpoch.EndOffset));
        Assert.Equal(0, answer.Records.SizeInBytes);
        Assert.Equal(["a", "b", "c"], LogOf(Follower));
    }

    [Fact]
    public void An_answer_of_an_epoch_that_is_over_is_not_appended()
    {
        Append("a");
        var answer = Read();
        _two.Follow(Id, LogConfig.Default, leaderId: 1, leaderEpoch: 6);

        var appended = Follower.AppendAsFollower(Bytes(answer), leaderEpoch: 5, answer.HighWatermark, answer.LogStartOffset);

        Assert.Equal(ErrorCode.FencedLeaderEpoch, appended.Error);
        Assert.Equal(0, Follower.Log.LogEndOffset);
    }

    [Fact]
    public void Metadata_of_the_past_makes_nobody_a_leader()
    {
        Append("a");

        var restarted = new Partition(Id, Leader.Log, Context(1));
        restarted.BecomeLeader(leaderEpoch: 4, new ReplicaSet([1, 2], [1, 2], 1));

        Assert.False(restarted.IsLeader);
        Assert.Equal(5, Leader.Log.LatestEpoch);
    }

    [Fact]
    public void Metadata_of_the_past_makes_nobody_follow_a_leader_of_long_ago()
    {
        Append("a");
        var restarted = new Partition(Id, Leader.Log, Context(1));

        restarted.BecomeFollower(leaderId: 2, leaderEpoch: 4);
        var cut = restarted.TruncateToLeader(leaderEpoch: 4, epoch: 3, endOffset: 0);
        var returned = restarted.ReturnToRange(leaderEpoch: 4, new OutOfRangeStep(0, StartsOver: false));

        Assert.Equal((null, false), (cut, returned));
        Assert.Equal((-1, 1L), (restarted.LeaderId, restarted.Log.LogEndOffset));
    }

    [Fact]
    public void A_fetch_of_a_broker_that_is_no_replica_is_refused()
    {
        var refused = _one.Read([Target(0) with { CurrentLeaderEpoch = 5 }], FollowerParams(broker: 9));

        Assert.Equal(ErrorCode.UnknownLeaderEpoch, refused[0].Data.ErrorCode);
    }

    private ReplicaManager Broker(int id)
    {
        var files = new MemoryFileSystem();
        files.CreateDirectory("/data");
        new MetaProperties("cluster", id, new Uuid(7, id)).Write(files, "/data");
        var logs = new LogManager(files, new LogManagerOptions { LogDirectories = ["/data"], NodeId = id });
        logs.LoadLogs(nowMs: 0);
        return new ReplicaManager(logs, _timers, Context(id));
    }

    private PartitionContext Context(int id) => new(
        id, new ReplicationRules(MaxLagMs: 30_000, static broker => new BrokerStanding(IsActive: true, broker, $"rack-{broker}"))
        {
            PrefersSameRack = true,
        },
        new Changes(_changes), new ReplicaCounters(), TimeProvider.System);

    private static void Lead(ReplicaManager broker, int epoch, int[]? isr = null, int[]? replicas = null) =>
        broker.Lead(Id, LogConfig.Default, epoch, new ReplicaSet(replicas ?? [1, 2], isr ?? [1, 2], 1));

    private LogAppendInfo Append(params string[] values)
    {
        var appended = Leader.AppendAsLeader(TestBatches.Of(values), AcksAll, AppendOrigin.Client, -1, nowMs: 0);
        Assert.Equal(ErrorCode.None, appended.Error);
        return appended;
    }

    // One fetch of the follower, and what it makes of the answer.
    private void Copy() => Take(Read());

    private FetchResponse.PartitionData Read() =>
        _one.Read([TargetOf(Follower)], FollowerParams())[0].Data;

    private void Take(FetchResponse.PartitionData data)
    {
        Assert.Equal(ErrorCode.None, data.ErrorCode);
        Assert.Equal(ErrorCode.None, Follower.AppendAsFollower(
            Bytes(data), Follower.LeaderEpoch, data.HighWatermark, data.LogStartOffset).Error);
    }

    private static FetchTarget TargetOf(Partition follower) =>
        new FollowedPartition(follower, new FollowerReplica(1, follower.LeaderEpoch)).Target(maxBytes: 1 << 20);

    private static FetchTarget Target(long offset) => new(Id.Topic, Id.TopicId, Id.Partition, offset, 1 << 20, -1, -1, -1);

    private static FetchParams FollowerParams(int broker = 2) =>
        new(FetchIsolation.LogEnd, 1, 1 << 20, Forever, new ReplicaIdentity(broker, broker));

    private static byte[] Bytes(FetchResponse.PartitionData data)
    {
        if (data.Records.Slice is not { } slice)
            return data.Records.Memory.ToArray();
        var bytes = new byte[slice.SizeInBytes];
        slice.CopyTo(bytes);
        slice.Dispose();
        return bytes;
    }

    private static IEnumerable<string> Values(FetchResponse.PartitionData data) =>
        TestBatches.Values(Bytes(data)).Select(record => record.Value);

    private static IEnumerable<string> LogOf(Partition partition)
    {
        var read = partition.Log.Read(0, 1 << 20, FetchIsolation.LogEnd, minOneMessage: true);
        return Values(new FetchResponse.PartitionData { Records = read.Records });
    }

    private sealed class Changes(List<IsrChange> changes) : IIsrChannel
    {
        public void Submit(TopicIdPartition partition, IsrChange change, Func<IsrAnswer, IsrOutcome> onAnswer) =>
            changes.Add(change);
    }
}
