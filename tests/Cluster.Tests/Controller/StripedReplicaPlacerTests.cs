using Platform.Cluster.Controller;

namespace Platform.Cluster.Tests.Controller;

public sealed class StripedReplicaPlacerTests
{
    [Fact]
    public void Leaders_are_spread_evenly()
    {
        var placements = Place(partitions: 12, replicas: 3, racks: [null, null, null, null]);

        Assert.All(placements.GroupBy(replicas => replicas[0]), leaders => Assert.Equal(3, leaders.Count()));
        Assert.All(placements, replicas => Assert.Equal(3, replicas.Distinct().Count()));
    }

    [Fact]
    public void Replicas_of_a_partition_are_in_different_racks()
    {
        var placements = Place(partitions: 12, replicas: 3, racks: ["a", "a", "b", "b", "c", "c"]);

        Assert.All(placements, replicas =>
            Assert.Equal(3, replicas.Select(broker => (broker - 1) / 2).Distinct().Count()));
        Assert.All(placements.GroupBy(replicas => replicas[0]), leaders => Assert.Equal(2, leaders.Count()));
    }

    [Fact]
    public void More_replicas_than_racks_still_use_different_brokers()
    {
        var placements = Place(partitions: 8, replicas: 3, racks: ["a", "a", "a", "b"]);

        Assert.All(placements, replicas => Assert.Equal(3, replicas.Distinct().Count()));
        Assert.All(placements, replicas => Assert.Contains(4, replicas));
    }

    [Fact]
    public void Fenced_brokers_come_last_and_never_lead()
    {
        var controller = new TestController(brokers: 3);
        var brokers = controller.Image.Cluster.Brokers.Values.Select(broker => broker.Id == 2
            ? broker with { Fenced = true } : broker);

        var placements = new StripedReplicaPlacer(new Random(1)).Place(6, 3, brokers);

        Assert.All(placements, replicas => Assert.Equal(2, replicas[2]));
    }

    private static IReadOnlyList<IReadOnlyList<int>> Place(int partitions, int replicas, string?[] racks)
    {
        var controller = new TestController();
        foreach (var (index, rack) in racks.Index())
            controller.AddBroker(index + 1, rack);
        return new StripedReplicaPlacer(new Random(1)).Place(partitions, replicas,
            controller.Image.Cluster.Brokers.Values);
    }
}
