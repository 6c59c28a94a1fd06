using Platform.Protocol;
using Platform.Protocol.Messages;

namespace Platform.Cluster.Raft;

/// <summary>EndQuorumEpoch (key 54): the leader resigned; the first of its preferred successors stands at
/// once.</summary>
/// <remarks>v1 candidates with directory ids (KIP-853).</remarks>
internal static class EndQuorumEpochHandler
{
    internal static EndQuorumEpochResponse Handle(RaftContext raft, EndQuorumEpochRequest request)
    {
        if (!RequestChecks.IsThisCluster(raft, request.ClusterId))
            return new EndQuorumEpochResponse { ErrorCode = ErrorCode.InconsistentClusterId };
        if (request.Topics is not [{ TopicName: MetadataPartition.TopicName,
            Partitions: [{ PartitionIndex: MetadataPartition.Index } partition] }])
            return new EndQuorumEpochResponse { ErrorCode = ErrorCode.InvalidRequest };

        var error = RequestChecks.CheckLeader(raft, partition.LeaderId, partition.LeaderEpoch);
        if (error == ErrorCode.None)
            Apply(raft, partition);
        return Answer(raft, error);
    }

    private static void Apply(RaftContext raft, EndQuorumEpochRequest.PartitionData partition)
    {
        if (partition.LeaderEpoch > raft.Epoch || raft.Quorum.LeaderId is null)
            raft.BecomeFollower(partition.LeaderEpoch, partition.LeaderId);
        if (raft.Role is not FollowerState follower || !raft.IsVoter)
            return;
        var candidates = Candidates(partition);
        var rank = candidates.FindIndex(candidate => candidate.Matches(raft.Local));
        follower.OnLeaderEnded(rank < 0 ? candidates.Count : rank, candidates.Count);
    }

    private static List<ReplicaKey> Candidates(EndQuorumEpochRequest.PartitionData partition) =>
        partition.PreferredCandidates.Count > 0
            ? partition.PreferredCandidates.ConvertAll(candidate =>
                new ReplicaKey(candidate.CandidateId, candidate.CandidateDirectoryId))
            : partition.PreferredSuccessors.ConvertAll(ReplicaKey.Of);

    private static EndQuorumEpochResponse Answer(RaftContext raft, ErrorCode error)
    {
        var response = new EndQuorumEpochResponse();
        var topic = new EndQuorumEpochResponse.TopicData { TopicName = MetadataPartition.TopicName };
        topic.Partitions.Add(new EndQuorumEpochResponse.PartitionData
        {
            PartitionIndex = MetadataPartition.Index,
            ErrorCode = error,
            LeaderId = raft.KnownLeaderId ?? RequestChecks.NoLeader,
            LeaderEpoch = raft.Epoch,
        });
        response.Topics.Add(topic);
        return response;
    }
}
