using System.Text.Json;
using Platform.Api.Hosting;
using Platform.Api.RestProxy.V2;
using Platform.Api.RestProxy.V2.Consumers;
using Platform.Api.RestProxy.V2.Consumers.Ownership;
using Platform.Client.Consuming;

namespace Platform.Api.Tests.RestProxy.V2.Ownership;

/// <summary>The order of the topic's records decides who owns an instance.</summary>
public sealed class InstanceTableTests
{
    private static readonly InstanceOwner A = new("http://a:8082", "1");
    private static readonly InstanceOwner AStartedAgain = new("http://a:8082", "2");
    private static readonly InstanceOwner B = new("http://b:8082", "3");
    private static readonly InstanceKey Key = new("g", "i");

    private readonly InstanceTable _table = new();

    private static InstanceState State(InstanceOwner owner, int epoch, bool isClaim = true, long lastUsedMs = 0) => new(
        new ConsumerSettings(Key.Group, Key.Name, EmbeddedFormat.Json, AutoOffsetReset.Earliest, AutoCommit: true, 1, null),
        owner, epoch, isClaim, ["t"], Pattern: null, Partitions: null, [new StoredPosition("t", 0, 7)], lastUsedMs);

    private InstanceChange Apply(InstanceState? state, bool isLive = true) => _table.Apply(
        JsonSerializer.SerializeToUtf8Bytes(Key, InstanceJson.Default.InstanceKey), state?.Encode(), state is not null,
        isLive, out _);

    [Fact]
    public void Of_two_that_take_an_instance_over_at_once_the_first_in_the_log_has_it()
    {
        Apply(State(A, 1));

        var first = Apply(State(B, 2));
        var second = Apply(State(AStartedAgain, 2));

        Assert.Equal((InstanceChange.Stored, InstanceChange.Stale), (first, second));
        Assert.Equal(B, _table.Find(Key)!.Owner);
    }

    [Fact]
    public void What_an_earlier_owner_still_writes_does_not_count()
    {
        Apply(State(A, 1));
        Apply(State(B, 2));

        Assert.Equal(InstanceChange.Stale, Apply(State(A, 1, isClaim: false, lastUsedMs: 9)));
        Assert.Equal(InstanceChange.Stored, Apply(State(B, 2, isClaim: false, lastUsedMs: 5)));
        Assert.Equal((B, 5), (_table.Find(Key)!.Owner, _table.Find(Key)!.LastUsedMs));
    }

    [Fact]
    public void A_late_word_about_a_removed_instance_does_not_bring_it_back()
    {
        Apply(State(A, 1));

        Assert.Equal(InstanceChange.Removed, Apply(null));
        Assert.Equal(InstanceChange.Stale, Apply(State(A, 1, isClaim: false)));
        Assert.Null(_table.Find(Key));
    }

    [Fact]
    public void A_compacted_topic_begins_with_records_whose_claims_are_gone()
    {
        Assert.Equal(InstanceChange.Stored, Apply(State(A, 3, isClaim: false), isLive: false));
        Assert.Equal(7, Assert.Single(_table.Find(Key)!.Positions!).Offset);
    }

    [Theory]
    [InlineData("[]", "{}")]
    [InlineData("{", "{}")]
    [InlineData("""{"group":"g"}""", "{}")]
    [InlineData("""{"group":"g","instance":"i"}""", "{}")]
    [InlineData("""{"group":"g","instance":"i"}""", "\"x\"")]
    public void Records_that_are_none_of_ours_are_passed_over(string key, string value) => Assert.Equal(
        InstanceChange.Foreign, _table.Apply(System.Text.Encoding.UTF8.GetBytes(key),
            System.Text.Encoding.UTF8.GetBytes(value), hasValue: true, isLive: true, out _));

    [Theory]
    [InlineData(10, null, 5, true)]
    [InlineData(10, null, 10, false)]
    [InlineData(10, null, 12, false)]
    [InlineData(3, 12L, 12, true)]
    [InlineData(3, 12L, 14, false)]
    [InlineData(3, -1L, -1, true)]
    public void A_position_gives_way_to_a_commit_that_came_later(
        long offset, long? soughtOver, long committed, bool goesOnAtPosition) =>
        Assert.Equal(goesOnAtPosition, new StoredPosition("t", 0, offset, soughtOver).IsNewerThan(committed));

    [Fact]
    public void What_is_too_much_to_write_down_is_left_out_or_refused()
    {
        var many = Enumerable.Range(0, 20_000).Select(i => new StoredPosition("topic-of-some-length", i, i)).ToList();
        var topics = Enumerable.Range(0, 2_000).Select(i => new string('t', 200) + i).ToList();

        var withoutPositions = InstanceState.Decode((State(A, 1) with { Positions = many }).Encode());
        var byPattern = InstanceState.Decode((State(A, 1) with { Topics = topics, Pattern = "t.*" }).Encode());

        Assert.Null(withoutPositions!.Positions);
        Assert.Equal(["t"], withoutPositions.Topics!);
        Assert.Equal((0, "t.*"), (byPattern!.Topics!.Count, byPattern.Pattern));
        Assert.Equal(422, Assert.Throws<ProblemException>(() => (State(A, 1) with { Topics = topics }).Encode()).ErrorCode);
    }
}
