using Platform.Protocol;
using Platform.Protocol.Messages;

namespace Platform.Cluster.Raft;

/// <summary>Takes responses. Each one tells the leader and epoch that its sender knows; news of these come first, and
/// only what is left concerns the role.</summary>
internal static class ResponseHandling
{
    internal static void Take(RaftContext raft, RaftInput.Response response)
    {
        // Late, repeated, or for an earlier role: whatever it says will be said again.
        if (raft.Requests.Complete(response.From, response.RequestId) is not { } request)
            return;
        switch (response.Message)
        {
            case VoteResponse { Topics: [{ Partitions: [var vote] }] }:
                if (!TakeNews(raft, response.From, vote.LeaderId, vote.LeaderEpoch))
                    OnVote(raft, response.From, (VoteRequest)request, vote);
                break;
            case FetchResponse { Responses: [{ Partitions: [var fetched] }] } fetch:
                foreach (var node in fetch.NodeEndpoints)
                    raft.Learn(node.NodeId, node.Host, node.Port);
                if (!TakeNews(raft, response.From, fetched.CurrentLeader.LeaderId, fetched.CurrentLeader.LeaderEpoch))
                    raft.Role.OnFetchResponse(response.From, fetched);
                break;
            case FetchSnapshotResponse { Topics: [{ Partitions: [var piece] }] }:
                if (!TakeNews(raft, response.From, piece.CurrentLeader.LeaderId, piece.CurrentLeader.LeaderEpoch))
                    raft.Role.OnFetchSnapshotResponse(response.From, piece);
                break;
            case BeginQuorumEpochResponse { Topics: [{ Partitions: [var begun] }] }:
                TakeNews(raft, response.From, begun.LeaderId, begun.LeaderEpoch);
                break;
            case UpdateRaftVoterResponse updated:
                if (updated.ErrorCode != ErrorCode.None)
                    raft.Requests.Pause(response.From, raft.NowMs);
                raft.Role.OnVoterUpdated(updated.ErrorCode == ErrorCode.None);
                break;
            case AddRaftVoterResponse or RemoveRaftVoterResponse:
                // Whether it worked is in the log; if it did not, it is tried again.
                raft.Role.OnVoterUpdated(isKnown: false);
                break;
            case EndQuorumEpochResponse { Topics: [{ Partitions: [var ended] }] }:
                if (!TakeNews(raft, response.From, ended.LeaderId, ended.LeaderEpoch))
                    raft.Role.OnEndQuorumEpochResponse(response.From);
                break;
            default:
                raft.Requests.Pause(response.From, raft.NowMs);
                break;
        }
    }

    private static void OnVote(RaftContext raft, int from, VoteRequest request, VoteResponse.PartitionData vote)
    {
        if (vote.ErrorCode != ErrorCode.None)
            raft.Requests.Pause(from, raft.NowMs);
        else if (vote.LeaderEpoch == raft.Epoch)
            raft.Role.OnVoteResponse(from, request, vote.VoteGranted);
    }

    // True when the news made another role of this node, or the response is older than what it knows.
    private static bool TakeNews(RaftContext raft, int from, int leaderId, int epoch)
    {
        if (epoch < raft.Epoch)
        {
            raft.Requests.Pause(from, raft.NowMs);
            return true;
        }
        var isOtherVoter = raft.IsPossibleLeader(leaderId);
        if (epoch > raft.Epoch && isOtherVoter)
            raft.BecomeFollower(epoch, leaderId);
        else if (epoch > raft.Epoch)
            raft.BecomeUnattached(epoch);
        else if (isOtherVoter && MayFollow(raft, leaderId))
            raft.BecomeFollower(epoch, leaderId);
        else
            return false;
        return true;
    }

    // In the same epoch: nobody was known to lead it, or this node lost sight of the leader.
    private static bool MayFollow(RaftContext raft, int leaderId) =>
        raft.Quorum.LeaderId is null || (raft.Quorum.LeaderId == leaderId && raft.Role.Kind == RaftRoleKind.Unattached);
}
