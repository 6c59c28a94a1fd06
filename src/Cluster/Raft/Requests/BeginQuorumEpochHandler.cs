using Platform.Protocol;
using Platform.Protocol.Messages;

namespace Platform.Cluster.Raft;

/// <summary>BeginQuorumEpoch (key 53): the winner of an election tells a voter, until that one fetches.</summary>
/// <remarks>v1 voter keys and endpoints (KIP-853).</remarks>
internal static class BeginQuorumEpochHandler
{
    internal static BeginQuorumEpochResponse Handle(RaftContext raft, BeginQuorumEpochRequest request)
    {
        if (!RequestChecks.IsThisCluster(raft, request.ClusterId))
            return new BeginQuorumEpochResponse { ErrorCode = ErrorCode.InconsistentClusterId };
        if (request.Topics is not [{ TopicName: MetadataPartition.TopicName,
            Partitions: [{ PartitionIndex: MetadataPartition.Index } partition] }])
            return new BeginQuorumEpochResponse { ErrorCode = ErrorCode.InvalidRequest };

        var error = RequestChecks.IsThisReplica(raft, request.VoterId, partition.VoterDirectoryId)
            ? RequestChecks.CheckLeader(raft, partition.LeaderId, partition.LeaderEpoch)
            : ErrorCode.InvalidVoterKey;
        if (error == ErrorCode.None && request.LeaderEndpoints is [var address, ..])
            raft.Learn(partition.LeaderId, address.Host, address.Port);
        // A follower of this very leader goes on as it is; a node that gave it up hears that it lives.
        if (error == ErrorCode.None && (partition.LeaderEpoch > raft.Epoch || raft.Role.Kind != RaftRoleKind.Follower))
            raft.BecomeFollower(partition.LeaderEpoch, partition.LeaderId);
        return Answer(raft, error);
    }

    private static BeginQuorumEpochResponse Answer(RaftContext raft, ErrorCode error)
    {
        var response = new BeginQuorumEpochResponse();
        var topic = new BeginQuorumEpochResponse.TopicData { TopicName = MetadataPartition.TopicName };
        topic.Partitions.Add(new BeginQuorumEpochResponse.PartitionData
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
