using Platform.Protocol;

namespace Platform.Cluster.Raft;

/// <summary>What every request of the quorum is checked for.</summary>
internal static class RequestChecks
{
    /// <summary>"No leader known" in responses.</summary>
    internal const int NoLeader = -1;

    private const int NoVoter = -1;

    internal static bool IsThisCluster(RaftContext raft, string? clusterId) =>
        clusterId is null || clusterId == raft.ClusterId;

    /// <summary>A request that names its recipient must have reached that one: a wiped disk is another voter.</summary>
    internal static bool IsThisReplica(RaftContext raft, int voterId, Uuid directoryId) =>
        voterId == NoVoter || new ReplicaKey(voterId, directoryId).Matches(raft.Local);

    /// <summary>Whether the sender may speak as leader of the epoch.</summary>
    internal static ErrorCode CheckLeader(RaftContext raft, int leaderId, int epoch)
    {
        if (epoch < raft.Epoch)
            return ErrorCode.FencedLeaderEpoch;
        // The log of a node may not yet name the voter that leads (KIP-853).
        if (!raft.Voters.Contains(leaderId) && !raft.IsPossibleLeader(leaderId) && leaderId != raft.Local.Id)
            return ErrorCode.InconsistentVoterSet;
        var contradicts = leaderId == raft.Local.Id
            || (epoch == raft.Epoch && raft.Quorum.LeaderId is { } known && known != leaderId);
        return contradicts ? ErrorCode.InvalidRequest : ErrorCode.None;
    }
}
