using Platform.Protocol;
using Platform.Protocol.Messages;

namespace Platform.Cluster.Raft;

/// <summary>Builds the requests that a node of the quorum sends.</summary>
internal static class RaftRequests
{
    /// <summary>Vote (52): asks for a vote in the candidate's epoch, or whether it would be given (pre-vote).</summary>
    internal static VoteRequest Vote(RaftContext raft, int voterId, bool preVote)
    {
        var partition = new VoteRequest.PartitionData
        {
            PartitionIndex = MetadataPartition.Index,
            ReplicaEpoch = raft.Epoch,
            ReplicaId = raft.Local.Id,
            ReplicaDirectoryId = raft.Local.DirectoryId,
            VoterDirectoryId = raft.Voters.Find(voterId)!.Key.DirectoryId,
            LastOffsetEpoch = raft.Log.LastEpoch,
            LastOffset = raft.Log.EndOffset,
            PreVote = preVote,
        };
        var request = new VoteRequest { ClusterId = raft.ClusterId, VoterId = voterId };
        var topic = new VoteRequest.TopicData { TopicName = MetadataPartition.TopicName };
        topic.Partitions.Add(partition);
        request.Topics.Add(topic);
        return request;
    }

    /// <summary>BeginQuorumEpoch (53): tells a voter who leads.</summary>
    internal static BeginQuorumEpochRequest BeginQuorumEpoch(RaftContext raft, int voterId)
    {
        var request = new BeginQuorumEpochRequest { ClusterId = raft.ClusterId, VoterId = voterId };
        var topic = new BeginQuorumEpochRequest.TopicData { TopicName = MetadataPartition.TopicName };
        topic.Partitions.Add(new BeginQuorumEpochRequest.PartitionData
        {
            PartitionIndex = MetadataPartition.Index,
            VoterDirectoryId = raft.Voters.Find(voterId)!.Key.DirectoryId,
            LeaderId = raft.Local.Id,
            LeaderEpoch = raft.Epoch,
        });
        // The voter may not know this node's address: its log may be behind (KIP-853).
        if (raft.Voters.Find(raft.Local.Id) is { } local)
            request.LeaderEndpoints.Add(new() { Name = local.ListenerName, Host = local.Host, Port = (ushort)local.Port });
        request.Topics.Add(topic);
        return request;
    }

    /// <summary>AddRaftVoter (80) for this node itself; first RemoveRaftVoter (81) of the directory that it had before.</summary>
    internal static IRequest Join(RaftContext raft)
    {
        if (raft.Voters.Find(raft.Local.Id) is { } before)
            return new RemoveRaftVoterRequest
            {
                ClusterId = raft.ClusterId,
                VoterId = before.Id,
                VoterDirectoryId = before.Key.DirectoryId,
            };
        var address = raft.Address!;
        return new AddRaftVoterRequest
        {
            ClusterId = raft.ClusterId,
            TimeoutMs = raft.Settings.RequestTimeoutMs,
            VoterId = address.Id,
            VoterDirectoryId = address.Key.DirectoryId,
            Listeners = [new() { Name = address.ListenerName, Host = address.Host, Port = (ushort)address.Port }],
            // Whoever waits for its own vote to be committed would not fetch what has to be committed.
            AckWhenCommitted = false,
        };
    }

    /// <summary>UpdateRaftVoter (82): tells the leader where this voter listens.</summary>
    internal static UpdateRaftVoterRequest UpdateVoter(RaftContext raft)
    {
        var address = raft.Address!;
        return new UpdateRaftVoterRequest
        {
            ClusterId = raft.ClusterId,
            CurrentLeaderEpoch = raft.Epoch,
            VoterId = address.Id,
            VoterDirectoryId = address.Key.DirectoryId,
            Listeners = [new() { Name = address.ListenerName, Host = address.Host, Port = (ushort)address.Port }],
            KRaftVersionFeature = new() { MaxSupportedVersion = VoterRecords.ReconfigurableVersion },
        };
    }

    /// <summary>EndQuorumEpoch (54): tells the voters that their leader resigned, and who should follow it.</summary>
    internal static EndQuorumEpochRequest EndQuorumEpoch(RaftContext raft, IReadOnlyList<ReplicaKey> successors)
    {
        var partition = new EndQuorumEpochRequest.PartitionData
        {
            PartitionIndex = MetadataPartition.Index,
            LeaderId = raft.Local.Id,
            LeaderEpoch = raft.Epoch,
        };
        foreach (var successor in successors)
        {
            partition.PreferredSuccessors.Add(successor.Id);
            partition.PreferredCandidates.Add(new EndQuorumEpochRequest.ReplicaInfo
            {
                CandidateId = successor.Id,
                CandidateDirectoryId = successor.DirectoryId,
            });
        }
        var request = new EndQuorumEpochRequest { ClusterId = raft.ClusterId };
        var topic = new EndQuorumEpochRequest.TopicData { TopicName = MetadataPartition.TopicName };
        topic.Partitions.Add(partition);
        request.Topics.Add(topic);
        return request;
    }

    /// <summary>Fetch (1): asks for what follows the log's end, which says at the same time what this replica
    /// holds.</summary>
    internal static FetchRequest Fetch(RaftContext raft)
    {
        var request = new FetchRequest
        {
            ClusterId = raft.ClusterId,
            MaxWaitMs = RaftSettings.FetchMaxWaitMs,
            MaxBytes = RaftSettings.MaxBatchBytes,
        };
        request.ReplicaState.ReplicaId = raft.Local.Id;
        var topic = new FetchRequest.FetchTopic
        {
            Topic = MetadataPartition.TopicName,
            TopicId = Uuid.MetadataTopic,
        };
        topic.Partitions.Add(new FetchRequest.FetchPartition
        {
            Partition = MetadataPartition.Index,
            CurrentLeaderEpoch = raft.Epoch,
            FetchOffset = raft.Log.EndOffset,
            LastFetchedEpoch = raft.Log.LastEpoch,
            LogStartOffset = raft.Log.StartOffset,
            PartitionMaxBytes = RaftSettings.MaxBatchBytes,
            ReplicaDirectoryId = raft.Local.DirectoryId,
            HighWatermark = raft.HighWatermark,
        });
        request.Topics.Add(topic);
        return request;
    }

    /// <summary>FetchSnapshot (59): asks for the next piece of a snapshot.</summary>
    internal static FetchSnapshotRequest FetchSnapshot(RaftContext raft, OffsetAndEpoch snapshot, long position)
    {
        var partition = new FetchSnapshotRequest.PartitionSnapshot
        {
            Partition = MetadataPartition.Index,
            CurrentLeaderEpoch = raft.Epoch,
            Position = position,
            ReplicaDirectoryId = raft.Local.DirectoryId,
        };
        (partition.SnapshotId.EndOffset, partition.SnapshotId.Epoch) = (snapshot.Offset, snapshot.Epoch);
        return new FetchSnapshotRequest
        {
            ClusterId = raft.ClusterId,
            ReplicaId = raft.Local.Id,
            MaxBytes = RaftSettings.MaxSnapshotChunkBytes,
            Topics = [new() { Name = MetadataPartition.TopicName, Partitions = [partition] }],
        };
    }
}
