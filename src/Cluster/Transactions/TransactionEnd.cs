using Platform.Cluster.Coordination;
using Platform.Protocol;

namespace Platform.Cluster.Transactions;

/// <summary>The two phases of the end of a transaction: the decision, which is final once it is in the log, and the
/// markers that carry it to the partitions.</summary>
internal static class TransactionEnd
{
    private const long NoProducerId = -1;

    /// <summary>Decides a transaction, or ends an epoch without one.</summary>
    /// <returns>The id as it will be when all is done; null when no producer id is at hand for it.</returns>
    public static TransactionMetadata? Prepare(
        TransactionShardState shard, TransactionMetadata transaction, bool commit, short clientVersion, CoordinatorCall call)
    {
        var next = NoProducerId;
        if (clientVersion >= TransactionVersion.EpochBump && transaction.IsEpochExhausted)
        {
            if (shard.NextProducerId() is not { } producerId)
                return null;
            next = producerId;
        }
        var prepared = transaction.Prepare(commit, clientVersion, next, call.NowMs);
        var complete = prepared.Complete(call.NowMs);
        call.Append(TransactionRecords.Of(prepared, shard.ServerVersion));
        if (prepared.Partitions.Count == 0)
            call.Append(TransactionRecords.Of(complete, shard.ServerVersion));
        else
            WriteMarkers(prepared, call);
        return complete;
    }

    /// <summary>Aborts an open transaction against the will of its producer, which cannot go on with its
    /// epoch.</summary>
    public static ErrorCode Fence(TransactionShardState shard, TransactionMetadata transaction, CoordinatorCall call)
    {
        var fenced = transaction.Epoch < short.MaxValue
            ? transaction with { Epoch = (short)(transaction.Epoch + 1) }
            : transaction;
        return Prepare(shard, fenced, commit: false, shard.ServerVersion, call) is null
            ? ErrorCode.CoordinatorLoadInProgress
            : ErrorCode.None;
    }

    public static void WriteMarkers(TransactionMetadata prepared, CoordinatorCall call) =>
        call.Execute(new WriteTransactionMarkers(
            prepared.TransactionalId, prepared.ProducerId, prepared.Epoch,
            prepared.State == TransactionState.PrepareCommit, prepared.ClientVersion, prepared.Partitions));

    /// <summary>All markers are written: the next transaction may begin.</summary>
    public static void Complete(TransactionShardState shard, WriteTransactionMarkers written, CoordinatorCall call)
    {
        if (shard.Find(written.TransactionalId) is { IsPrepared: true } prepared
            && prepared.ProducerId == written.ProducerId && prepared.Epoch == written.ProducerEpoch)
        {
            var complete = prepared.Complete(call.NowMs);
            call.Append(TransactionRecords.Of(complete, shard.ServerVersion));
            AddPartitionsToTxn.Resume(shard, complete, call);
        }
    }
}
