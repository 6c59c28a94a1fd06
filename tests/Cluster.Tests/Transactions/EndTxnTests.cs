using Platform.Cluster.Transactions;
using Platform.Protocol;
using Platform.Protocol.Messages;

namespace Platform.Cluster.Tests.Transactions;

/// <summary>EndTxn in both generations of the protocol, as tables of state and request.</summary>
public sealed class EndTxnTests
{
    private const short Old = 4;
    private const short Bumping = 5;
    private readonly TransactionTester _coordinator = new();

    [Theory, InlineData(true), InlineData(false)]
    public void The_decision_is_in_the_log_before_markers_are_written(bool commit)
    {
        var producer = _coordinator.Init();
        _coordinator.Add(producer, partitions: [3, 1]);

        Assert.Equal(ErrorCode.None, _coordinator.End(producer, commit, Old).ErrorCode);

        Assert.Equal(commit ? TransactionState.PrepareCommit : TransactionState.PrepareAbort, _coordinator.State().State);
        var markers = Assert.Single(_coordinator.Markers);
        Assert.Equal((commit, producer.ProducerEpoch), (markers.Commit, markers.ProducerEpoch));
        Assert.Equal([new("topic", 1), new("topic", 3)], markers.Partitions);

        _coordinator.WriteMarkers();
        Assert.Equal(commit ? TransactionState.CompleteCommit : TransactionState.CompleteAbort, _coordinator.State().State);
        Assert.Empty(_coordinator.State().Partitions);
    }

    // state, commit, expected
    [Theory]
    [InlineData("Empty", true, ErrorCode.InvalidTxnState)]
    [InlineData("Empty", false, ErrorCode.InvalidTxnState)]
    [InlineData("Ongoing", true, ErrorCode.None)]
    [InlineData("Ongoing", false, ErrorCode.None)]
    [InlineData("PrepareCommit", true, ErrorCode.ConcurrentTransactions)]
    [InlineData("PrepareCommit", false, ErrorCode.InvalidTxnState)]
    [InlineData("PrepareAbort", true, ErrorCode.InvalidTxnState)]
    [InlineData("PrepareAbort", false, ErrorCode.ConcurrentTransactions)]
    [InlineData("CompleteCommit", true, ErrorCode.None)]
    [InlineData("CompleteCommit", false, ErrorCode.InvalidTxnState)]
    [InlineData("CompleteAbort", true, ErrorCode.InvalidTxnState)]
    [InlineData("CompleteAbort", false, ErrorCode.None)]
    public void Old_clients_are_answered_by_the_state_alone(string state, bool commit, ErrorCode expected)
    {
        var producer = InState(state, Old);

        Assert.Equal(expected, _coordinator.End(producer, commit, Old).ErrorCode);
    }

    // state, commit, retry with the epoch before, expected, bumps
    [Theory]
    [InlineData("Empty", false, false, ErrorCode.None, true)]
    [InlineData("Empty", true, false, ErrorCode.InvalidTxnState, false)]
    [InlineData("Empty", false, true, ErrorCode.ProducerFenced, false)]
    [InlineData("Empty", true, true, ErrorCode.ProducerFenced, false)]
    [InlineData("Ongoing", true, false, ErrorCode.None, true)]
    [InlineData("Ongoing", false, false, ErrorCode.None, true)]
    [InlineData("Ongoing", true, true, ErrorCode.ProducerFenced, false)]
    [InlineData("PrepareCommit", true, true, ErrorCode.ConcurrentTransactions, false)]
    [InlineData("PrepareCommit", false, true, ErrorCode.InvalidTxnState, false)]
    [InlineData("PrepareCommit", true, false, ErrorCode.ProducerFenced, false)]
    [InlineData("PrepareAbort", false, true, ErrorCode.ConcurrentTransactions, false)]
    [InlineData("PrepareAbort", true, true, ErrorCode.InvalidTxnState, false)]
    [InlineData("CompleteCommit", true, true, ErrorCode.None, false)]
    [InlineData("CompleteCommit", false, true, ErrorCode.InvalidTxnState, false)]
    [InlineData("CompleteCommit", true, false, ErrorCode.InvalidTxnState, false)]
    [InlineData("CompleteCommit", false, false, ErrorCode.None, true)]
    [InlineData("CompleteAbort", false, true, ErrorCode.None, false)]
    [InlineData("CompleteAbort", true, true, ErrorCode.InvalidTxnState, false)]
    [InlineData("CompleteAbort", false, false, ErrorCode.None, true)]
    [InlineData("CompleteAbort", true, false, ErrorCode.InvalidTxnState, false)]
    public void New_clients_tell_a_retry_by_its_epoch(
        string state, bool commit, bool isRetry, ErrorCode expected, bool bumps)
    {
        var producer = InState(state, Bumping);
        var before = _coordinator.State();

        var answer = _coordinator.End(producer, commit, Bumping, epochsAgo: isRetry ? 1 : 0);

        Assert.Equal(expected, answer.ErrorCode);
        Assert.Equal(bumps ? before.Epoch + 1 : before.Epoch, _coordinator.State().Epoch);
        if (expected == ErrorCode.None)
            Assert.Equal((before.ProducerId, _coordinator.State().Epoch), (answer.ProducerId, answer.ProducerEpoch));
    }

    [Fact]
    public void A_late_commit_of_the_last_transaction_does_not_end_the_present_one()
    {
        var first = _coordinator.Init();
        _coordinator.Add(first, version: 4);
        var second = Granted(_coordinator.End(first, commit: false, Bumping));
        _coordinator.WriteMarkers();
        _coordinator.Add(second, version: 4);

        Assert.Equal(ErrorCode.ProducerFenced, _coordinator.End(first, commit: true, Bumping).ErrorCode);
        Assert.Equal(TransactionState.Ongoing, _coordinator.State().State);
    }

    [Fact]
    public void An_abort_without_partitions_is_over_at_once()
    {
        var producer = _coordinator.Init();

        var answer = _coordinator.End(producer, commit: false, Bumping);

        Assert.Equal((TransactionState.CompleteAbort, 1), (_coordinator.State().State, answer.ProducerEpoch));
        Assert.Empty(_coordinator.Markers);
    }

    [Fact]
    public void The_last_epoch_leads_to_a_new_producer_id()
    {
        var producer = WithLastEpoch();
        _coordinator.Add(producer, version: 4);

        var answer = _coordinator.End(producer, commit: true, Bumping);
        Assert.Equal((1002L, (short)0), (answer.ProducerId, answer.ProducerEpoch));
        Assert.Equal(short.MaxValue, Assert.Single(_coordinator.Markers).ProducerEpoch);
        _coordinator.WriteMarkers();

        Assert.Equal((1002L, (short)0), (_coordinator.State().ProducerId, _coordinator.State().Epoch));
        var retry = _coordinator.End(producer, commit: true, Bumping);
        Assert.Equal((ErrorCode.None, 1002L, (short)0), (retry.ErrorCode, retry.ProducerId, retry.ProducerEpoch));
    }

    [Fact]
    public void A_producer_id_or_name_that_is_not_known_is_refused()
    {
        var producer = _coordinator.Init();

        Assert.Equal(ErrorCode.InvalidProducerIdMapping, _coordinator.End(producer, true, Old, id: "other").ErrorCode);
        Assert.Equal(ErrorCode.InvalidProducerIdMapping,
            _coordinator.End(new() { ProducerId = 5, ProducerEpoch = 0 }, true, Bumping).ErrorCode);
    }

    private InitProducerIdResponse InState(string name, short version)
    {
        var state = Enum.Parse<TransactionState>(name);
        var producer = _coordinator.Init();
        if (state == TransactionState.Empty)
            return producer;
        _coordinator.Add(producer, version: version == Bumping ? (short)4 : (short)3);
        if (state == TransactionState.Ongoing)
            return producer;
        var commit = state is TransactionState.PrepareCommit or TransactionState.CompleteCommit;
        var answer = _coordinator.End(producer, commit, version);
        if (state is TransactionState.CompleteCommit or TransactionState.CompleteAbort)
            _coordinator.WriteMarkers();
        return version == Bumping ? Granted(answer) : producer;
    }

    private InitProducerIdResponse WithLastEpoch()
    {
        var producer = _coordinator.Init();
        for (var epoch = 1; epoch <= short.MaxValue - 1; epoch++)
            producer = _coordinator.Init();
        return producer;
    }

    private static InitProducerIdResponse Granted(EndTxnResponse answer) =>
        new() { ProducerId = answer.ProducerId, ProducerEpoch = answer.ProducerEpoch };
}
