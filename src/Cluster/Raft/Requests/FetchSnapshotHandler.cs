using Platform.Protocol;
using Platform.Protocol.Messages;

namespace Platform.Cluster.Raft;

/// <summary>FetchSnapshot (key 59): a replica that is behind the start of the log reads a snapshot, piece by piece
/// (KIP-630). Answered by the leader only.</summary>
internal static class FetchSnapshotHandler
{
    internal static void Handle(RaftContext raft, long token, FetchSnapshotRequest request)
    {
        if (!RequestChecks.IsThisCluster(raft, request.ClusterId))
            raft.Reply(token, new FetchSnapshotResponse { ErrorCode = ErrorCode.InconsistentClusterId });
        else if (request.Topics is not [{ Name: MetadataPartition.TopicName,
            Partitions: [{ Partition: MetadataPartition.Index } partition] }])
            raft.Reply(token, new FetchSnapshotResponse { ErrorCode = ErrorCode.InvalidRequest });
        else if (Check(raft, partition) is var error && error != ErrorCode.None)
            raft.Reply(token, Answer(raft, partition, error));
        else
            Read(raft, token, request, partition);
    }

    private static void Read(RaftContext raft, long token, FetchSnapshotRequest request,
        FetchSnapshotRequest.PartitionSnapshot partition)
    {
        // A voter that reads a large snapshot is there, although it does not fetch (KIP-595).
        raft.Leading!.OnContact(new ReplicaKey(request.ReplicaId, partition.ReplicaDirectoryId));
        raft.Emit(new RaftOutput.ReplyWithSnapshot(token, Answer(raft, partition, ErrorCode.None),
            new OffsetAndEpoch(partition.SnapshotId.EndOffset, partition.SnapshotId.Epoch), partition.Position,
            Math.Clamp(request.MaxBytes, 0, RaftSettings.MaxSnapshotChunkBytes)));
    }

    private static ErrorCode Check(RaftContext raft, FetchSnapshotRequest.PartitionSnapshot partition)
    {
        if (partition.CurrentLeaderEpoch >= 0 && partition.CurrentLeaderEpoch < raft.Epoch)
            return ErrorCode.FencedLeaderEpoch;
        if (partition.CurrentLeaderEpoch > raft.Epoch)
            return ErrorCode.UnknownLeaderEpoch;
        if (raft.Leading is null)
            return ErrorCode.NotLeaderOrFollower;
        return partition.Position < 0 ? ErrorCode.PositionOutOfRange : ErrorCode.None;
    }

    private static FetchSnapshotResponse Answer(
        RaftContext raft, FetchSnapshotRequest.PartitionSnapshot asked, ErrorCode error)
    {
        var piece = new FetchSnapshotResponse.PartitionSnapshot
        {
            Index = MetadataPartition.Index,
            ErrorCode = error,
            Position = asked.Position,
            UnalignedRecords = RecordsData.Empty,
        };
        (piece.SnapshotId.EndOffset, piece.SnapshotId.Epoch) = (asked.SnapshotId.EndOffset, asked.SnapshotId.Epoch);
        piece.CurrentLeader.LeaderId = raft.KnownLeaderId ?? RequestChecks.NoLeader;
        piece.CurrentLeader.LeaderEpoch = raft.Epoch;
        return new FetchSnapshotResponse
        {
            Topics = [new() { Name = MetadataPartition.TopicName, Partitions = [piece] }],
        };
    }
}
