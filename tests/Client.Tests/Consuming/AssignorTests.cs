using Platform.Client.Consuming.Assignors;
using Platform.Protocol;

namespace Platform.Client.Tests.Consuming;

/// <summary>Assignors as functions: members and partition counts in, a division out.</summary>
public sealed class AssignorTests
{
    private static AssignorMember Member(string id, string topics, string owned = "", int generation = 1) =>
        new(id, null, topics.Split(' '), Partitions(owned), generation);

    private static TopicPartition[] Partitions(string text) =>
        [.. text.Split(' ', StringSplitOptions.RemoveEmptyEntries)
        .Select(name => new TopicPartition(name[..^1], name[^1] - '0'))];

    private static Dictionary<string, int> Counts(string text) => text.Split(' ')
        .ToDictionary(topic => topic[..^1], topic => topic[^1] - '0');

    private static string Divide(IPartitionAssignor assignor, string counts, params AssignorMember[] members) =>
        string.Join(" | ", assignor.Assign(Counts(counts), members).OrderBy(member => member.Key)
            .Select(member => string.Join(' ',
                member.Value.Select(partition => $"{partition.Topic}{partition.Partition}"))));

    [Theory]
    [InlineData("t3", "t", "t", "t0 t1 | t2")]
    [InlineData("t4", "t", "t", "t0 t1 | t2 t3")]
    [InlineData("t1", "t", "t", "t0 | ")]
    [InlineData("t3 u3", "t u", "t u", "t0 t1 u0 u1 | t2 u2")]
    [InlineData("t2 u2", "t", "t u", "t0 | t1 u0 u1")]
    public void Range_gives_each_member_neighbouring_partitions(string counts, string a, string b, string expected)
    {
        Assert.Equal(expected, Divide(PartitionAssignors.Range, counts, Member("a", a), Member("b", b)));
    }

    [Theory]
    [InlineData("t3", "t", "t", "t0 t2 | t1")]
    [InlineData("t3 u3", "t u", "t u", "t0 t2 u1 | t1 u0 u2")]
    [InlineData("t2 u2", "t", "t u", "t0 | t1 u0 u1")]
    [InlineData("t2 v1", "t", "t", "t0 | t1")]
    public void Round_robin_deals_partitions_out_one_by_one(string counts, string a, string b, string expected)
    {
        Assert.Equal(expected, Divide(PartitionAssignors.RoundRobin, counts, Member("a", a), Member("b", b)));
    }

    [Theory]
    [InlineData("t4", "", "", "t0 t2 | t1 t3")]
    [InlineData("t4", "t0 t1 t2 t3", "", "t0 t1 | t2 t3")]
    [InlineData("t4", "t3", "t0", "t1 t3 | t0 t2")]
    [InlineData("t5", "t0 t1 t2", "t3 t4", "t0 t1 t2 | t3 t4")]
    [InlineData("t2", "t0 t1 t7", "", "t0 | t1")]
    public void Sticky_moves_no_more_than_it_must(string counts, string ownedByA, string ownedByB, string expected)
    {
        Assert.Equal(expected,
            Divide(PartitionAssignors.Sticky, counts, Member("a", "t", ownedByA), Member("b", "t", ownedByB)));
    }

    [Fact]
    public void Sticky_takes_unequal_subscriptions_into_account()
    {
        var division = Divide(PartitionAssignors.Sticky, "t4 u2",
            Member("a", "t"), Member("b", "t u"), Member("c", "u"));

        Assert.Equal("t0 t2 | t1 t3 | u0 u1", division);
    }

    [Fact]
    public void Of_two_claims_the_one_of_the_newer_generation_counts()
    {
        var division = Divide(PartitionAssignors.Sticky, "t2",
            Member("a", "t", owned: "t0 t1", generation: 3), Member("b", "t", owned: "t0", generation: 4));

        Assert.Equal("t1 | t0", division);
    }

    [Fact]
    public void Cooperative_sticky_gives_a_moving_partition_to_nobody_at_first()
    {
        var first = Divide(PartitionAssignors.CooperativeSticky, "t4", Member("a", "t", "t0 t1 t2 t3"),
            Member("b", "t"));
        var second = Divide(PartitionAssignors.CooperativeSticky, "t4", Member("a", "t", "t0 t1"), Member("b", "t"));

        Assert.Equal("t0 t1 | ", first);
        Assert.Equal("t0 t1 | t2 t3", second);
    }

    [Theory]
    [InlineData("range")]
    [InlineData("roundrobin")]
    [InlineData("sticky")]
    [InlineData("cooperative-sticky")]
    public void Every_partition_goes_to_exactly_one_subscriber(string name)
    {
        var counts = Enumerable.Range(0, 7).ToDictionary(i => $"topic-{i}", i => i + 1);
        var members = Enumerable.Range(0, 5).Select(i =>
            Member($"member-{i}", string.Join(' ', counts.Keys.Where((_, topic) => (topic + i) % 3 != 0)))).ToArray();

        var division = PartitionAssignors.ByName(name).Assign(counts, members);

        var given = division.SelectMany(member => member.Value).ToList();
        Assert.Equal(counts.Values.Sum(), given.Count);
        Assert.Equal(given.Count, given.Distinct().Count());
        Assert.All(members, member =>
            Assert.All(division[member.MemberId], partition => Assert.Contains(partition.Topic, member.Topics)));
    }

    [Fact]
    public void What_sticky_members_had_survives_its_encoding()
    {
        var encoded = PartitionAssignors.Sticky.UserData(Partitions("t0 t2 u1"), generation: 9)!;

        var (owned, generation) = PartitionAssignors.Sticky.ReadUserData(encoded)!.Value;

        Assert.Equal(Partitions("t0 t2 u1"), owned);
        Assert.Equal(9, generation);
    }
}
