using Platform.Protocol;
using Platform.Storage.Tests.Logs;
using Platform.Testing;

namespace Platform.Storage.Tests.Transactions;

/// <summary>How far readers of committed records may see, and what they are told to leave out.</summary>
public sealed class LastStableOffsetTests
{
    private readonly LogHarness _harness = new();

    private UnifiedLog Log => _harness.Log;

    [Fact]
    public void An_open_transaction_holds_the_last_stable_offset_at_its_first_record()
    {
        _harness.Append("a", "b");
        _harness.AppendTransactional(producerId: 7, sequence: 0, count: 3);
        _harness.Append("c");

        Assert.Equal((2, 6), (Log.LastStableOffset, Log.HighWatermark));
        Assert.Equal(["a", "b"], ReadCommitted());
    }

    [Fact]
    public void A_commit_lets_readers_go_on_and_lists_nothing()
    {
        _harness.AppendTransactional(producerId: 7, sequence: 0);
        _harness.AppendMarker(TestBatches.Commit(7, 0));

        var found = Log.Read(0, 1 << 20, FetchIsolation.TxnCommitted, minOneMessage: true);
        found.Release();

        Assert.Equal(2, found.LastStableOffset);
        Assert.Empty(found.AbortedTransactions!);
        Assert.True(found.Records.SizeInBytes > 0);
    }

    [Fact]
    public void Of_two_open_transactions_the_older_one_holds()
    {
        _harness.AppendTransactional(producerId: 1, sequence: 0);
        _harness.AppendTransactional(producerId: 2, sequence: 0);

        _harness.AppendMarker(TestBatches.Commit(2, 0));
        Assert.Equal(0, Log.LastStableOffset);

        _harness.AppendMarker(TestBatches.Abort(1, 0));
        Assert.Equal(4, Log.LastStableOffset);
    }

    [Fact]
    public void A_marker_counts_only_once_it_is_replicated()
    {
        _harness.AppendTransactional(producerId: 1, sequence: 0);
        Log.AppendAsLeader(TestBatches.Commit(1, 0), 0, AppendOrigin.Coordinator, 1000);

        Assert.Equal(0, Log.LastStableOffset);
        Log.UpdateHighWatermark(Log.LogEndOffset);
        Assert.Equal(2, Log.LastStableOffset);
    }

    [Fact]
    public void The_last_stable_offset_is_never_above_the_high_watermark()
    {
        Log.AppendAsLeader(TestBatches.Of("a"), 0, AppendOrigin.Client, 1000);
        Log.AppendAsLeader(TestBatches.Transactional(1, 0, 0), 0, AppendOrigin.Client, 1000,
            new TransactionAppend(VerificationGuard.NotAsked));

        Assert.Equal(0, Log.LastStableOffset);
    }

    [Fact]
    public void Aborted_transactions_are_listed_with_the_records_that_they_overlap()
    {
        _harness.AppendTransactional(producerId: 1, sequence: 0);           // 0
        _harness.AppendMarker(TestBatches.Abort(1, 0));                     // 1
        _harness.Append("x");                                               // 2
        _harness.AppendTransactional(producerId: 2, sequence: 0);           // 3
        _harness.AppendMarker(TestBatches.Abort(2, 0));                     // 4

        Assert.Equal([new(1, 0, 1, 2), new(2, 3, 4, 5)], Aborted(from: 0));
        Assert.Equal([new(2, 3, 4, 5)], Aborted(from: 2));
        Assert.Empty(Aborted(from: 5));
        Assert.Null(Log.Read(0, 100, FetchIsolation.HighWatermark, minOneMessage: false).AbortedTransactions);
    }

    [Fact]
    public void A_marker_in_a_later_segment_is_found_for_records_in_an_earlier_one()
    {
        _harness.AppendTransactional(producerId: 1, sequence: 0);
        Log.Roll();
        _harness.Append("x");
        Log.Roll();
        _harness.AppendMarker(TestBatches.Abort(1, 0));

        Assert.Equal([new(1, 0, 2, 3)], Aborted(from: 0));
    }

    [Fact]
    public void An_aborted_transaction_behind_the_records_that_are_returned_is_not_listed()
    {
        _harness.Config = LogConfig.Default with { IndexIntervalBytes = 0 };
        _harness.Restart();
        for (var i = 0; i < 5; i++)
            _harness.Append("x");
        _harness.AppendTransactional(producerId: 1, sequence: 0);
        _harness.AppendMarker(TestBatches.Abort(1, 0));

        var found = Log.Read(0, 1, FetchIsolation.TxnCommitted, minOneMessage: true);
        found.Release();

        Assert.Empty(found.AbortedTransactions!);
    }

    [Theory, InlineData(true), InlineData(false)]
    public void Open_transactions_hold_after_a_restart(bool isClean)
    {
        _harness.Append("a");
        _harness.AppendTransactional(producerId: 7, sequence: 0);

        if (isClean)
            _harness.Restart();
        else
            _harness.KillAndRestart();

        Assert.Equal((1, 2), (Log.LastStableOffset, Log.HighWatermark));
        _harness.AppendMarker(TestBatches.Commit(7, 0));
        Assert.Equal(3, Log.LastStableOffset);
    }

    [Fact]
    public void Truncating_an_open_transaction_away_frees_readers()
    {
        _harness.Append("a");
        _harness.AppendTransactional(producerId: 7, sequence: 0);

        Log.TruncateTo(1);
        _harness.Append("b");

        Assert.Equal(2, Log.LastStableOffset);
    }

    [Fact]
    public void Deleted_records_do_not_hold_readers_before_the_start_of_the_log()
    {
        _harness.AppendTransactional(producerId: 7, sequence: 0, count: 3);
        _harness.Append("a");

        Log.MaybeIncrementLogStartOffset(2);

        Assert.Equal(2, Log.LastStableOffset);
        Assert.Empty(ReadCommitted(from: 2));
    }

    [Fact]
    public void A_follower_knows_open_and_aborted_transactions()
    {
        var follower = new LogHarness();
        _harness.AppendTransactional(producerId: 1, sequence: 0);
        _harness.AppendMarker(TestBatches.Abort(1, 0));
        _harness.AppendTransactional(producerId: 2, sequence: 0);

        follower.Log.AppendAsFollower(_harness.Read(0));
        follower.Log.UpdateHighWatermark(3);

        Assert.Equal(2, follower.Log.LastStableOffset);
        Assert.Equal([new AbortedTransaction(1, 0, 1, 2)], follower.Log.AbortedTransactions(0, 3));
    }

    private IReadOnlyList<AbortedTransaction> Aborted(long from)
    {
        var found = Log.Read(from, 1 << 20, FetchIsolation.TxnCommitted, minOneMessage: true);
        found.Release();
        return found.AbortedTransactions!;
    }

    private List<string> ReadCommitted(long from = 0) => [.. TestBatches.Values(
        _harness.Read(from, isolation: FetchIsolation.TxnCommitted)).Select(value => value.Value)];
}
