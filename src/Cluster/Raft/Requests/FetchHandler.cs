using Platform.Protocol;
using Platform.Protocol.Messages;

namespace Platform.Cluster.Raft;

/// <summary>Fetch (key 1) of <c>__cluster_metadata</c>: replication of the quorum, answered by its leader
/// only.</summary>
/// <remarks>v12 diverging epochs · v13 topic ids · v15 replica state · v17 directory ids · v18 high
/// watermark.</remarks>
internal static class FetchHandler
{
    internal static void Handle(RaftContext raft, long token, FetchRequest request)
    {
        if (!RequestChecks.IsThisCluster(raft, request.ClusterId))
            raft.Reply(token, new FetchResponse { ErrorCode = ErrorCode.InconsistentClusterId });
        else if (request.Topics is not [{ Partitions: [{ Partition: MetadataPartition.Index } partition] } topic]
            || !IsMetadata(topic))
            raft.Reply(token, new FetchResponse { ErrorCode = ErrorCode.InvalidRequest });
        else if (Check(raft, partition) is var error && error != ErrorCode.None)
            raft.Reply(token, Answer(raft, error));
        else
            raft.Leading!.OnFetch(QuorumFetch.From(token, request, partition, raft.NowMs));
    }

    private static bool IsMetadata(FetchRequest.FetchTopic topic) =>
        topic.TopicId == Uuid.MetadataTopic
            || (topic.TopicId == Uuid.Zero && topic.Topic == MetadataPartition.TopicName);

    private static ErrorCode Check(RaftContext raft, FetchRequest.FetchPartition partition)
    {
        // Clients older than KIP-320 send -1: no opinion.
        if (partition.CurrentLeaderEpoch >= 0 && partition.CurrentLeaderEpoch < raft.Epoch)
            return ErrorCode.FencedLeaderEpoch;
        if (partition.CurrentLeaderEpoch > raft.Epoch)
            return ErrorCode.UnknownLeaderEpoch;
        if (raft.Leading is null)
            return ErrorCode.NotLeaderOrFollower;
        return partition.FetchOffset < 0 ? ErrorCode.InvalidRequest : ErrorCode.None;
    }

    /// <summary>A response without records. The leader is always told, so that the sender can move on.</summary>
    internal static FetchResponse Answer(RaftContext raft, ErrorCode error)
    {
        var partition = new FetchResponse.PartitionData
        {
            PartitionIndex = MetadataPartition.Index,
            ErrorCode = error,
            HighWatermark = raft.Leading is null ? -1 : raft.HighWatermark,
            LogStartOffset = raft.Log.StartOffset,
            Records = RecordsData.Empty,
        };
        partition.CurrentLeader.LeaderId = raft.KnownLeaderId ?? RequestChecks.NoLeader;
        partition.CurrentLeader.LeaderEpoch = raft.Epoch;
        var response = new FetchResponse();
        var topic = new FetchResponse.FetchableTopicResponse
        {
            Topic = MetadataPartition.TopicName,
            TopicId = Uuid.MetadataTopic,
        };
        topic.Partitions.Add(partition);
        response.Responses.Add(topic);
        if (raft.KnownLeaderId is { } leader && raft.Voters.Find(leader) is { } voter)
            response.NodeEndpoints.Add(new() { NodeId = leader, Host = voter.Host, Port = voter.Port });
        return response;
    }
}
