using Platform.Cluster.Coordination;
using Platform.Protocol;
using Platform.Protocol.Messages;

namespace Platform.Cluster.Transactions;

/// <summary>EndTxn (key 26): commits or aborts. The answer means that the decision is final; markers follow.</summary>
/// <remarks>v5 bumps the epoch with every end and returns it (KIP-890), so that a request of an older transaction can
/// be told from one of the present transaction.</remarks>
internal static class EndTxn
{
    public static void Handle(TransactionShardState shard, EndTxnRequest request, CoordinatorCall call)
    {
        var bumpsEpoch = call.Context.ApiVersion >= TransactionVersion.EndTxnWithEpochBump;
        if (request.TransactionalId.Length == 0)
            Refuse(call, ErrorCode.InvalidRequest);
        else if (shard.Find(request.TransactionalId) is not { } transaction)
            Refuse(call, ErrorCode.InvalidProducerIdMapping);
        else if (bumpsEpoch)
            HandleBumping(shard, transaction, request, call);
        else
            HandleOld(shard, transaction, request, call);
    }

    // Without bumps a retry looks like the request: it is recognised by the state alone.
    private static void HandleOld(
        TransactionShardState shard, TransactionMetadata transaction, EndTxnRequest request, CoordinatorCall call)
    {
        if (transaction.ProducerId != request.ProducerId)
            Refuse(call, ErrorCode.InvalidProducerIdMapping);
        else if (transaction.Epoch != request.ProducerEpoch)
            Refuse(call, ErrorCode.ProducerFenced);
        else if (transaction.State == TransactionState.Ongoing)
            Prepare(shard, transaction, request.Committed, clientVersion: 0, call);
        else
            Respond(call, IsSameOutcome(transaction.State, request.Committed)
                ? transaction.IsPrepared ? ErrorCode.ConcurrentTransactions : ErrorCode.None
                : ErrorCode.InvalidTxnState);
    }

    private static void HandleBumping(
        TransactionShardState shard, TransactionMetadata transaction, EndTxnRequest request, CoordinatorCall call)
    {
        var afterRotation = transaction.PreviousProducerId == request.ProducerId
            && request.ProducerEpoch == short.MaxValue - 1 && transaction.Epoch == 0;
        var isRetry = afterRotation || transaction.Epoch == request.ProducerEpoch + 1;
        if (transaction.ProducerId != request.ProducerId && !afterRotation)
            Refuse(call, ErrorCode.InvalidProducerIdMapping);
        else if (!IsEpochValid(transaction, request, isRetry))
            Refuse(call, ErrorCode.ProducerFenced);
        else if (isRetry)
            AnswerRetry(transaction, request, call);
        else if (transaction.State == TransactionState.Ongoing || !request.Committed)
            Prepare(shard, transaction, request.Committed, TransactionVersion.EpochBump, call);
        else
            Refuse(call, ErrorCode.InvalidTxnState);
    }

    private static bool IsEpochValid(TransactionMetadata transaction, EndTxnRequest request, bool isRetry) =>
        transaction.State switch
        {
            TransactionState.PrepareCommit or TransactionState.PrepareAbort => isRetry,
            TransactionState.CompleteCommit or TransactionState.CompleteAbort =>
                isRetry || transaction.Epoch == request.ProducerEpoch,
            _ => transaction.Epoch == request.ProducerEpoch,
        };

    private static void AnswerRetry(TransactionMetadata transaction, EndTxnRequest request, CoordinatorCall call)
    {
        if (!IsSameOutcome(transaction.State, request.Committed))
            Refuse(call, ErrorCode.InvalidTxnState);
        else if (transaction.IsPrepared)
            Refuse(call, ErrorCode.ConcurrentTransactions);
        else
            Respond(call, ErrorCode.None, transaction);
    }

    private static void Prepare(
        TransactionShardState shard, TransactionMetadata transaction, bool commit, short clientVersion, CoordinatorCall call)
    {
        if (TransactionEnd.Prepare(shard, transaction, commit, clientVersion, call) is not { } complete)
            Refuse(call, ErrorCode.CoordinatorLoadInProgress);
        else if (clientVersion >= TransactionVersion.EpochBump)
            Respond(call, ErrorCode.None, complete);
        else
            Respond(call, ErrorCode.None);
    }

    private static bool IsSameOutcome(TransactionState state, bool commit) => commit
        ? state is TransactionState.PrepareCommit or TransactionState.CompleteCommit
        : state is TransactionState.PrepareAbort or TransactionState.CompleteAbort;

    private static void Respond(CoordinatorCall call, ErrorCode error, TransactionMetadata? granted = null) =>
        call.Respond(new EndTxnResponse
        {
            ErrorCode = error,
            ProducerId = granted?.ProducerId ?? -1,
            ProducerEpoch = granted?.Epoch ?? -1,
        });

    private static void Refuse(CoordinatorCall call, ErrorCode error) => Respond(call, error);
}
