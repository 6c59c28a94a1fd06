using Platform.Chaos.Checks;
using Platform.Chaos.Faults;
using Platform.Chaos.History;
using Platform.Chaos.Scenarios;
using Platform.Protocol;
using Xunit;

namespace Platform.Chaos.Tests;

/// <summary>Histories made by hand: a good one that breaks no rule, and copies with one thing wrong, of which each must be
/// noticed. A checker that sees nothing would make every campaign a success.</summary>
public sealed class CheckTests
{
    private const int Records = 6;
    private static readonly TopicPartition Plain = new(Topics.Plain, 0), Transactional = new(Topics.Transactional, 0);
    private static readonly TopicPartition Source = new(Topics.Source, 0), Copy = new(Topics.Copy, 0);

    [Fact]
    public void A_good_history_breaks_no_rule() => Assert.Empty(Broken(Good()));

    [Fact]
    public void A_lost_record_is_noticed() => Breaks<NothingLost>(Without(Final(Plain, 3)));

    [Fact]
    public void A_second_copy_is_noticed() =>
        Breaks<NothingTwice>([.. Good(), Final(Plain, 3) with { Offset = Records }]);

    [Fact]
    public void Another_record_at_the_same_offset_is_noticed() => Breaks<OffsetsKeepTheirRecord>(
        [.. Good(), new Consumed("r2", null, false, Plain, 2, new Mark("w", 4))]);

    [Fact]
    public void Two_records_that_changed_places_are_noticed() => Breaks<OrderIsKept>(
        [.. Without(Final(Plain, 2), Final(Plain, 3)), Final(Plain, 2) with { Offset = 3 }, Final(Plain, 3) with { Offset = 2 }]);

    [Fact]
    public void A_record_before_one_that_was_acknowledged_before_it_was_sent_is_noticed() => Breaks<OrderIsKept>(
        [.. Good(), Sent(Plain, "late", 0) with { Offset = 1, BeganUs = 9_000, EndedUs = 9_100, Guarantee = Guarantee.AtLeastOnce }]);

    [Fact]
    public void A_skipped_record_is_noticed() => Breaks<ReadersGoForward>(Without(Handed(3)));

    [Fact]
    public void A_reader_that_goes_back_is_noticed() => Breaks<ReadersGoForward>([.. Good(), Handed(2)]);

    [Fact]
    public void A_committed_offset_that_vanishes_is_noticed() => Breaks<CommittedOffsetsStay>(
        [.. Good(), new OffsetSeen("g", Plain, -1) { BeganUs = 8_000, EndedUs = 8_100 }]);

    [Fact]
    public void A_group_that_commits_what_it_was_not_handed_is_noticed() => Breaks<GroupsReadEverything>(
        [.. Good(), new OffsetCommitted("g", Plain, 6, Outcome.Ok) { BeganUs = 9_000, EndedUs = 9_100 }]);

    [Fact]
    public void A_torn_transaction_is_noticed() => Breaks<TransactionsAreWhole>(Without(FinalCommitted(Transactional, "t", 1, 1)));

    [Fact]
    public void A_visible_aborted_record_is_noticed() =>
        Breaks<TransactionsAreWhole>([.. Good(), FinalCommitted(Transactional, "t", 2, 2)]);

    [Fact]
    public void An_aborted_record_that_a_reader_was_handed_is_noticed() => Breaks<AbortedStaysHidden>(
        [.. Good(), new Consumed("c", null, true, Transactional, 2, new Mark("t", 2))]);

    [Fact]
    public void A_copy_that_lacks_a_record_is_noticed() => Breaks<CopiesAreExact>(Without(FinalCommitted(Copy, "s", 1, 1)));

    [Fact]
    public void A_copy_with_a_record_twice_is_noticed() =>
        Breaks<CopiesAreExact>([.. Good(), FinalCommitted(Copy, "s", 1, 5)]);

    [Fact]
    public void An_end_that_goes_back_is_noticed() => Breaks<NothingGoesBack>(
        [.. Good(), new EndSeen(Plain, 1, false, 2) { BeganUs = 8_000, EndedUs = 8_100 }]);

    [Fact]
    public void The_end_that_a_leader_of_the_past_tells_binds_nobody() => Assert.Empty(Broken(
        [.. Good(), new EndSeen(Plain, 0, false, 2) { BeganUs = 8_000, EndedUs = 8_100 }]));

    [Fact]
    public void Two_leaders_of_an_epoch_are_noticed() => Breaks<OneLeaderPerEpoch>([.. Good(), new LeaderSeen(2, 1, Plain, 2, 1)]);

    [Fact]
    public void A_standstill_is_noticed() => Breaks<WorkGoesOn>(
        [.. Good(), new FaultPeriod("a nap", true) { BeganUs = 20_000, EndedUs = 30_000 }]);

    [Fact]
    public void What_was_noticed_while_running_counts() => Breaks<NothingStrange>([.. Good(), new Failure("node 1", "ended by itself")]);

    private static List<HistoryEvent> Without(params HistoryEvent[] missing)
    {
        var history = Good();
        foreach (var happened in missing)
            Assert.True(history.Remove(happened));
        return history;
    }

    private static void Breaks<TCheck>(List<HistoryEvent> history) => Assert.Contains(typeof(TCheck), Broken(history));

    private static List<Type> Broken(List<HistoryEvent> history)
    {
        var evidence = new Evidence(history);
        return [.. Run.UsualChecks.Where(check => check.Breaches(evidence).Any()).Select(check => check.GetType())];
    }

    // Six records, read and committed up to the fifth; a transaction committed and one aborted; a copy.
    private static List<HistoryEvent> Good() =>
    [
        .. Enumerable.Range(0, Records).Select(i => Sent(Plain, "w", i)),
        .. Enumerable.Range(0, Records).SelectMany(i => new[] { Final(Plain, i), FinalCommitted(Plain, "w", i, i) }),
        .. Enumerable.Range(0, Records - 1).Select(Handed),
        new OffsetCommitted("g", Plain, Records - 1, Outcome.Ok) { BeganUs = 7_000, EndedUs = 7_100 },
        new OffsetSeen("g", Plain, Records - 1) { BeganUs = 7_200, EndedUs = 7_300 },
        .. Enumerable.Range(0, 3).Select(i => Sent(Transactional, "t", i) with { Transaction = i / 2 }),
        .. Enumerable.Range(0, 3).Select(i => Final(Transactional, i) with { Value = new Mark("t", i) }),
        .. Enumerable.Range(0, 2).Select(i => FinalCommitted(Transactional, "t", i, i)),
        new TransactionEnded("t", 0, Outcome.Ok),
        new TransactionEnded("t", 1, Outcome.Failed),
        .. Enumerable.Range(0, 2).SelectMany(i => new[] { FinalCommitted(Source, "s", i, i), FinalCommitted(Copy, "s", i, i) }),
        new OffsetCommitted("copier", Source, 2, Outcome.Ok, InTransaction: true),
        new EndSeen(Plain, 1, false, 6) { BeganUs = 7_000, EndedUs = 7_100 },
        new LeaderSeen(1, 1, Plain, 1, 1),
    ];

    private static Written Sent(TopicPartition partition, string writer, int i) =>
        new(writer, i, partition, Outcome.Ok, i, Guarantee.ExactlyOnce) { BeganUs = 100 * i, EndedUs = 1_000 + (100 * i) };

    private static FinalRecord Final(TopicPartition partition, int i) => new(partition, i, new Mark("w", i), Committed: false);

    private static FinalRecord FinalCommitted(TopicPartition partition, string writer, int i, int offset) =>
        new(partition, offset, new Mark(writer, i), Committed: true);

    private static Consumed Handed(int i) => new("r", "g", false, Plain, i, new Mark("w", i)) { EndedUs = 5_000 + i };
}
