using Platform.Client.Admin;
using Platform.Dashboard.Monitoring;

namespace Platform.Dashboard.Tests.Monitoring;

public sealed class SamplePlanTests
{
    private static List<GroupListing> Groups(int count) =>
        [.. Enumerable.Range(0, count)
            .Select(index => new GroupListing($"group-{index:d4}", "consumer", "Stable", "classic"))];

    [Fact]
    public void A_small_cluster_is_asked_for_offsets_every_second() =>
        Assert.All(Enumerable.Range(0, 10), round => Assert.True(SamplePlan.For(round, partitions: 100).Offsets));

    [Fact]
    public void A_large_cluster_is_asked_for_offsets_less_often() =>
        Assert.Equal(10, Enumerable.Range(0, 50).Count(round => SamplePlan.For(round, partitions: 20_000).Offsets));

    [Fact]
    public void Everything_is_asked_in_the_first_round() =>
        Assert.Equal(new SamplePlan(true, true, true, true, true), SamplePlan.For(0, partitions: 50_000));

    [Fact]
    public void A_few_groups_are_all_asked() =>
        Assert.Equal(5, SamplePlan.GroupsFor(Groups(5), previous: null).Count);

    [Fact]
    public void Of_many_groups_each_gets_its_turn()
    {
        var all = Groups(100);
        var state = SampleState.Empty;
        var asked = new HashSet<string>();

        for (var round = 1; round <= 4; round++)
        {
            var turn = SamplePlan.GroupsFor(all, state.Snapshot);
            asked.UnionWith(turn);
            state = SnapshotBuilder.Next(state, Facts(all, turn), round * 1_000);
        }

        Assert.Equal(100, asked.Count);
    }

    private static ClusterFacts Facts(List<GroupListing> all, IReadOnlyList<string> asked) =>
        new FakeCluster().WithBrokers(1).Facts with
    {
        GroupList = all,
        Groups = [.. asked.Select(id =>
            new GroupFacts(id, null, new Dictionary<Platform.Protocol.TopicPartition, OffsetAndMetadata>()))],
    };
}
