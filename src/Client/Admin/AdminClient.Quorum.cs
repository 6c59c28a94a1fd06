using Platform.Client.Network;
using Platform.Protocol.Messages;
using Platform.Protocol;

namespace Platform.Client.Admin;

/// <summary>The controller quorum as its leader sees it.</summary>
/// <param name="LeaderId">Node that leads, which is the active controller.</param>
/// <param name="LeaderEpoch">Epoch in which it does.</param>
/// <param name="HighWatermark">Offset below which the metadata log is committed.</param>
/// <param name="Voters">Replicas that vote, by id.</param>
/// <param name="Observers">Replicas that only follow.</param>
public sealed record QuorumDescription(
    int LeaderId, int LeaderEpoch, long HighWatermark,
    IReadOnlyList<QuorumReplica> Voters, IReadOnlyList<QuorumReplica> Observers);

/// <summary>A replica of the metadata log.</summary>
/// <param name="Id">Node id.</param>
/// <param name="LogEndOffset">End of its log, as the leader last heard.</param>
/// <param name="LastFetchMs">When it last fetched, in ms since 1970; -1 when it never did.</param>
/// <param name="LastCaughtUpMs">When it last had everything, in ms since 1970; -1 when it never had.</param>
/// <param name="DirectoryId">Directory of its log (KIP-853); zero when the broker is too old to tell.</param>
public sealed record QuorumReplica(
    int Id, long LogEndOffset, long LastFetchMs, long LastCaughtUpMs, Uuid DirectoryId = default);

public sealed partial class AdminClient
{
    /// <summary>Who is in the controller quorum, and how far.</summary>
    /// <exception cref="KafkaException">The quorum has no leader.</exception>
    public async Task<QuorumDescription> DescribeQuorumAsync(CancellationToken cancellation = default)
    {
        var topic = new DescribeQuorumRequest.TopicData { TopicName = "__cluster_metadata", Partitions = [new()] };
        var response = await SendAsync(
            new DescribeQuorumRequest { Topics = [topic] }, Destination.Any, cancellation, ErrorOf);
        var quorum = response.Topics[0].Partitions[0];
        return new QuorumDescription(quorum.LeaderId, quorum.LeaderEpoch, quorum.HighWatermark,
            quorum.CurrentVoters.ConvertAll(Replica), quorum.Observers.ConvertAll(Replica));
    }

    private static ErrorCode ErrorOf(DescribeQuorumResponse response) =>
        response is { ErrorCode: ErrorCode.None, Topics: [{ Partitions: [var quorum] }] }
            ? quorum.ErrorCode : response.ErrorCode;

    private static QuorumReplica Replica(DescribeQuorumResponse.ReplicaState replica) => new(
        replica.ReplicaId, replica.LogEndOffset, replica.LastFetchTimestamp, replica.LastCaughtUpTimestamp,
        replica.ReplicaDirectoryId);

    /// <summary>Gives a controller that follows the metadata log a vote (KIP-853).</summary>
    /// <param name="id">Its node id.</param>
    /// <param name="directoryId">Id of its metadata directory.</param>
    /// <param name="listeners">Where it listens, by listener name.</param>
    /// <param name="cancellation">Stops waiting.</param>
    /// <exception cref="KafkaException">The leader refused; the message says why.</exception>
    public async Task AddRaftVoterAsync(int id, Uuid directoryId,
        IReadOnlyList<(string Name, string Host, int Port)> listeners, CancellationToken cancellation = default)
    {
        var request = new AddRaftVoterRequest
        {
            ClusterId = null,
            TimeoutMs = TimeoutMs,
            VoterId = id,
            VoterDirectoryId = directoryId,
            Listeners = [.. listeners.Select(listener => new AddRaftVoterRequest.Listener
            {
                Name = listener.Name, Host = listener.Host, Port = (ushort)listener.Port,
            })],
        };
        var response = await SendAsync(request, Destination.Any, cancellation, RetriedError);
        KafkaException.ThrowIfError(response.ErrorCode, $"voter {id}", response.ErrorMessage);

        static ErrorCode RetriedError(AddRaftVoterResponse answer) => OnlyIfMoved(answer.ErrorCode);
    }

    /// <summary>Takes the vote of a controller (KIP-853).</summary>
    /// <exception cref="KafkaException">The leader refused; the message says why.</exception>
    public async Task RemoveRaftVoterAsync(int id, Uuid directoryId, CancellationToken cancellation = default)
    {
        var request = new RemoveRaftVoterRequest { ClusterId = null, VoterId = id, VoterDirectoryId = directoryId };
        var response = await SendAsync(
            request, Destination.Any, cancellation, answer => OnlyIfMoved(answer.ErrorCode));
        KafkaException.ThrowIfError(response.ErrorCode, $"voter {id}", response.ErrorMessage);
    }

    // Everything else comes with words, which say more than the code.
    private static ErrorCode OnlyIfMoved(ErrorCode code) =>
        code is ErrorCode.NotLeaderOrFollower or ErrorCode.NotController ? code : ErrorCode.None;
}
