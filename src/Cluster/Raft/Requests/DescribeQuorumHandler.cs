using Platform.Protocol;
using Platform.Protocol.Messages;

namespace Platform.Cluster.Raft;

/// <summary>DescribeQuorum (key 55): the leader says who is how far.</summary>
/// <remarks>v1 times of the last fetch · v2 directory ids and nodes, which an older version leaves out.</remarks>
internal static class DescribeQuorumHandler
{
    internal static DescribeQuorumResponse Handle(RaftContext raft, DescribeQuorumRequest request)
    {
        if (request.Topics is not [{ TopicName: MetadataPartition.TopicName,
            Partitions: [{ PartitionIndex: MetadataPartition.Index }] }])
            return new DescribeQuorumResponse { ErrorCode = ErrorCode.InvalidRequest };
        var partition = raft.Leading is { } leader
            ? Describe(raft, leader)
            : new DescribeQuorumResponse.PartitionData { ErrorCode = ErrorCode.NotLeaderOrFollower };
        partition.LeaderId = raft.KnownLeaderId ?? RequestChecks.NoLeader;
        partition.LeaderEpoch = raft.Epoch;
        var response = new DescribeQuorumResponse();
        var topic = new DescribeQuorumResponse.TopicData { TopicName = MetadataPartition.TopicName };
        topic.Partitions.Add(partition);
        response.Topics.Add(topic);
        response.Nodes.AddRange(raft.Voters.Voters.Select(voter => new DescribeQuorumResponse.Node
        {
            NodeId = voter.Id,
            Listeners = [new() { Name = voter.ListenerName, Host = voter.Host, Port = (ushort)voter.Port }],
        }));
        return response;
    }

    private static DescribeQuorumResponse.PartitionData Describe(RaftContext raft, LeaderState leader)
    {
        var partition = new DescribeQuorumResponse.PartitionData
        {
            PartitionIndex = MetadataPartition.Index,
            HighWatermark = leader.IsHighWatermarkKnown ? raft.HighWatermark : -1,
        };
        // A leader that is being removed leads on until that is committed.
        if (raft.IsVoter)
            partition.CurrentVoters.Add(Local(raft));
        partition.CurrentVoters.AddRange(leader.Followers.Select(Describe));
        partition.CurrentVoters.Sort((a, b) => a.ReplicaId.CompareTo(b.ReplicaId));
        partition.Observers.AddRange(leader.Observers.Select(Describe));
        return partition;
    }

    private static DescribeQuorumResponse.ReplicaState Local(RaftContext raft) => new()
    {
        ReplicaId = raft.Local.Id,
        ReplicaDirectoryId = raft.Local.DirectoryId,
        LogEndOffset = raft.Log.EndOffset,
        LastFetchTimestamp = raft.NowMs,
        LastCaughtUpTimestamp = raft.NowMs,
    };

    private static DescribeQuorumResponse.ReplicaState Describe(ReplicaProgress replica) => new()
    {
        ReplicaId = replica.Key.Id,
        ReplicaDirectoryId = replica.Key.DirectoryId,
        LogEndOffset = replica.EndOffset,
        LastFetchTimestamp = replica.LastFetchMs,
        LastCaughtUpTimestamp = replica.LastCaughtUpMs,
    };
}
