using Platform.Cluster.Replication;

namespace Platform.Cluster.Tests.Replication;

public sealed class RackAwareReplicaSelectorTests
{
    [Fact]
    public void The_leader_is_best_when_it_is_in_the_same_rack()
    {
        Assert.Null(RackAwareReplicaSelector.Select("a", "a", [View(2, "a")]));
    }

    [Fact]
    public void Without_a_replica_in_the_rack_the_leader_is_read()
    {
        Assert.Null(RackAwareReplicaSelector.Select("a", "b", [View(2, "c"), View(3, null)]));
    }

    [Fact]
    public void Of_several_in_the_rack_the_one_that_holds_most_then_the_one_that_lags_least_is_read()
    {
        Assert.Equal(3, RackAwareReplicaSelector.Select("a", "b", [View(2, "a", end: 5), View(3, "a", end: 7, lagMs: 90)]));
        Assert.Equal(2, RackAwareReplicaSelector.Select("a", "b", [View(2, "a", lagMs: 10), View(3, "a", lagMs: 90)]));
        Assert.Equal(3, RackAwareReplicaSelector.Select("a", "b", [View(3, "a"), View(2, "a")]));
    }

    private static ReplicaView View(int broker, string? rack, long end = 5, long lagMs = 0) => new(broker, rack, end, lagMs);
}
