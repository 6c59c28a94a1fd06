using Platform.Cluster.Coordination;
using Platform.Cluster.Transactions;
using Platform.Protocol;
using Platform.Protocol.Messages;

namespace Platform.Cluster.Tests.Transactions;

/// <summary>Partitions, timeouts, failovers and what operators see of them.</summary>
public sealed class TransactionLifeTests
{
    private readonly TransactionTester _coordinator = new();

    [Fact]
    public void Partitions_are_added_once_and_written_only_when_new()
    {
        var producer = _coordinator.Init();
        _coordinator.Add(producer, partitions: [0, 1]);
        var records = _coordinator.Log.Count;

        Assert.Equal(ErrorCode.None, _coordinator.Add(producer, partitions: [1]));

        Assert.Equal(records, _coordinator.Log.Count);
        Assert.Equal(2, _coordinator.State().Partitions.Count);
    }

    [Fact]
    public void Verification_says_whether_a_partition_is_part_of_the_transaction()
    {
        var producer = _coordinator.Init();
        _coordinator.Add(producer, partitions: [1]);

        Assert.Equal(ErrorCode.None, _coordinator.Add(producer, 4, verifyOnly: true, partitions: [1]));
        Assert.Equal(ErrorCode.TransactionAbortable, _coordinator.Add(producer, 4, verifyOnly: true, partitions: [2]));
        _coordinator.End(producer, commit: true, version: 4);
        Assert.Equal(ErrorCode.ConcurrentTransactions, _coordinator.Add(producer, 4, verifyOnly: true, partitions: [1]));
    }

    [Theory, InlineData(3), InlineData(4)]
    public void A_transaction_begins_as_soon_as_the_markers_of_the_last_one_are_written(short version)
    {
        var producer = EndedTransaction();

        var first = _coordinator.AddLater(producer, version, 1);
        var second = _coordinator.AddLater(producer, version, 2);
        Assert.Null(_coordinator.AnswerTo(first));
        _coordinator.WriteMarkers();

        Assert.Equal(ErrorCode.None, _coordinator.AnswerTo(first));
        Assert.Equal(ErrorCode.None, _coordinator.AnswerTo(second));
        Assert.Equal(
            (TransactionState.Ongoing, "topic-1 topic-2"),
            (_coordinator.State().State, string.Join(' ', _coordinator.State().Partitions)));
    }

    [Fact]
    public void A_producer_comes_again_when_the_markers_take_too_long()
    {
        var waiting = _coordinator.AddLater(EndedTransaction());

        _coordinator.Advance(99);
        Assert.Null(_coordinator.AnswerTo(waiting));
        _coordinator.Advance(1);

        Assert.Equal(ErrorCode.ConcurrentTransactions, _coordinator.AnswerTo(waiting));
        _coordinator.WriteMarkers();
        Assert.Equal(TransactionState.CompleteCommit, _coordinator.State().State);
    }

    [Fact]
    public void Whoever_waits_for_markers_is_told_when_their_end_cannot_be_noted()
    {
        var waiting = _coordinator.AddLater(EndedTransaction());

        _coordinator.AppendError = ErrorCode.NotCoordinator;
        _coordinator.WriteMarkers();

        Assert.Equal(ErrorCode.NotCoordinator, _coordinator.AnswerTo(waiting));
        Assert.Equal(TransactionState.PrepareCommit, _coordinator.State().State);
    }

    [Fact]
    public void A_producer_that_used_up_its_epochs_waits_with_its_next_id()
    {
        var producer = _coordinator.Init();
        producer.ProducerEpoch = short.MaxValue - 1;
        _coordinator.Shard.State.Put(_coordinator.State() with { Epoch = producer.ProducerEpoch });
        _coordinator.Add(producer);
        var next = _coordinator.End(producer, commit: true, version: 5);

        var waiting = _coordinator.AddLater(
            new InitProducerIdResponse { ProducerId = next.ProducerId, ProducerEpoch = next.ProducerEpoch });
        _coordinator.WriteMarkers();

        Assert.NotEqual(producer.ProducerId, next.ProducerId);
        Assert.Equal(ErrorCode.None, _coordinator.AnswerTo(waiting));
    }

    private InitProducerIdResponse EndedTransaction()
    {
        var producer = _coordinator.Init();
        _coordinator.Add(producer);
        _coordinator.End(producer, commit: true, version: 4);
        return producer;
    }

    [Fact]
    public void A_transaction_that_is_open_for_too_long_is_aborted_and_its_producer_fenced()
    {
        var producer = _coordinator.Init(timeoutMs: 20_000);
        _coordinator.Add(producer);

        _coordinator.Advance(20_000);
        Assert.Equal(TransactionState.Ongoing, _coordinator.State().State);
        _coordinator.Advance(10_000);

        Assert.Equal(TransactionState.PrepareAbort, _coordinator.State().State);
        _coordinator.WriteMarkers();
        Assert.Equal(ErrorCode.ProducerFenced, _coordinator.End(producer, commit: true, version: 5).ErrorCode);
    }

    [Fact]
    public void Many_transactions_that_are_open_for_too_long_are_all_aborted()
    {
        for (var i = 0; i < 250; i++)
            _coordinator.Add(_coordinator.Init(id: $"t{i}", timeoutMs: 5_000), id: $"t{i}");

        _coordinator.Advance(20_000);

        Assert.Equal(250, _coordinator.Markers.Count);
    }

    [Fact]
    public void An_idle_id_is_forgotten_and_one_in_use_is_not()
    {
        _coordinator.Init(id: "idle");
        var producer = _coordinator.Init(id: "t", timeoutMs: 900_000);
        _coordinator.Add(producer);
        _coordinator.End(producer, commit: true, version: 4);

        _coordinator.Advance(8L * 24 * 60 * 60_000);

        Assert.Null(_coordinator.Shard.State.Find("idle"));
        Assert.NotNull(_coordinator.State());
        Assert.Null(_coordinator.Log[^1].Value);
    }

    [Theory, InlineData(true), InlineData(false)]
    public void A_decision_survives_the_coordinator_and_is_carried_out_by_the_next(bool commit)
    {
        var producer = _coordinator.Init();
        _coordinator.Add(producer, partitions: [0, 1]);
        _coordinator.End(producer, commit, version: 5);

        var next = _coordinator.Failover();

        var markers = Assert.Single(next.Markers);
        Assert.Equal((commit, (short)(producer.ProducerEpoch + 1), 2),
            (markers.Commit, markers.ProducerEpoch, markers.Version));
        Assert.Equal(2, markers.Partitions.Count);
        next.WriteMarkers();
        Assert.Equal(commit ? TransactionState.CompleteCommit : TransactionState.CompleteAbort, next.State().State);
    }

    [Fact]
    public void An_open_transaction_goes_on_at_the_next_coordinator()
    {
        var producer = _coordinator.Init();
        _coordinator.Add(producer, partitions: [0]);

        var next = _coordinator.Failover();

        Assert.Empty(next.Markers);
        Assert.Equal(ErrorCode.None, next.Add(producer, partitions: [1]));
        Assert.Equal(ErrorCode.None, next.End(producer, commit: true, version: 4).ErrorCode);
        Assert.Equal(2, Assert.Single(next.Markers).Partitions.Count);
    }

    [Fact]
    public void Markers_of_a_transaction_that_is_over_change_nothing()
    {
        var producer = _coordinator.Init();
        _coordinator.Add(producer);
        _coordinator.End(producer, commit: true, version: 4);
        var late = _coordinator.Markers[0];
        _coordinator.WriteMarkers();
        _coordinator.Add(producer);

        _coordinator.Shard.OnMarkersWritten(late, _coordinator.NowMs);

        Assert.Equal(TransactionState.Ongoing, _coordinator.State().State);
    }

    [Theory, InlineData(0, 0), InlineData(1, 1), InlineData(2, 1)]
    public void The_log_has_the_version_that_the_cluster_agreed_on(short feature, short expected)
    {
        var coordinator = new TransactionTester(serverVersion: feature);
        coordinator.Add(coordinator.Init());

        Assert.All(coordinator.Log, record => Assert.Equal(expected, record.ValueVersion));
    }

    [Fact]
    public void A_record_of_an_open_transaction_has_Kafkas_bytes()
    {
        var coordinator = new TransactionTester(nowMs: 0x1234);
        coordinator.Add(coordinator.Init(timeoutMs: 0x1000), version: 4);

        Assert.Equal(
            "0001" + "00000000000003E9" + "0000" + "00001000" + "01" +      // version, producer, epoch, timeout, ongoing
            "02" + "06746F706963" + "02" + "00000000" + "00" +              // one topic with partition 0
            "0000000000001234" + "0000000000001234" +                       // last update, start
            "02" + "0008" + "00000000000003E9" + "0202" + "0002",           // tags: previous producer, client version
            Convert.ToHexString(CoordinatorRecordCodec.EncodeValue(coordinator.Log[^1])!));
    }

    [Fact]
    public void Operators_see_states_and_partitions()
    {
        _coordinator.Init(id: "a");
        var producer = _coordinator.Init(id: "b");
        _coordinator.Add(producer, id: "b", partitions: [2, 0]);

        var described = _coordinator.Call(
            new DescribeTransactionsRequest { TransactionalIds = ["b", "missing"] }, 0).TransactionStates;
        Assert.Equal(("Ongoing", _coordinator.NowMs, 60_000),
            (described[0].TransactionState, described[0].TransactionStartTimeMs, described[0].TransactionTimeoutMs));
        Assert.Equal([0, 2], Assert.Single(described[0].Topics).Partitions);
        Assert.Equal(ErrorCode.TransactionalIdNotFound, described[1].ErrorCode);
    }

    [Theory]
    [InlineData("Ongoing", "", -1, null, "b")]
    [InlineData("", "1001", -1, null, "a")]
    [InlineData("", "", -1, null, "a b")]
    [InlineData("", "", -1, "a|x", "a")]
    [InlineData("Ongoing", "", 60_000, null, "")]
    [InlineData("Sleeping", "", -1, null, "")]
    public void Lists_are_filtered(string state, string producerId, long durationMs, string? pattern, string expected)
    {
        _coordinator.Init(id: "a");
        _coordinator.Add(_coordinator.Init(id: "b"), id: "b");

        var listed = _coordinator.Call(new ListTransactionsRequest
        {
            StateFilters = state.Length == 0 ? [] : [state],
            ProducerIdFilters = producerId.Length == 0 ? [] : [long.Parse(producerId)],
            DurationFilter = durationMs,
            TransactionalIdPattern = pattern,
        }, 2);

        Assert.Equal(expected, string.Join(' ', listed.TransactionStates.Select(t => t.TransactionalId)));
        Assert.Equal(state == "Sleeping" ? ["Sleeping"] : [], listed.UnknownStateFilters);
    }

    [Fact]
    public void A_pattern_that_is_none_is_refused() => Assert.Equal(ErrorCode.InvalidRegularExpression,
        _coordinator.Call(new ListTransactionsRequest { TransactionalIdPattern = "(" }, 2).ErrorCode);
}
