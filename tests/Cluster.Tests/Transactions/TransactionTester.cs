using Platform.Cluster.Coordination;
using Platform.Cluster.Transactions;
using Platform.Protocol;
using Platform.Protocol.Messages;

namespace Platform.Cluster.Tests.Transactions;

/// <summary>Does for a shard what the runtime does: appends, applies, sets timers, keeps markers until the test writes
/// them. Time is manual.</summary>
internal sealed class TransactionTester
{
    private readonly Dictionary<CoordinatorTimerKey, long> _timers = [];
    private readonly TransactionCoordinatorOptions _options;
    private readonly Dictionary<long, object> _answers = [];
    private long _nextRequestId;

    public TransactionTester(
        TransactionCoordinatorOptions? options = null, IEnumerable<CoordinatorRecord>? log = null,
        long nowMs = 1_000_000, short serverVersion = 2)
    {
        (NowMs, ServerVersion, _options) = (nowMs, serverVersion, options ?? new TransactionCoordinatorOptions());
        Shard = new TransactionCoordinatorShard(
            _options, () => HasProducerIds ? ++LastProducerId : null, () => ServerVersion);
        foreach (var record in log ?? [])
        {
            Log.Add(record);
            Shard.Apply(Copy(record));
        }
        Run(Shard.OnLoaded(NowMs));
    }

    public TransactionCoordinatorShard Shard { get; }
    public long NowMs { get; private set; }
    public short ServerVersion { get; }
    public bool HasProducerIds { get; set; } = true;
    public long LastProducerId { get; set; } = 1000;
    public ErrorCode AppendError { get; set; }
    public List<CoordinatorRecord> Log { get; } = [];

    /// <summary>Markers that wait to be written.</summary>
    public List<WriteTransactionMarkers> Markers { get; } = [];

    public TransactionMetadata State(string id = "t") => Shard.State.Find(id)!;

    public InitProducerIdResponse Init(
        string id = "t", long producerId = -1, short epoch = -1, int timeoutMs = 60_000, short version = 5) => Call(
        new InitProducerIdRequest
        {
            TransactionalId = id, TransactionTimeoutMs = timeoutMs, ProducerId = producerId, ProducerEpoch = epoch,
        }, version);

    /// <summary>Makes partitions of the topic part of the transaction, as a client (v3) or a broker (v4) asks.</summary>
    public ErrorCode Add(
        InitProducerIdResponse producer, short version = 3, string id = "t", bool verifyOnly = false,
        params int[] partitions)
    {
        var request = Ask(AddRequest(producer, id, verifyOnly, partitions), version);
        return AnswerTo(request) ?? throw new InvalidOperationException("the request waits");
    }

    /// <summary>As <see cref="Add"/>, but the answer may come later: see <see cref="AnswerTo"/>.</summary>
    public long AddLater(InitProducerIdResponse producer, short version = 4, params int[] partitions) =>
        Ask(AddRequest(producer, "t", verifyOnly: false, partitions), version);

    /// <summary>What was said to a request for partitions: a word for the first of them, an error of the whole; null
    /// while it waits.</summary>
    public ErrorCode? AnswerTo(long request) => _answers.GetValueOrDefault(request) switch
    {
        AddPartitionsToTxnResponse response =>
            response.ResultsByTransaction[0].TopicResults[0].ResultsByPartition[0].PartitionErrorCode,
        ErrorCode error => error,
        _ => null,
    };

    private static AddPartitionsToTxnRequest AddRequest(
        InitProducerIdResponse producer, string id, bool verifyOnly, int[] partitions) => new()
        {
            Transactions =
            [
                new()
                {
                    TransactionalId = id, ProducerId = producer.ProducerId, ProducerEpoch = producer.ProducerEpoch,
                    VerifyOnly = verifyOnly,
                    Topics = [new() { Name = "topic", Partitions = [.. partitions.Length == 0 ? [0] : partitions] }],
                },
            ],
        };

    public EndTxnResponse End(
        InitProducerIdResponse producer, bool commit, short version, string id = "t", int epochsAgo = 0) => Call(
        new EndTxnRequest
        {
            TransactionalId = id, ProducerId = producer.ProducerId, Committed = commit,
            ProducerEpoch = (short)(producer.ProducerEpoch - epochsAgo),
        }, version);

    /// <summary>All markers that wait are written now.</summary>
    public void WriteMarkers()
    {
        var written = Markers.ToList();
        Markers.Clear();
        written.ForEach(markers => Run(Shard.OnMarkersWritten(markers, NowMs)));
    }

    public TResponse Call<TResponse>(IRequest<TResponse> request, short version)
        where TResponse : class, IResponse, new()
    {
        Assert.True(_answers.TryGetValue(Ask(request, version), out var answer), "the request was not answered");
        return Assert.IsType<TResponse>(answer);
    }

    private long Ask(IRequest request, short version)
    {
        var context = new CoordinatorRequestContext(version, "client", "/127.0.0.1", ++_nextRequestId);
        Run(Shard.Handle(request, context, NowMs));
        return context.RequestId;
    }

    public void Advance(long milliseconds)
    {
        var end = NowMs + milliseconds;
        while (_timers.Count > 0 && _timers.MinBy(timer => timer.Value) is var next && next.Value <= end)
        {
            NowMs = Math.Max(NowMs, next.Value);
            _timers.Remove(next.Key);
            Run(Shard.OnTimer(next.Key, NowMs));
        }
        NowMs = end;
    }

    /// <summary>A new coordinator that reads the log of this one.</summary>
    public TransactionTester Failover() =>
        new(_options, Log, NowMs, ServerVersion) { LastProducerId = LastProducerId };

    private void Run(CoordinatorResult result)
    {
        var effects = result.Effects;
        if (result.Records.Count > 0 && AppendError != ErrorCode.None)
        {
            effects = result.AppendFailed(AppendError);
        }
        else
        {
            Log.AddRange(result.Records);
            foreach (var record in result.Records)
                Shard.Apply(Copy(record));
        }
        foreach (var effect in effects)
            Run(effect);
    }

    private void Run(CoordinatorEffect effect)
    {
        switch (effect)
        {
            case CompleteRequest complete: _answers.Add(complete.RequestId, complete.Response); break;
            case FailRequest fail: _answers.Add(fail.RequestId, fail.Error); break;
            case SetTimer set: _timers[set.Key] = set.DeadlineMs; break;
            case CancelTimer cancel: _timers.Remove(cancel.Key); break;
            case WriteTransactionMarkers markers: Markers.Add(markers); break;
        }
    }

    // Through the bytes of the log, so that what is not in them is not relied on.
    private static CoordinatorRecord Copy(CoordinatorRecord record) => TransactionRecords.Codec.Decode(
        CoordinatorRecordCodec.EncodeKey(record),
        CoordinatorRecordCodec.EncodeValue(record) is { } value ? value : default(ReadOnlyMemory<byte>?))!;
}
