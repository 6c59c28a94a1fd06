using Platform.Cluster.Coordination;
using Platform.Protocol;
using Platform.Protocol.Messages;

namespace Platform.Cluster.Transactions;

/// <summary>InitProducerId (key 22) with a transactional id: the producer gets an epoch of its own, which fences those
/// before it, and an open transaction of theirs is aborted.</summary>
/// <remarks>v3 goes on with an id and epoch after an error (KIP-360) · v6 two-phase commit (KIP-939), which is
/// refused.</remarks>
internal static class InitProducerId
{
    private const short NoEpoch = -1;

    public static void Handle(TransactionShardState shard, InitProducerIdRequest request, CoordinatorCall call)
    {
        var error = Validate(shard, request);
        if (error != ErrorCode.None)
            Refuse(call, error);
        else if (shard.Find(request.TransactionalId!) is { } known)
            Handle(shard, known, request, call);
        else
            Create(shard, request, call);
    }

    private static ErrorCode Validate(TransactionShardState shard, InitProducerIdRequest request)
    {
        if (string.IsNullOrEmpty(request.TransactionalId) || request.ProducerId < 0 != request.ProducerEpoch < 0)
            return ErrorCode.InvalidRequest;
        if (request.Enable2Pc)
            return ErrorCode.TransactionalIdAuthorizationFailed;
        if (request.KeepPreparedTxn)
            return ErrorCode.UnsupportedVersion;
        return request.TransactionTimeoutMs > 0 && request.TransactionTimeoutMs <= shard.Options.MaxTimeoutMs
            ? ErrorCode.None
            : ErrorCode.InvalidTransactionTimeout;
    }

    private static void Create(TransactionShardState shard, InitProducerIdRequest request, CoordinatorCall call)
    {
        if (shard.NextProducerId() is not { } producerId)
        {
            Refuse(call, ErrorCode.CoordinatorLoadInProgress);
            return;
        }
        var created = new TransactionMetadata
        {
            TransactionalId = request.TransactionalId!,
            ProducerId = producerId,
            Epoch = 0,
            TimeoutMs = request.TransactionTimeoutMs,
            LastUpdateMs = call.NowMs,
        };
        Grant(shard, created, lastEpoch: NoEpoch, call);
    }

    private static void Handle(
        TransactionShardState shard, TransactionMetadata known, InitProducerIdRequest request, CoordinatorCall call)
    {
        if (!IsExpected(shard, known, request))
            Refuse(call, ErrorCode.ProducerFenced);
        else if (known.IsPrepared)
            Refuse(call, ErrorCode.ConcurrentTransactions);
        else if (known.State == TransactionState.Ongoing)
            Fence(shard, known, call);
        else if (request.ProducerId >= 0 && request.ProducerEpoch != known.Epoch)
            Respond(known, call);       // a retry of what was granted already
        else
            Bump(shard, known, request, call);
    }

    // A producer that goes on must be the newest, or have sent the same request before: by its previous epoch, or by a
    // previous id whose epochs were used up.
    private static bool IsExpected(TransactionShardState shard, TransactionMetadata known, InitProducerIdRequest request)
    {
        if (request.ProducerId < 0)
            return true;
        if (request.ProducerId == known.ProducerId)
            return request.ProducerEpoch == known.Epoch || request.ProducerEpoch == shard.LastEpochOf(known);
        return request.ProducerId == known.PreviousProducerId
            && TransactionMetadata.IsExhausted(request.ProducerEpoch)
            && request.ProducerEpoch == shard.LastEpochOf(known);
    }

    // The client asks again until the abort is done, and then gets an epoch that nobody has seen.
    private static void Fence(TransactionShardState shard, TransactionMetadata known, CoordinatorCall call)
    {
        var error = TransactionEnd.Fence(shard, known, call);
        Refuse(call, error == ErrorCode.None ? ErrorCode.ConcurrentTransactions : error);
    }

    private static void Bump(
        TransactionShardState shard, TransactionMetadata known, InitProducerIdRequest request, CoordinatorCall call)
    {
        var lastEpoch = request.ProducerId < 0 ? NoEpoch : known.Epoch;
        if (!known.IsEpochExhausted)
        {
            var epoch = (short)(known.Epoch + 1);
            Grant(shard, known.Initialize(known.ProducerId, epoch, request.TransactionTimeoutMs, call.NowMs), lastEpoch, call);
        }
        else if (shard.NextProducerId() is { } producerId)
        {
            Grant(shard, known.Initialize(producerId, 0, request.TransactionTimeoutMs, call.NowMs), lastEpoch, call);
        }
        else
        {
            Refuse(call, ErrorCode.CoordinatorLoadInProgress);
        }
    }

    private static void Grant(
        TransactionShardState shard, TransactionMetadata granted, short lastEpoch, CoordinatorCall call)
    {
        shard.SetLastEpoch(granted, lastEpoch);
        call.Append(TransactionRecords.Of(granted, shard.ServerVersion));
        Respond(granted, call);
    }

    private static void Respond(TransactionMetadata granted, CoordinatorCall call) =>
        call.Respond(new InitProducerIdResponse { ProducerId = granted.ProducerId, ProducerEpoch = granted.Epoch });

    private static void Refuse(CoordinatorCall call, ErrorCode error) =>
        call.Respond(new InitProducerIdResponse { ErrorCode = error, ProducerId = -1, ProducerEpoch = NoEpoch });
}
