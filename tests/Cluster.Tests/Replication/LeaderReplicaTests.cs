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

        Assert.False(leader.OnFollowerFetch(brokerId: 2, offset: 10, nowMs: 0));
        Assert.True(leader.OnFollowerFetch(brokerId: 3, offset: 7, nowMs: 0));

        Assert.Equal(7, leader.HighWatermark);
    }

    [Fact]
    public void A_leader_alone_commits_what_it_appends()
    {
        var leader = new LeaderReplica(1, 0, new ReplicaSet([1], [1], 1), logEndOffset: 0, highWatermark: 0);

        Assert.True(leader.OnLocalAppend(5));

        Assert.Equal(5, leader.HighWatermark);
    }

    [Fact]
    public void High_watermark_never_goes_back()
    {
        var leader = Leader(isr: [1, 2, 3], logEndOffset: 10);
        leader.OnFollowerFetch(2, 10, 0);
        leader.OnFollowerFetch(3, 9, 0);

        Assert.False(leader.OnFollowerFetch(3, 4, 0));

        Assert.Equal(9, leader.HighWatermark);
    }

    [Fact]
    public void A_replica_that_leaves_the_isr_no_longer_holds_the_watermark_back()
    {
        var leader = Leader(isr: [1, 2, 3], logEndOffset: 10);
        leader.OnFollowerFetch(2, 10, 0);

        var moved = leader.OnReplicasChanged(new ReplicaSet([1, 2, 3], [1, 2], 1));

        Assert.True(moved);
        Assert.Equal(10, leader.HighWatermark);
    }

    [Fact]
    public void With_too_few_in_sync_replicas_the_watermark_stands_still()
    {
        var leader = Leader(isr: [1], logEndOffset: 10, minInSync: 2);

        Assert.False(leader.OnLocalAppend(20));

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
    public void A_minimum_above_the_number_of_replicas_counts_as_that_number()
    {
        var leader = new LeaderReplica(1, 0, new ReplicaSet([1], [1], 3), logEndOffset: 0, highWatermark: 0);

        Assert.Equal(ErrorCode.None, leader.CheckAppend(AcksAll));
        Assert.True(leader.OnLocalAppend(1));
    }

    [Fact]
    public void A_fetch_of_a_broker_that_is_no_replica_changes_nothing()
    {
        var leader = Leader(isr: [1, 2, 3], logEndOffset: 10);

        Assert.False(leader.OnFollowerFetch(brokerId: 9, offset: 10, nowMs: 0));
    }

    private static LeaderReplica Leader(int[] isr, long logEndOffset, int minInSync = 1) =>
        new(brokerId: 1, leaderEpoch: 0, new ReplicaSet([1, 2, 3], isr, minInSync), logEndOffset, highWatermark: 0);
}
