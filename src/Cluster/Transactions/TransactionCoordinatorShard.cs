using Platform.Cluster.Coordination;
using Platform.Protocol.Messages;

namespace Platform.Cluster.Transactions;

/// <summary>
/// The transactional ids of one partition of <c>__transaction_state</c>: a list of what it serves, each in a file of
/// its own.
/// </summary>
public sealed class TransactionCoordinatorShard : ICoordinatorShard
{
    private const string TimeoutKind = "transaction-timeout";
    private const string ExpirationKind = "transactional-id-expiration";
    private readonly TransactionShardState _state;

    /// <summary>An empty shard, to be filled from its log.</summary>
    /// <param name="options">Limits and times.</param>
    /// <param name="nextProducerId">A producer id that nobody has; null while none is at hand.</param>
    /// <param name="serverVersion">Level of the feature <c>transaction.version</c>.</param>
    public TransactionCoordinatorShard(
        TransactionCoordinatorOptions options, Func<long?> nextProducerId, Func<short> serverVersion) =>
        _state = new TransactionShardState(options, nextProducerId, serverVersion);

    internal TransactionShardState State => _state;

    /// <inheritdoc/>
    public void Apply(CoordinatorRecord record)
    {
        if (record.Key is not TransactionLogKey key)
            return;
        if (record.Value is TransactionLogValue value && value.TransactionStatus != (sbyte)TransactionState.Dead)
            _state.Put(TransactionRecords.Read(key.TransactionalId, value));
        else
            _state.Remove(key.TransactionalId);
    }

    /// <inheritdoc/>
    public CoordinatorResult OnLoaded(long nowMs)
    {
        var call = new CoordinatorCall(nowMs);
        call.SetTimer(new CoordinatorTimerKey(TimeoutKind), _state.Options.AbortTimedOutIntervalMs);
        call.SetTimer(new CoordinatorTimerKey(ExpirationKind), _state.Options.RemoveExpiredIntervalMs);
        // What was decided is carried out, whoever decided it. Markers that are written twice do no harm.
        foreach (var transaction in _state.Transactions.Where(transaction => transaction.IsPrepared))
            TransactionEnd.WriteMarkers(transaction, call);
        return call.ToResult();
    }

    /// <inheritdoc/>
    public CoordinatorResult Handle(IRequest request, CoordinatorRequestContext context, long nowMs)
    {
        var call = new CoordinatorCall(context, nowMs);
        switch (request)
        {
            case AddPartitionsToTxnRequest add: AddPartitionsToTxn.Handle(_state, add, call); break;
            case EndTxnRequest end: EndTxn.Handle(_state, end, call); break;
            case InitProducerIdRequest init: InitProducerId.Handle(_state, init, call); break;
            case DescribeTransactionsRequest describe: DescribeTransactions.Handle(_state, describe, call); break;
            case ListTransactionsRequest list: ListTransactions.Handle(_state, list, call); break;
            default: throw new NotSupportedException($"transaction coordinators do not serve {request.ApiKey}");
        }
        return call.ToResult();
    }

    /// <summary>The markers of a transaction are in all its partitions.</summary>
    public CoordinatorResult OnMarkersWritten(WriteTransactionMarkers written, long nowMs)
    {
        var call = new CoordinatorCall(nowMs);
        TransactionEnd.Complete(_state, written, call);
        return call.ToResult();
    }

    /// <inheritdoc/>
    public CoordinatorResult OnTimer(CoordinatorTimerKey key, long nowMs)
    {
        var call = new CoordinatorCall(nowMs);
        switch (key.Kind)
        {
            case TimeoutKind:
                var isDone = TransactionTimeouts.Abort(_state, call);
                call.SetTimer(key, isDone ? _state.Options.AbortTimedOutIntervalMs : 0);
                break;
            case AddPartitionsToTxn.WaitKind:
                AddPartitionsToTxn.GiveUp(_state, key.Id, call);
                break;
            case ExpirationKind:
                call.IsAtomic = false;
                var isClean = TransactionTimeouts.RemoveExpiredIds(_state, call);
                call.SetTimer(key, isClean ? _state.Options.RemoveExpiredIntervalMs : 0);
                break;
        }
        return call.ToResult();
    }

    /// <inheritdoc/>
    /// <remarks>Partitions of deleted topics are found out when their markers cannot be written.</remarks>
    public CoordinatorResult OnTopicsDeleted(IReadOnlyCollection<string> topics, long nowMs) =>
        new CoordinatorCall(nowMs).ToResult();
}
