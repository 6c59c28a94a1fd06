using Platform.Cluster.Transactions;
using Platform.Protocol;
using Platform.Protocol.Messages;

namespace Platform.Cluster.Tests.Transactions;

/// <summary>Who owns a transactional id: the producer that came last.</summary>
public sealed class InitProducerIdTests
{
    private readonly TransactionTester _coordinator = new();

    [Fact]
    public void A_new_id_gets_a_producer_id_and_epoch_zero()
    {
        var granted = _coordinator.Init();

        Assert.Equal((ErrorCode.None, 1001L, (short)0), (granted.ErrorCode, granted.ProducerId, granted.ProducerEpoch));
        Assert.Equal(TransactionState.Empty, _coordinator.State().State);
    }

    [Fact]
    public void The_next_producer_gets_the_next_epoch()
    {
        _coordinator.Init();

        var second = _coordinator.Init();

        Assert.Equal((1001L, (short)1), (second.ProducerId, second.ProducerEpoch));
    }

    [Theory]
    [InlineData(0, ErrorCode.InvalidTransactionTimeout)]
    [InlineData(-1, ErrorCode.InvalidTransactionTimeout)]
    [InlineData(900_001, ErrorCode.InvalidTransactionTimeout)]
    [InlineData(900_000, ErrorCode.None)]
    public void The_timeout_has_limits(int timeoutMs, ErrorCode expected) =>
        Assert.Equal(expected, _coordinator.Init(timeoutMs: timeoutMs).ErrorCode);

    [Fact]
    public void Id_and_epoch_come_together_or_not_at_all()
    {
        Assert.Equal(ErrorCode.InvalidRequest, _coordinator.Init(producerId: 5).ErrorCode);
        Assert.Equal(ErrorCode.InvalidRequest, _coordinator.Init(id: "").ErrorCode);
    }

    [Theory, InlineData(true, false, ErrorCode.TransactionalIdAuthorizationFailed)]
    [InlineData(false, true, ErrorCode.UnsupportedVersion)]
    public void Two_phase_commit_of_others_is_refused(bool enable, bool keep, ErrorCode expected)
    {
        var request = new InitProducerIdRequest
        {
            TransactionalId = "t", TransactionTimeoutMs = 1000, Enable2Pc = enable, KeepPreparedTxn = keep,
        };

        Assert.Equal(expected, _coordinator.Call(request, 6).ErrorCode);
    }

    [Fact]
    public void Without_a_producer_id_at_hand_the_client_is_asked_to_come_again()
    {
        _coordinator.HasProducerIds = false;

        Assert.Equal(ErrorCode.CoordinatorLoadInProgress, _coordinator.Init().ErrorCode);
        Assert.Empty(_coordinator.Log);
    }

    [Fact]
    public void An_open_transaction_is_aborted_first_and_its_producer_fenced()
    {
        var first = _coordinator.Init();
        _coordinator.Add(first);

        Assert.Equal(ErrorCode.ConcurrentTransactions, _coordinator.Init().ErrorCode);
        Assert.Equal(TransactionState.PrepareAbort, _coordinator.State().State);
        Assert.Equal(ErrorCode.ConcurrentTransactions, _coordinator.Init().ErrorCode);
        var markers = Assert.Single(_coordinator.Markers);
        Assert.False(markers.Commit);
        Assert.True(markers.ProducerEpoch > first.ProducerEpoch);

        _coordinator.WriteMarkers();
        var second = _coordinator.Init();

        Assert.Equal(ErrorCode.None, second.ErrorCode);
        Assert.True(second.ProducerEpoch > markers.ProducerEpoch);
        Assert.Equal(ErrorCode.ProducerFenced, _coordinator.End(first, commit: true, version: 4).ErrorCode);
        Assert.Equal(ErrorCode.ProducerFenced, _coordinator.Add(first));
    }

    [Fact]
    public void A_producer_goes_on_with_the_next_epoch_after_an_error()
    {
        var first = _coordinator.Init();

        var second = _coordinator.Init(producerId: first.ProducerId, epoch: first.ProducerEpoch);
        var retry = _coordinator.Init(producerId: first.ProducerId, epoch: first.ProducerEpoch);

        Assert.Equal(1, second.ProducerEpoch);
        Assert.Equal((second.ProducerId, second.ProducerEpoch), (retry.ProducerId, retry.ProducerEpoch));
    }

    [Fact]
    public void A_producer_that_was_taken_over_cannot_go_on()
    {
        var zombie = _coordinator.Init();
        _coordinator.Init();

        Assert.Equal(ErrorCode.ProducerFenced,
            _coordinator.Init(producerId: zombie.ProducerId, epoch: zombie.ProducerEpoch).ErrorCode);
        Assert.Equal(ErrorCode.ProducerFenced, _coordinator.Init(producerId: 77, epoch: 0).ErrorCode);
    }

    [Fact]
    public void A_zombie_that_goes_on_does_not_abort_the_transaction_of_its_successor()
    {
        var zombie = _coordinator.Init();
        var current = _coordinator.Init();
        _coordinator.Add(current);

        Assert.Equal(ErrorCode.ProducerFenced,
            _coordinator.Init(producerId: zombie.ProducerId, epoch: zombie.ProducerEpoch).ErrorCode);
        Assert.Equal(TransactionState.Ongoing, _coordinator.State().State);
    }

    [Fact]
    public void When_the_epochs_are_used_up_a_new_producer_id_is_given()
    {
        var last = _coordinator.Init();
        for (var epoch = 1; epoch <= short.MaxValue - 1; epoch++)
            last = _coordinator.Init();
        Assert.Equal(short.MaxValue - 1, last.ProducerEpoch);

        var rotated = _coordinator.Init(producerId: last.ProducerId, epoch: last.ProducerEpoch);
        var retry = _coordinator.Init(producerId: last.ProducerId, epoch: last.ProducerEpoch);

        Assert.Equal((1002L, (short)0), (rotated.ProducerId, rotated.ProducerEpoch));
        Assert.Equal((1002L, (short)0), (retry.ProducerId, retry.ProducerEpoch));
    }

    [Fact]
    public void A_request_whose_record_cannot_be_appended_changes_nothing()
    {
        _coordinator.Init();
        _coordinator.AppendError = ErrorCode.CoordinatorNotAvailable;

        Assert.Throws<Xunit.Sdk.IsTypeException>(() => _coordinator.Init());

        Assert.Equal(0, _coordinator.State().Epoch);
    }
}
