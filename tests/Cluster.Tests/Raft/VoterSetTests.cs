using Platform.Cluster.Raft;

namespace Platform.Cluster.Tests.Raft;

public sealed class VoterSetTests
{
    [Fact]
    public void The_value_of_controller_quorum_voters_is_read()
    {
        var voters = VoterSet.Parse(["3@c:9095", "1@localhost:9093", " 2@[::1]:9094 "]);

        Assert.Equal([1, 2, 3], voters.Voters.Select(voter => voter.Id));
        Assert.Equal("::1", voters.Find(2)!.Host);
        Assert.Equal(9095, voters.Find(3)!.Port);
    }

    [Theory]
    [InlineData("localhost:9093")]
    [InlineData("x@localhost:9093")]
    [InlineData("1@localhost")]
    [InlineData("1@:9093")]
    [InlineData("-1@localhost:9093")]
    [InlineData("1@localhost:99999")]
    public void A_wrong_entry_is_named_together_with_what_is_expected(string entry)
    {
        var error = Assert.Throws<FormatException>(() => VoterSet.Parse([entry]));

        Assert.Contains($"'{entry}'", error.Message, StringComparison.Ordinal);
        Assert.Contains("id@host:port", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_voter_that_is_listed_twice_is_refused()
    {
        var error = Assert.Throws<FormatException>(() => VoterSet.Parse(["1@a:1", "1@b:2"]));

        Assert.Contains("voter 1 is listed twice", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void No_voters_are_refused() => Assert.Throws<FormatException>(() => VoterSet.Parse([""]));

    [Theory]
    [InlineData(1, 1)]
    [InlineData(2, 2)]
    [InlineData(3, 2)]
    [InlineData(4, 3)]
    [InlineData(5, 3)]
    public void A_majority_is_more_than_half(int voters, int majority)
    {
        var set = VoterSet.Parse(Enumerable.Range(1, voters).Select(id => $"{id}@host:{id}"));

        Assert.Equal(majority, set.Majority);
    }
}
