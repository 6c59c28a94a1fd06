namespace Platform.Cluster.Raft;

/// <summary>
/// What a node must not forget, on pain of two leaders in one epoch; it lies in the file <c>quorum-state</c>. Within an
/// epoch both the leader and the vote are set at most once.
/// </summary>
/// <param name="LeaderEpoch">Newest epoch seen.</param>
/// <param name="LeaderId">Leader of that epoch, when known.</param>
/// <param name="Voted">Whom this node gave its vote in that epoch, if anybody.</param>
public sealed record QuorumState(int LeaderEpoch, int? LeaderId, ReplicaKey? Voted)
{
    /// <summary>The state of a node that never took part: epoch 0, which has no leader.</summary>
    public static readonly QuorumState Initial = new(0, null, null);
}
