using Platform.Cluster.Coordination;
using Platform.Protocol;

namespace Platform.Cluster.Transactions;

/// <summary>What happens when nobody asks: transactions that stay open for too long are aborted, ids that nobody uses
/// are forgotten.</summary>
internal static class TransactionTimeouts
{
    // Few enough for one batch: a decision in the log whose markers nobody writes would hold readers for ever.
    private const int AbortsPerPass = 100;

    /// <returns>False when there are more than one look may abort.</returns>
    public static bool Abort(TransactionShardState shard, CoordinatorCall call)
    {
        var left = AbortsPerPass;
        foreach (var transaction in shard.Transactions)
        {
            // Without a producer id at hand the next look tries again.
            if (transaction.HasTimedOut(call.NowMs)
                && TransactionEnd.Fence(shard, transaction, call) == ErrorCode.None && --left == 0)
                return false;
        }
        return true;
    }

    /// <returns>False when there are more than one look may remove.</returns>
    public static bool RemoveExpiredIds(TransactionShardState shard, CoordinatorCall call)
    {
        var left = shard.Options.ExpiredIdsPerPass;
        foreach (var transaction in shard.Transactions)
        {
            if (!IsExpired(transaction, shard.Options.IdExpirationMs, call.NowMs))
                continue;
            call.Append(TransactionRecords.Tombstone(transaction.TransactionalId));
            if (--left == 0)
                return false;
        }
        return true;
    }

    private static bool IsExpired(TransactionMetadata transaction, int expirationMs, long nowMs) =>
        transaction.State is TransactionState.Empty or TransactionState.CompleteCommit or TransactionState.CompleteAbort
        && nowMs - transaction.LastUpdateMs >= expirationMs;
}
