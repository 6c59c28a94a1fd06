using Platform.Storage.Tests.Logs;
using Platform.Testing;

namespace Platform.Storage.Tests.Transactions;

/// <summary>Aborted transactions on disk: Kafka's format, and nothing lost by crashes.</summary>
public sealed class TransactionIndexTests
{
    private const string IndexFile = "/data/topic-0/00000000000000000000.txnindex";
    private readonly LogHarness _harness = new();

    [Fact]
    public void The_file_has_Kafkas_34_bytes_for_each_aborted_transaction()
    {
        _harness.Append("x");
        _harness.AppendTransactional(producerId: 0x0102, sequence: 0, count: 2);
        _harness.AppendTransactional(producerId: 0x0A, sequence: 0);
        _harness.AppendMarker(TestBatches.Abort(0x0102, 0));

        _harness.Log.Flush();

        Assert.Equal(
            "0000" + "0000000000000102" +                 // version, producer id
            "0000000000000001" + "0000000000000004" +     // first offset, offset of the marker
            "0000000000000003",                           // last stable offset: where the other transaction began
            Convert.ToHexString(_harness.Files.ReadAllBytes(IndexFile)));
    }

    [Fact]
    public void There_is_no_file_when_nothing_was_aborted()
    {
        _harness.AppendTransactional(producerId: 1, sequence: 0);
        _harness.AppendMarker(TestBatches.Commit(1, 0));

        _harness.Restart();

        Assert.False(_harness.Files.FileExists(IndexFile));
    }

    [Theory, InlineData(false), InlineData(true)]
    public void Aborted_transactions_are_known_after_a_crash(bool flushed)
    {
        for (var i = 0; i < 10; i++)
        {
            AbortOne(producerId: 1, sequence: i);
            if (i == 4 && flushed)
            {
                _harness.Log.Flush();
                _harness.RecoveryPoint = _harness.Log.RecoveryPoint;
            }
        }
        var before = _harness.Log.AbortedTransactions(0, long.MaxValue);

        _harness.KillAndRestart();

        Assert.Equal(10, before.Count);
        Assert.Equal(before, _harness.Log.AbortedTransactions(0, long.MaxValue));
    }

    [Fact]
    public void A_transaction_that_was_flushed_before_its_marker_is_found_whole_after_a_power_cut()
    {
        _harness.Config = LogConfig.Default with { SegmentBytes = 300 };
        _harness.Restart();
        _harness.AppendTransactional(producerId: 5, sequence: 0);
        for (var i = 0; i < 8; i++)
            _harness.Append("filler of some bytes");
        _harness.Log.Flush();
        _harness.RecoveryPoint = _harness.Log.RecoveryPoint;
        _harness.AppendMarker(TestBatches.Abort(5, 0));
        var before = Assert.Single(_harness.Log.AbortedTransactions(0, long.MaxValue));

        _harness.KillAndRestart();

        Assert.True(_harness.Log.SegmentCount > 1);
        Assert.Equal([before], _harness.Log.AbortedTransactions(0, long.MaxValue));
    }

    [Theory, InlineData(10), InlineData(34 + 1)]
    public void A_damaged_index_is_made_again_from_the_log(int bytes)
    {
        AbortOne(1, 0);
        AbortOne(1, 1);
        var before = _harness.Log.AbortedTransactions(0, long.MaxValue);
        _harness.Log.Close();
        var content = _harness.Files.ReadAllBytes(IndexFile);
        _harness.Files.WriteAllBytes(IndexFile, content[..bytes]);
        _harness.RecoveryPoint = 4;

        _harness.Restart();

        Assert.Equal(before, _harness.Log.AbortedTransactions(0, long.MaxValue));
        _harness.Log.Flush();
        _harness.Restart();
        Assert.Equal(before, _harness.Log.AbortedTransactions(0, long.MaxValue));
    }

    [Fact]
    public void Truncation_takes_aborted_transactions_with_it()
    {
        AbortOne(1, 0);
        AbortOne(1, 1);
        _harness.Log.Flush();

        _harness.Log.TruncateTo(3);
        _harness.AppendMarker(TestBatches.Commit(1, 0));

        Assert.Equal([new AbortedTransaction(1, 0, 1, 2)], _harness.Log.AbortedTransactions(0, long.MaxValue));
        _harness.KillAndRestart();
        Assert.Equal([new AbortedTransaction(1, 0, 1, 2)], _harness.Log.AbortedTransactions(0, long.MaxValue));
    }

    [Fact]
    public void A_deleted_segment_takes_its_index_with_it()
    {
        _harness.Config = LogConfig.Default with { RetentionMs = 1 };
        _harness.Restart();
        AbortOne(1, 0);
        _harness.Log.Flush();
        _harness.Log.Roll();
        _harness.Append("x");

        _harness.Log.DeleteOldSegments(nowMs: 5000);

        Assert.False(_harness.Files.FileExists(IndexFile));
        Assert.Empty(_harness.Log.AbortedTransactions(0, long.MaxValue));
    }

    private void AbortOne(long producerId, int sequence)
    {
        _harness.AppendTransactional(producerId, sequence);
        _harness.AppendMarker(TestBatches.Abort(producerId, 0));
    }
}
