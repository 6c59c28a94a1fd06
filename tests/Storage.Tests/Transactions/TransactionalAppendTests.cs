using Platform.Protocol;
using Platform.Storage.Tests.Logs;
using Platform.Testing;

namespace Platform.Storage.Tests.Transactions;

/// <summary>Who may open, continue and end a transaction in a partition (KIP-98, KIP-890).</summary>
public sealed class TransactionalAppendTests
{
    private const long Pid = 7;
    private readonly LogHarness _harness = new();

    [Fact]
    public void A_transaction_that_the_coordinator_did_not_vouch_for_is_refused()
    {
        var refused = _harness.Append(TestBatches.Transactional(Pid, 0, 0));

        Assert.Equal(ErrorCode.InvalidTxnState, refused.Error);
        Assert.Equal(0, _harness.Log.LogEndOffset);
    }

    [Fact]
    public void Only_the_first_batch_of_a_transaction_is_asked_for()
    {
        var guard = _harness.Log.StartVerification(Pid, 0, 0, nowMs: 0);

        Assert.NotNull(guard);
        Assert.Equal(ErrorCode.None, Send(0, guard).Error);
        Assert.Null(_harness.Log.StartVerification(Pid, 0, 1, nowMs: 0));
        Assert.Equal(ErrorCode.None, Send(1, guard: null).Error);
    }

    [Fact]
    public void A_marker_in_between_makes_the_coordinators_word_void()
    {
        var guard = _harness.Log.StartVerification(Pid, 0, 0, nowMs: 0);

        _harness.AppendMarker(TestBatches.Abort(Pid, 0));

        Assert.Equal(ErrorCode.InvalidTxnState, Send(0, guard).Error);
    }

    [Fact]
    public void The_marker_of_the_last_transaction_does_not_stop_the_next_one_that_waits_already()
    {
        _harness.AppendTransactional(Pid, 0);
        var next = _harness.Log.StartVerification(Pid, 1, 0, nowMs: 0);

        _harness.AppendMarker(TestBatches.Commit(Pid, epoch: 1), version: 2);

        Assert.Equal(ErrorCode.None, Send(0, next, epoch: 1, version: 2).Error);
    }

    [Fact]
    public void A_guard_of_an_older_epoch_is_void()
    {
        var old = _harness.Log.StartVerification(Pid, 0, 0, nowMs: 0);
        var current = _harness.Log.StartVerification(Pid, 1, 0, nowMs: 0);

        Assert.Equal(ErrorCode.InvalidTxnState, Send(0, old).Error);
        Assert.Equal(ErrorCode.None, Send(0, current, epoch: 1).Error);
    }

    [Fact]
    public void A_later_batch_does_not_overtake_the_one_that_opens_the_transaction()
    {
        var first = _harness.Log.StartVerification(Pid, 0, 0, nowMs: 0);
        var second = _harness.Log.StartVerification(Pid, 0, 1, nowMs: 0);

        Assert.Equal(ErrorCode.OutOfOrderSequenceNumber, Send(1, second).Error);
        Assert.Equal(ErrorCode.None, Send(0, first).Error);
        Assert.Equal(ErrorCode.None, Send(1, second).Error);
    }

    [Fact]
    public void In_version_2_a_producer_without_state_begins_at_sequence_zero()
    {
        var guard = _harness.Log.StartVerification(Pid, 0, 5, nowMs: 0);

        Assert.Equal(ErrorCode.OutOfOrderSequenceNumber, Send(5, guard, version: 2).Error);
        Assert.Equal(ErrorCode.None, Send(5, guard, version: 1).Error);
    }

    [Fact]
    public void A_batch_outside_of_the_open_transaction_is_refused()
    {
        _harness.AppendTransactional(Pid, 0);

        Assert.Equal(ErrorCode.InvalidTxnState, _harness.Append(TestBatches.Idempotent(Pid, 0, 1)).Error);
    }

    [Fact]
    public void A_marker_fences_older_epochs()
    {
        _harness.AppendTransactional(Pid, 0);
        _harness.AppendMarker(TestBatches.Abort(Pid, epoch: 1));

        Assert.Equal(ErrorCode.InvalidProducerEpoch, _harness.AppendTransactional(Pid, 1).Error);
        Assert.Equal(ErrorCode.None, _harness.AppendTransactional(Pid, 0, epoch: 1).Error);
    }

    [Theory]
    [InlineData(0, 0, ErrorCode.None)]
    [InlineData(2, 0, ErrorCode.InvalidProducerEpoch)]      // the transaction is still that of the producer
    [InlineData(2, 1, ErrorCode.None)]
    public void From_version_2_on_a_marker_needs_a_newer_epoch(short version, short markerEpoch, ErrorCode expected)
    {
        _harness.AppendTransactional(Pid, 0);

        Assert.Equal(expected, _harness.AppendMarker(TestBatches.Commit(Pid, markerEpoch), version).Error);
    }

    [Fact]
    public void A_marker_that_is_sent_twice_is_no_error()
    {
        _harness.AppendTransactional(Pid, 0);

        Assert.Equal(ErrorCode.None, _harness.AppendMarker(TestBatches.Commit(Pid, 1), version: 2).Error);
        Assert.Equal(ErrorCode.None, _harness.AppendMarker(TestBatches.Commit(Pid, 1), version: 2).Error);
    }

    [Fact]
    public void An_older_coordinator_is_fenced()
    {
        _harness.AppendTransactional(Pid, 0);
        _harness.AppendMarker(TestBatches.Commit(Pid, 0, coordinatorEpoch: 5));

        Assert.Equal(ErrorCode.TransactionCoordinatorFenced,
            _harness.AppendMarker(TestBatches.Commit(Pid, 0, coordinatorEpoch: 4)).Error);
        _harness.KillAndRestart();
        Assert.Equal(ErrorCode.TransactionCoordinatorFenced,
            _harness.AppendMarker(TestBatches.Commit(Pid, 0, coordinatorEpoch: 4)).Error);
    }

    [Fact]
    public void The_snapshot_keeps_coordinator_epoch_and_open_transaction()
    {
        _harness.AppendTransactional(Pid, 0);
        _harness.AppendMarker(TestBatches.Commit(Pid, 0, coordinatorEpoch: 5));
        _harness.AppendTransactional(Pid, 1);
        _harness.Log.Close();

        var bytes = _harness.Files.ReadAllBytes("/data/topic-0/00000000000000000003.snapshot");

        Assert.Equal(
            "0000000000000007" + "0000" + "00000001" +                  // producer id, epoch, last sequence
            "0000000000000002" + "00000000" + "00000000000003E8" +      // last offset, offset delta, timestamp
            "00000005" + "0000000000000002",                            // coordinator epoch, open transaction
            Convert.ToHexString(bytes)[20..]);
    }

    [Fact]
    public void A_producer_with_an_open_transaction_does_not_expire()
    {
        _harness.AppendTransactional(Pid, 0);
        _harness.Append(TestBatches.Idempotent(8, 0, 0));

        Assert.Equal(1, _harness.Log.RemoveExpiredProducers(nowMs: 100_000, expirationMs: 1));

        var left = Assert.Single(_harness.Log.DescribeProducers());
        Assert.Equal(new ProducerInfo(Pid, 0, 0, 1000, -1, 0), left);
    }

    private LogAppendInfo Send(int sequence, VerificationGuard? guard, short epoch = 0, short version = 1) =>
        _harness.Append(TestBatches.Transactional(Pid, epoch, sequence),
            transaction: new TransactionAppend(guard, version));
}
