using Platform.Protocol;
using Platform.Protocol.Messages;

namespace Platform.Cluster.Raft;

/// <summary>UpdateRaftVoter (key 82): a voter tells the leader where it listens now, and in which directory it keeps the log
/// (KIP-853).</summary>
internal static class UpdateRaftVoterHandler
{
    internal static void Handle(RaftContext raft, long token, UpdateRaftVoterRequest request)
    {
        if (Check(raft, request) is var error && error != ErrorCode.None)
        {
            raft.Reply(token, Answer(raft, error));
            return;
        }
        var before = raft.Voters.Find(request.VoterId)!;
        var listener = request.Listeners[0];
        var now = before with { Host = listener.Host, Port = listener.Port, ListenerName = listener.Name };
        if (!raft.IsReconfigurable)
        {
            raft.Leading!.Upgrade.OnTold(now with { Key = new ReplicaKey(request.VoterId, request.VoterDirectoryId) });
            raft.Reply(token, Answer(raft, ErrorCode.None));
        }
        else if (now == before)
            raft.Reply(token, Answer(raft, ErrorCode.None));
        else if (raft.Leading!.Changes.WhyNotNow() is { } refused)
            raft.Reply(token, Answer(raft, refused.Code));
        else
            raft.Leading!.Changes.Propose(raft.Voters.With(now), token, raft.Settings.RequestTimeoutMs,
                ackWhenCommitted: true, (code, _) => Answer(raft, code));
    }

    private static ErrorCode Check(RaftContext raft, UpdateRaftVoterRequest request)
    {
        if (!RequestChecks.IsThisCluster(raft, request.ClusterId))
            return ErrorCode.InconsistentClusterId;
        if (request.CurrentLeaderEpoch >= 0 && request.CurrentLeaderEpoch < raft.Epoch)
            return ErrorCode.FencedLeaderEpoch;
        if (request.CurrentLeaderEpoch > raft.Epoch)
            return ErrorCode.UnknownLeaderEpoch;
        if (raft.Leading is null)
            return ErrorCode.NotLeaderOrFollower;
        if (request.Listeners.Count == 0)
            return ErrorCode.InvalidRequest;
        if (request.KRaftVersionFeature.MaxSupportedVersion < VoterRecords.ReconfigurableVersion)
            return ErrorCode.UnsupportedVersion;
        if (request.VoterDirectoryId == Uuid.Zero)
            return ErrorCode.InvalidRequest;
        var known = raft.Voters.Find(request.VoterId)?.Key;
        return known == new ReplicaKey(request.VoterId, raft.IsReconfigurable ? request.VoterDirectoryId : Uuid.Zero)
            ? ErrorCode.None : ErrorCode.VoterNotFound;
    }

    private static UpdateRaftVoterResponse Answer(RaftContext raft, ErrorCode error)
    {
        var leader = raft.KnownLeaderId is { } id ? raft.Voters.Find(id) : null;
        return new UpdateRaftVoterResponse
        {
            ErrorCode = error,
            CurrentLeader = new()
            {
                LeaderId = raft.KnownLeaderId ?? RequestChecks.NoLeader,
                LeaderEpoch = raft.Epoch,
                Host = leader?.Host ?? "",
                Port = leader?.Port ?? 0,
            },
        };
    }
}
