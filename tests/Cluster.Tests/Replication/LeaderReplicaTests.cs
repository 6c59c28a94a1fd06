using Platform.Cluster.Replication;
using Platform.Protocol;

namespace Platform.Cluster.Tests.Replication;

public sealed class LeaderReplicaTests
{
    private const short AcksAll = -1;
    private const short AcksLeader = 1;

    [Fact]
    public void High_watermark_follows_the_slowest_in_sync_replica()
    {
        var leader = Leader(isr: [1, 2, 3], logEndOffset: 10);

        Assert.False(Fetch(leader, 2, offset: 10));
        Assert.True(Fetch(leader, 3, offset: 7));

        Assert.Equal(7, leader.HighWatermark);
    }

    [Fact]
    public void A_leader_alone_commits_what_it_appends()
    {
        var leader = Alone(minInSync: 1);

        Assert.True(leader.OnLocalAppend(5, nowMs: 0));

        Assert.Equal(5, leader.HighWatermark);
    }

    [Fact]
    public void High_watermark_never_goes_back()
    {
        var leader = Leader(isr: [1, 2, 3], logEndOffset: 10);
        Fetch(leader, 2, 10);
        Fetch(leader, 3, 9);

        Assert.False(Fetch(leader, 3, 4));

        Assert.Equal(9, leader.HighWatermark);
    }

    [Fact]
    public void A_replica_that_leaves_the_isr_and_is_fenced_no_longer_holds_the_watermark_back()
    {
        var brokers = new Brokers();
        var leader = Leader(isr: [1, 2, 3], logEndOffset: 10, brokers: brokers);
        Fetch(leader, 2, 10);
        brokers.Fence(3);

        var moved = leader.OnReplicasChanged(new ReplicaSet([1, 2, 3], [1, 2], 1, PartitionEpoch: 1), nowMs: 0);

        Assert.True(moved);
        Assert.Equal(10, leader.HighWatermark);
    }

    [Fact]
    public void A_caught_up_follower_outside_of_the_isr_is_waited_for()
    {
        var leader = Leader(isr: [1, 2], logEndOffset: 10);
        Fetch(leader, 3, 10);
        Fetch(leader, 2, 10);

        leader.OnLocalAppend(20, nowMs: 0);
        Fetch(leader, 2, 20);

        Assert.Equal(10, leader.HighWatermark);
    }

    [Fact]
    public void A_follower_whose_directory_is_offline_is_not_waited_for_until_its_broker_registers_anew()
    {
        var brokers = new Brokers();
        var leader = Leader(isr: [1, 2, 3], logEndOffset: 10, brokers: brokers);
        Fetch(leader, 2, 10);
        Fetch(leader, 3, 10);
        leader.OnReplicasChanged(new ReplicaSet([1, 2, 3], [1, 2], 1, PartitionEpoch: 1)
        {
            Offline = [new IsrMember(3, Brokers.EpochOf(3))],
        }, nowMs: 0);

        leader.OnLocalAppend(20, nowMs: 0);
        Fetch(leader, 2, 20);
        var whileOffline = (leader.HighWatermark, leader.ProposeExpansion(3));
        brokers.RegisterAnew(3);
        leader.OnFollowerFetch(new FollowerFetch(3, Brokers.EpochOf(3) + 1, 20), nowMs: 0);

        Assert.Equal((20, null), whileOffline);
        Assert.NotNull(leader.ProposeExpansion(3));
    }

    [Fact]
    public void With_too_few_in_sync_replicas_the_watermark_stands_still()
    {
        var leader = Leader(isr: [1], logEndOffset: 10, minInSync: 2);

        Assert.False(leader.OnLocalAppend(20, nowMs: 0));

        Assert.Equal(0, leader.HighWatermark);
    }

    [Fact]
    public void Only_acks_all_is_refused_when_too_few_replicas_are_in_sync()
    {
        var leader = Leader(isr: [1], logEndOffset: 0, minInSync: 2);

        Assert.Equal(ErrorCode.NotEnoughReplicas, leader.CheckAppend(AcksAll));
        Assert.Equal(ErrorCode.None, leader.CheckAppend(AcksLeader));
    }

    [Fact]
    public void A_committed_write_is_told_when_replicas_became_too_few_meanwhile()
    {
        var leader = Leader(isr: [1, 2], logEndOffset: 0, minInSync: 2);
        var before = leader.CheckCommitted();

        leader.OnReplicasChanged(new ReplicaSet([1, 2, 3], [1], 2, PartitionEpoch: 1), nowMs: 0);

        Assert.Equal(ErrorCode.None, before);
        Assert.Equal(ErrorCode.NotEnoughReplicasAfterAppend, leader.CheckCommitted());
    }

    [Fact]
    public void A_minimum_above_the_number_of_replicas_counts_as_that_number()
    {
        var leader = Alone(minInSync: 3);

        Assert.Equal(ErrorCode.None, leader.CheckAppend(AcksAll));
        Assert.True(leader.OnLocalAppend(1, nowMs: 0));
    }

    [Fact]
    public void A_fetch_of_a_broker_that_is_no_replica_is_told_so_and_changes_nothing()
    {
        var leader = Leader(isr: [1, 2, 3], logEndOffset: 10);
        var fetch = new FollowerFetch(BrokerId: 9, BrokerEpoch: 90, Offset: 10);

        Assert.False(leader.OnFollowerFetch(fetch, nowMs: 0));
        Assert.Equal(ErrorCode.UnknownLeaderEpoch, leader.CheckFollower(fetch, gaveLeaderEpoch: true));
        Assert.Equal(ErrorCode.NotLeaderOrFollower, leader.CheckFollower(fetch, gaveLeaderEpoch: false));
    }

    [Fact]
    public void A_fetch_of_a_process_that_was_replaced_does_not_count()
    {
        var leader = Leader(isr: [1, 2, 3], logEndOffset: 10);

        var old = leader.CheckFollower(new FollowerFetch(2, BrokerEpoch: Brokers.EpochOf(2) - 1, 10), true);
        var own = leader.CheckFollower(new FollowerFetch(2, Brokers.EpochOf(2), 10), true);

        Assert.Equal(ErrorCode.NotLeaderOrFollower, old);
        Assert.Equal(ErrorCode.None, own);
    }

    [Fact]
    public void Older_metadata_than_is_known_changes_only_the_minimum()
    {
        var leader = Leader(isr: [1, 2], logEndOffset: 0, partitionEpoch: 5);

        leader.OnReplicasChanged(new ReplicaSet([1, 2, 3], [1], 2, PartitionEpoch: 4), nowMs: 0);

        Assert.Equal([1, 2], leader.Isr);
        Assert.Equal(2, leader.MinInSyncReplicas);
    }

    private static bool Fetch(LeaderReplica leader, int broker, long offset, long nowMs = 0) =>
        leader.OnFollowerFetch(new FollowerFetch(broker, Brokers.EpochOf(broker), offset), nowMs);

    private static LeaderReplica Alone(int minInSync) => new(
        1, 0, new ReplicaSet([1], [1], minInSync), logEndOffset: 0, highWatermark: 0, new Brokers().Rules, nowMs: 0);

    private static LeaderReplica Leader(
        int[] isr, long logEndOffset, int minInSync = 1, int partitionEpoch = 0, Brokers? brokers = null) => new(
        1, leaderEpoch: 0, new ReplicaSet([1, 2, 3], isr, minInSync, partitionEpoch), logEndOffset, highWatermark: 0,
        (brokers ?? new Brokers()).Rules, nowMs: 0);
}
