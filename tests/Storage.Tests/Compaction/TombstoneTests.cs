using Platform.Protocol.Records;
using Platform.Storage;
using Platform.Testing;

namespace Platform.Storage.Tests.Compaction;

/// <summary>How long tombstones and transaction markers stay (KIP-534).</summary>
public sealed class TombstoneTests
{
    private readonly CleanerHarness _harness = new();

    [Theory]
    [InlineData(CompressionType.None)]
    [InlineData(CompressionType.Lz4)]
    public void A_tombstone_stays_for_the_delete_retention_after_it_was_met_first(CompressionType codec)
    {
        _harness.Put(codec, ("a", "1"), ("b", "1"));
        _harness.Put(codec, ("a", null), ("c", "1"));
        _harness.NowMs += 50_000;
        _harness.CleanAll();
        Assert.Equal([("b", "1"), ("a", null), ("c", "1")], Pairs());
        Assert.Equal(60_000 + 1000, Assert.Single(_harness.Headers(), h => h.HasDeleteHorizon).BaseTimestamp);

        CleanAgainAfter(999);
        Assert.Contains(("a", null), Pairs());

        CleanAgainAfter(1);
        Assert.DoesNotContain(("a", null), Pairs());
        Assert.Contains(("c", "1"), Pairs());
    }

    [Fact]
    public void Records_keep_their_timestamps_when_their_batch_gets_a_delete_horizon()
    {
        _harness.Put(("a", null), ("b", "1"));
        _harness.NowMs += 7;
        _harness.Put(("c", "1"));
        var before = _harness.ReadAll();
        _harness.NowMs += 50_000;

        _harness.CleanAll();

        Assert.Equal(before, _harness.ReadAll());
        Assert.True(_harness.Headers()[0].HasDeleteHorizon);
        Assert.Equal(10_000, _harness.Headers()[0].MaxTimestamp);
    }

    [Fact]
    public void The_horizon_is_set_once_and_survives_a_restart()
    {
        _harness.Put(("a", null));
        _harness.CleanAll();
        var horizon = _harness.Headers()[0].BaseTimestamp;

        CleanAgainAfter(500);
        _harness.Restart();

        Assert.Equal(horizon, _harness.Headers()[0].BaseTimestamp);
    }

    [Fact]
    public void Aborted_records_go_at_once_and_their_marker_after_the_delete_retention()
    {
        _harness.PutTransactional(7, sequence: 0, ("x", "1"), ("y", "1"));
        _harness.Append(TestBatches.Abort(7, 0, nowMs: _harness.NowMs), AppendOrigin.Coordinator);
        NextTransaction();
        _harness.CleanAll();
        Assert.Equal([(2L, 2L)], Controls(below: 3));
        Assert.DoesNotContain(_harness.Headers(), h => h.BaseOffset == 0);

        // The first pass saw data, the second one sees none and sets the horizon, the third one comes after it.
        CleanAgainAfter(1);
        Assert.Equal([(2L, 2L)], Controls(below: 3));
        CleanAgainAfter(2000);

        Assert.Empty(Controls(below: 3));
    }

    [Fact]
    public void Consumers_are_told_of_an_aborted_transaction_as_long_as_its_marker_stays()
    {
        _harness.PutTransactional(7, sequence: 0, ("x", "1"), ("y", "1"));
        _harness.Append(TestBatches.Abort(7, 0, nowMs: _harness.NowMs), AppendOrigin.Coordinator);
        _harness.CleanAll();

        Assert.Equal((7, 0L, 2L), Assert.Single(_harness.Log.AbortedTransactions(0, 3)) is var aborted
            ? (aborted.ProducerId, aborted.FirstOffset, aborted.LastOffset) : default);
        _harness.Restart();
        Assert.Single(_harness.Log.AbortedTransactions(0, 3));
    }

    [Fact]
    public void Keys_of_an_aborted_transaction_replace_nothing()
    {
        _harness.Put(("a", "1"));
        _harness.PutTransactional(7, sequence: 0, ("a", "aborted"));
        _harness.Append(TestBatches.Abort(7, 0, nowMs: _harness.NowMs), AppendOrigin.Coordinator);

        _harness.CleanAll();

        Assert.Equal([("a", "1")], Pairs());
    }

    [Fact]
    public void Nothing_of_an_open_transaction_is_cleaned()
    {
        _harness.Put(("a", "1"));
        _harness.Roll();
        _harness.PutTransactional(7, sequence: 0, ("x", "1"));
        _harness.Put(("a", "2"));
        _harness.Roll();

        _harness.Clean();

        Assert.Equal([("a", "1"), ("x", "1"), ("a", "2")], Pairs());
        Assert.Equal(1, _harness.Log.CleanedOffset);
    }

    [Fact]
    public void The_last_batch_of_a_producer_stays_without_records_so_that_duplicates_are_known_after_a_restart()
    {
        using var builder = new RecordBatchBuilder { ProducerId = 9, ProducerEpoch = 2, BaseSequence = 5 };
        builder.Append(_harness.NowMs, "a"u8.ToArray(), "1"u8.ToArray());
        var batch = builder.Build();
        _harness.Append((byte[])batch.Clone());
        _harness.Put(("a", "2"));
        _harness.CleanAll();
        foreach (var snapshot in _harness.FileNames().Where(name => name.EndsWith(".snapshot", StringComparison.Ordinal)).ToList())
            _harness.Files.DeleteFile($"/data/t-0/{snapshot}");

        _harness.Restart();
        var again = _harness.Log.AppendAsLeader(batch, 0, AppendOrigin.Client, _harness.NowMs);

        Assert.True(again.IsDuplicate);
        Assert.Equal(0, again.FirstOffset);
        var left = Assert.Single(_harness.Headers(), h => h.ProducerId == 9);
        Assert.Equal((0, 0L, 0L), (left.RecordCount, left.BaseOffset, left.LastOffset));
        Assert.Equal([("a", "2")], Pairs());
    }

    // Something must be dirty for another pass.
    private void CleanAgainAfter(long ms)
    {
        _harness.NowMs += ms;
        _harness.Put(($"filler-{_harness.NowMs}", "x"));
        _harness.CleanAll();
    }

    // A producer's newest marker is kept for its epoch.
    private void NextTransaction()
    {
        _harness.PutTransactional(7, sequence: 2, ("z", "1"));
        _harness.Append(TestBatches.Commit(7, 0, nowMs: _harness.NowMs), AppendOrigin.Coordinator);
    }

    private IEnumerable<(long, long)> Controls(long below) =>
        _harness.Headers().Where(h => h.IsControl && h.LastOffset < below).Select(h => (h.BaseOffset, h.LastOffset));

    private IEnumerable<(string?, string?)> Pairs() => _harness.ReadAll().Select(record => (record.Key, record.Value));
}
