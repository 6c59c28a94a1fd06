using Platform.Cluster.Raft;
using Platform.Protocol;
using Platform.Protocol.Messages;

namespace Platform.Cluster.Tests.Raft;

/// <summary>Words for what goes over the wire and to disk in a scenario.</summary>
internal static class ScenarioText
{
    /// <summary>A fetch of a node that knows everything to be committed that it holds.</summary>
    internal static bool IsIdle(IRequest request, RaftNode from) =>
        request is FetchRequest && from.HighWatermark > 0 && from.HighWatermark == from.Log.EndOffset;

    internal static bool IsIdle(IResponse response) =>
        response is FetchResponse { Responses: [{ Partitions: [{ ErrorCode: ErrorCode.None, Records.SizeInBytes: 0,
            DivergingEpoch.Epoch: < 0 }] }] };

    internal static string Of(IRequest request) => request switch
    {
        VoteRequest { Topics: [{ Partitions: [var vote] }] } =>
            $"{(vote.PreVote ? "PreVote" : "Vote")} epoch {vote.ReplicaEpoch}, "
                + $"log ends {vote.LastOffset}@{vote.LastOffsetEpoch}",
        BeginQuorumEpochRequest { Topics: [{ Partitions: [var begin] }] } =>
            $"BeginQuorumEpoch epoch {begin.LeaderEpoch}",
        EndQuorumEpochRequest { Topics: [{ Partitions: [var end] }] } =>
            $"EndQuorumEpoch epoch {end.LeaderEpoch}, successors {string.Join(' ', end.PreferredSuccessors)}",
        FetchRequest { Topics: [{ Partitions: [var fetch] }] } =>
            $"Fetch epoch {fetch.CurrentLeaderEpoch} from {fetch.FetchOffset}@{fetch.LastFetchedEpoch}, "
                + $"knows {fetch.HighWatermark}",
        _ => request.ApiKey.ToString(),
    };

    internal static string Of(IResponse response) => response switch
    {
        VoteResponse { Topics: [{ Partitions: [var vote] }] } =>
            $"vote {(vote.VoteGranted ? "granted" : "refused")}{Of(vote.ErrorCode)}, "
                + Leader(vote.LeaderId, vote.LeaderEpoch),
        BeginQuorumEpochResponse { Topics: [{ Partitions: [var begin] }] } => $"acknowledged{Of(begin.ErrorCode)}",
        EndQuorumEpochResponse { Topics: [{ Partitions: [var end] }] } => $"acknowledged{Of(end.ErrorCode)}",
        FetchResponse { Responses: [{ Partitions: [var fetch] }] } => Of(fetch),
        _ => response.ApiKey.ToString(),
    };

    internal static string Of(QuorumState state) =>
        $"epoch {state.LeaderEpoch}, voted {state.Voted?.Id.ToString() ?? "for nobody"}, "
            + $"leader {state.LeaderId?.ToString() ?? "unknown"}";

    private static string Of(FetchResponse.PartitionData fetch)
    {
        var leader = Leader(fetch.CurrentLeader.LeaderId, fetch.CurrentLeader.LeaderEpoch);
        if (fetch.ErrorCode != ErrorCode.None)
            return $"fetch{Of(fetch.ErrorCode)}, {leader}";
        if (fetch.DivergingEpoch.Epoch >= 0)
            return $"logs diverge: epoch {fetch.DivergingEpoch.Epoch} ends at {fetch.DivergingEpoch.EndOffset}";
        var records = fetch.Records.SizeInBytes > 0 ? "records" : "nothing new";
        return $"{records}, high watermark {fetch.HighWatermark}";
    }

    private static string Of(ErrorCode error) => error == ErrorCode.None ? "" : $" [{error.KafkaName()}]";

    private static string Leader(int id, int epoch) => id < 0 ? $"epoch {epoch} without leader"
        : $"epoch {epoch} led by {id}";
}
