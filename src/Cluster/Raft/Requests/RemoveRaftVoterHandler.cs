using Platform.Protocol;
using Platform.Protocol.Messages;

namespace Platform.Cluster.Raft;

/// <summary>RemoveRaftVoter (key 81): a node loses its vote (KIP-853). A leader that is removed leads on until that is
/// committed, without counting itself, and then gives up.</summary>
internal static class RemoveRaftVoterHandler
{
    internal static void Handle(RaftContext raft, long token, RemoveRaftVoterRequest request)
    {
        if (Check(raft, request) is { } refused)
            raft.Reply(token, Answer(refused.Code, refused.Message));
        else
            raft.Leading!.Changes.Propose(raft.Voters.Without(request.VoterId), token, raft.Settings.RequestTimeoutMs,
                ackWhenCommitted: true, Answer);
    }

    private static RemoveRaftVoterResponse Answer(ErrorCode error, string? message) =>
        new() { ErrorCode = error, ErrorMessage = message };

    private static (ErrorCode Code, string Message)? Check(RaftContext raft, RemoveRaftVoterRequest request)
    {
        if (!RequestChecks.IsThisCluster(raft, request.ClusterId))
            return (ErrorCode.InconsistentClusterId,
                $"the request is for cluster {request.ClusterId}, this is {raft.ClusterId}");
        if (raft.Leading is not { } leader)
            return (ErrorCode.NotLeaderOrFollower, "this node does not lead the quorum");
        if (raft.Voters.Find(request.VoterId)?.Key != new ReplicaKey(request.VoterId, request.VoterDirectoryId))
            return (ErrorCode.VoterNotFound, $"node {request.VoterId} with directory {request.VoterDirectoryId} is no "
                + "voter; `platform quorum describe` shows who is");
        if (raft.Voters.Voters.Count == 1)
            return (ErrorCode.InvalidRequest,
                $"node {request.VoterId} is the last voter: without it nobody could ever decide anything");
        return leader.Changes.WhyNotNow();
    }
}
