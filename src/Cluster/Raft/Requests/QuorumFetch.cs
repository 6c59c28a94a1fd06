using Platform.Protocol.Messages;

namespace Platform.Cluster.Raft;

/// <summary>A fetch of the metadata log, as its leader looks at it.</summary>
/// <param name="Token">For the reply.</param>
/// <param name="Replica">Who fetches; id -1 for somebody who is no replica.</param>
/// <param name="Offset">End of the replica's log, on its disk.</param>
/// <param name="LastEpoch">Epoch of the replica's last record.</param>
/// <param name="KnownHighWatermark">What the replica knows as committed (KIP-1166); above everything before
/// v18.</param>
/// <param name="MaxBytes">Most bytes to answer with, save for the first batch.</param>
/// <param name="DeadlineMs">Until when it may wait.</param>
internal sealed record QuorumFetch(
    long Token, ReplicaKey Replica, long Offset, int LastEpoch, long KnownHighWatermark, int MaxBytes, long DeadlineMs)
{
    internal static QuorumFetch From(long token, FetchRequest request, FetchRequest.FetchPartition partition,
        long nowMs)
    {
        // v15 moved the replica id into a struct of its own (KIP-903).
        var id = request.ReplicaState.ReplicaId >= 0 ? request.ReplicaState.ReplicaId : request.ReplicaId;
        var waitMs = Math.Clamp(request.MaxWaitMs, 0, RaftSettings.FetchMaxWaitMs);
        var maxBytes = Math.Clamp(Math.Min(partition.PartitionMaxBytes, request.MaxBytes), 0,
            RaftSettings.MaxBatchBytes);
        return new QuorumFetch(token, new ReplicaKey(id, partition.ReplicaDirectoryId), partition.FetchOffset,
            partition.LastFetchedEpoch, partition.HighWatermark, maxBytes, nowMs + waitMs);
    }
}
