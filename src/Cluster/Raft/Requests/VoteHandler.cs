using Platform.Protocol;
using Platform.Protocol.Messages;

namespace Platform.Cluster.Raft;

/// <summary>Vote (key 52): a candidate asks for this voter's vote.</summary>
/// <remarks>v1 voter keys (KIP-853) · v2 pre-vote (KIP-996).</remarks>
internal static class VoteHandler
{
    internal static VoteResponse Handle(RaftContext raft, VoteRequest request)
    {
        if (!RequestChecks.IsThisCluster(raft, request.ClusterId))
            return new VoteResponse { ErrorCode = ErrorCode.InconsistentClusterId };
        if (request.Topics is not [{ TopicName: MetadataPartition.TopicName,
            Partitions: [{ PartitionIndex: MetadataPartition.Index } partition] }])
            return new VoteResponse { ErrorCode = ErrorCode.InvalidRequest };

        var error = Check(raft, request.VoterId, partition);
        if (error != ErrorCode.None)
            return Answer(raft, error, granted: false);
        if (partition.ReplicaEpoch > raft.Epoch)
            raft.BecomeUnattached(partition.ReplicaEpoch);
        return Answer(raft, ErrorCode.None, Decide(raft, partition));
    }

    private static ErrorCode Check(RaftContext raft, int voterId, VoteRequest.PartitionData partition)
    {
        if (partition.ReplicaEpoch < raft.Epoch)
            return ErrorCode.FencedLeaderEpoch;
        // A pre-vote is asked for at the epoch of the log or a later one, a vote always in an epoch without records.
        var newestLogEpoch = partition.PreVote ? partition.ReplicaEpoch : partition.ReplicaEpoch - 1;
        if (partition.LastOffset < 0 || partition.LastOffsetEpoch < 0 || partition.LastOffsetEpoch > newestLogEpoch)
            return ErrorCode.InvalidRequest;
        if (!RequestChecks.IsThisReplica(raft, voterId, partition.VoterDirectoryId))
            return ErrorCode.InvalidVoterKey;
        // Where voters may change, this node may have a vote, or the candidate, and its log not know it yet: whether the
        // vote counts is up to the candidate's (KIP-853).
        return raft.IsReconfigurable || raft.Voters.Voters.Count == 0
            || (raft.IsVoter && raft.Voters.Contains(partition.ReplicaId))
            ? ErrorCode.None
            : ErrorCode.InconsistentVoterSet;
    }

    private static bool Decide(RaftContext raft, VoteRequest.PartitionData partition)
    {
        var candidate = new ReplicaKey(partition.ReplicaId, partition.ReplicaDirectoryId);
        var end = new OffsetAndEpoch(partition.LastOffset, partition.LastOffsetEpoch);
        if (!raft.Role.GrantsVote(candidate, end.IsAtLeastAsUpToDateAs(raft.Log.End), partition.PreVote))
            return false;
        // The vote is on disk before the answer leaves: the output to save it comes first.
        if (!partition.PreVote && raft.Quorum.Voted is null)
            raft.BecomeVoted(candidate);
        return true;
    }

    private static VoteResponse Answer(RaftContext raft, ErrorCode error, bool granted)
    {
        var response = new VoteResponse();
        var topic = new VoteResponse.TopicData { TopicName = MetadataPartition.TopicName };
        topic.Partitions.Add(new VoteResponse.PartitionData
        {
            PartitionIndex = MetadataPartition.Index,
            ErrorCode = error,
            LeaderId = raft.KnownLeaderId ?? RequestChecks.NoLeader,
            LeaderEpoch = raft.Epoch,
            VoteGranted = granted,
        });
        response.Topics.Add(topic);
        return response;
    }
}
