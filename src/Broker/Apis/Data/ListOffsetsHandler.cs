using Platform.Broker.Metadata;
using Platform.Broker.Network;
using Platform.Broker.Replication;
using Platform.Protocol;
using Platform.Protocol.Messages;
using Platform.Storage;

namespace Platform.Broker.Apis.Data;

/// <summary>ListOffsets (key 2): the offset at a time, or at one of the special places.</summary>
/// <remarks>v2 isolation level · v4 leader epochs · v7 max timestamp (KIP-734) · v8 earliest local (KIP-405) ·
/// v9 last tiered · v11 earliest not uploaded.</remarks>
internal sealed class ListOffsetsHandler(ReplicaManager replicas, MetadataCache metadata)
    : IApiHandler<ListOffsetsRequest, ListOffsetsResponse>
{
    private const long Latest = -1;
    private const long Earliest = -2;
    private const long MaxTimestamp = -3;
    private const long EarliestLocal = -4;
    private const long LatestTiered = -5;
    private const long EarliestPendingUpload = -6;
    private const sbyte ReadCommitted = 1;
    private const short FirstVersionWithEpochs = 4;
    private const short FirstVersionWithOffsetNotAvailable = 5;

    public ValueTask<ListOffsetsResponse?> HandleAsync(ListOffsetsRequest request, RequestContext context)
    {
        var seen = new HashSet<TopicPartition>();
        return new(Answer(request, (topic, partition) =>
            seen.Add(new TopicPartition(topic, partition.PartitionIndex))
                ? Find(topic, partition, Reader(request), context.ApiVersion)
                : Failed(partition.PartitionIndex, ErrorCode.InvalidRequest)));
    }

    public ListOffsetsResponse? Fail(ListOffsetsRequest request, ErrorCode error, string message) =>
        Answer(request, (_, partition) => Failed(partition.PartitionIndex, error));

    private static ListOffsetsResponse Answer(
        ListOffsetsRequest request,
        Func<string, ListOffsetsRequest.ListOffsetsPartition, ListOffsetsResponse.ListOffsetsPartitionResponse> answer)
    {
        var response = new ListOffsetsResponse();
        foreach (var topic in request.Topics)
            response.Topics.Add(new ListOffsetsResponse.ListOffsetsTopicResponse
            {
                Name = topic.Name,
                Partitions = topic.Partitions.ConvertAll(p => answer(topic.Name, p)),
            });
        return response;
    }

    private ListOffsetsResponse.ListOffsetsPartitionResponse Find(
        string topic, ListOffsetsRequest.ListOffsetsPartition asked, FetchIsolation reader, short version)
    {
        var index = asked.PartitionIndex;
        if (replicas.Find(new TopicPartition(topic, index)) is not { } partition)
            return Failed(index, metadata.WhyNotHosted(topic, Uuid.Zero, index));
        if (partition.CheckLeader(asked.CurrentLeaderEpoch) is var error && error != ErrorCode.None)
            return Failed(index, error);
        if (!IsKnown(asked.Timestamp, version))
            return Failed(index, ErrorCode.UnsupportedVersion);
        var (offset, timestamp, epoch) = Locate(partition, asked.Timestamp, reader);
        if (IsBehindNewLeader(partition, asked.Timestamp, offset, reader))
            return Failed(index, version >= FirstVersionWithOffsetNotAvailable
                ? ErrorCode.OffsetNotAvailable : ErrorCode.LeaderNotAvailable);
        return new()
        {
            PartitionIndex = index,
            Offset = offset,
            Timestamp = timestamp,
            LeaderEpoch = version >= FirstVersionWithEpochs ? epoch : -1,
        };
    }

    private static FetchIsolation Reader(ListOffsetsRequest request) => request.ReplicaId >= 0 ? FetchIsolation.LogEnd
        : request.IsolationLevel == ReadCommitted ? FetchIsolation.TxnCommitted : FetchIsolation.HighWatermark;

    // KIP-207: after an election the watermark may lie behind what the leader before had told already.
    private static bool IsBehindNewLeader(Partition partition, long timestamp, long offset, FetchIsolation reader) =>
        reader != FetchIsolation.LogEnd && (timestamp == Latest || (timestamp >= 0 && offset < 0))
        && !partition.IsWatermarkKnown;

    private static bool IsKnown(long timestamp, short version) => timestamp switch
    {
        >= 0 or Latest or Earliest => true,
        MaxTimestamp => version >= 7,
        EarliestLocal => version >= 8,
        LatestTiered => version >= 9,
        EarliestPendingUpload => version >= 11,
        _ => false,
    };

    private static (long Offset, long Timestamp, int Epoch) Locate(Partition partition, long timestamp, FetchIsolation reader)
    {
        var log = partition.Log;
        var end = reader switch
        {
            FetchIsolation.LogEnd => log.LogEndOffset,
            FetchIsolation.TxnCommitted => log.LastStableOffset,
            _ => log.HighWatermark,
        };
        switch (timestamp)
        {
            case Latest:
                return (end, -1, partition.LeaderEpoch);
            case Earliest or EarliestLocal or EarliestPendingUpload:
                return (log.LogStartOffset, -1, log.EpochForOffset(log.LogStartOffset) ?? -1);
            case LatestTiered:
                return (-1, -1, -1);
        }
        var found = log.OffsetForTimestamp(timestamp);
        return found is { } at && at.Offset < end ? (at.Offset, at.Timestamp, at.LeaderEpoch ?? -1) : (-1, -1, -1);
    }

    private static ListOffsetsResponse.ListOffsetsPartitionResponse Failed(int index, ErrorCode error) =>
        new() { PartitionIndex = index, ErrorCode = error };
}
