using Platform.Protocol;
using Platform.Protocol.Messages;

namespace Platform.Cluster.Raft;

/// <summary>AddRaftVoter (key 80): a node that follows the log already gets a vote (KIP-853).</summary>
internal static class AddRaftVoterHandler
{
    internal static void Handle(RaftContext raft, long token, AddRaftVoterRequest request)
    {
        if (Check(raft, request) is { } refused)
            raft.Reply(token, Answer(refused.Code, refused.Message));
        else
            raft.Leading!.Changes.Propose(raft.Voters.With(NewVoter(raft, request)), token, request.TimeoutMs,
                request.AckWhenCommitted, Answer);
    }

    private static AddRaftVoterResponse Answer(ErrorCode error, string? message) =>
        new() { ErrorCode = error, ErrorMessage = message };

    private static (ErrorCode Code, string Message)? Check(RaftContext raft, AddRaftVoterRequest request)
    {
        if (!RequestChecks.IsThisCluster(raft, request.ClusterId))
            return (ErrorCode.InconsistentClusterId,
                $"the request is for cluster {request.ClusterId}, this is {raft.ClusterId}");
        if (raft.Leading is not { } leader)
            return (ErrorCode.NotLeaderOrFollower, "this node does not lead the quorum");
        if (request.VoterId < 0 || request.VoterDirectoryId == Uuid.Zero || request.Listeners.Count == 0)
            return (ErrorCode.InvalidRequest, "a voter needs an id, the id of its directory and a listener");
        if (raft.Voters.Find(request.VoterId) is { } known)
            return (ErrorCode.DuplicateVoter, $"node {request.VoterId} is a voter already, with directory "
                + $"{known.Key.DirectoryId}; when its disk was replaced, remove that voter first");
        if (raft.Voters.Voters.Count == VoterSet.MaxVoters)
            return (ErrorCode.InvalidRequest, $"a quorum has at most {VoterSet.MaxVoters} voters");
        var key = new ReplicaKey(request.VoterId, request.VoterDirectoryId);
        return leader.Changes.WhyNotNow() ?? (leader.IsCaughtUp(key) ? null
            : (ErrorCode.RequestTimedOut, $"node {key.Id} with directory {key.DirectoryId} does not follow the log, or "
                + "has not caught up yet; start it with controller.quorum.bootstrap.servers and try again"));
    }

    // Nodes talk on the listener that the leader uses, too.
    private static Voter NewVoter(RaftContext raft, AddRaftVoterRequest request)
    {
        var name = raft.Voters.Find(raft.Local.Id)?.ListenerName;
        var listener = request.Listeners.Find(listener => listener.Name == name) ?? request.Listeners[0];
        return new Voter(new ReplicaKey(request.VoterId, request.VoterDirectoryId), listener.Host, listener.Port,
            listener.Name);
    }
}
