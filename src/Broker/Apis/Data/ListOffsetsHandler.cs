using Platform.Broker.Metadata;
using Platform.Broker.Network;
using Platform.Broker.Replication;
using Platform.Broker.Tiering;
using Platform.Protocol;
using Platform.Protocol.Messages;
using Platform.Storage;

namespace Platform.Broker.Apis.Data;

/// <summary>ListOffsets (key 2): the offset at a time, or at one of the special places.</summary>
/// <remarks>v2 isolation level · v4 leader epochs · v7 max timestamp (KIP-734) · v8 earliest local (KIP-405) ·
/// v9 last tiered · v11 earliest not uploaded.</remarks>
internal sealed class ListOffsetsHandler(
    ReplicaManager replicas, MetadataCache metadata, RemoteListOffsets? remote = null)
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
        var pending = new List<Task>();
        var response = Answer(request, (topic, partition) =>
        {
            if (!seen.Add(new TopicPartition(topic, partition.PartitionIndex)))
                return Failed(partition.PartitionIndex, ErrorCode.InvalidRequest);
            var answer = Find(topic, partition, Reader(request), context.ApiVersion);
            if (IsRemote(topic, partition, answer) is { } hosted)
                pending.Add(FindRemoteAsync(hosted, partition, answer, request, context));
            return answer;
        });
        return pending.Count == 0 ? new(response) : WhenAllAsync(response, pending);
    }

    public ListOffsetsResponse? Fail(ListOffsetsRequest request, ErrorCode error, string message) =>
        Answer(request, (_, partition) => Failed(partition.PartitionIndex, error));

    private static async ValueTask<ListOffsetsResponse?> WhenAllAsync(ListOffsetsResponse response, List<Task> pending)
    {
        await Task.WhenAll(pending);
        return response;
    }

    private Partition? IsRemote(string topic, ListOffsetsRequest.ListOffsetsPartition asked,
        ListOffsetsResponse.ListOffsetsPartitionResponse answer) => remote is not null && answer.ErrorCode == ErrorCode.None
            && replicas.Find(new TopicPartition(topic, asked.PartitionIndex)) is { } hosted
            && RemoteListOffsets.IsNeeded(hosted.Log, asked.Timestamp) ? hosted : null;

    // The local answer is there; what remote storage says takes its place (KIP-405).
    private async Task FindRemoteAsync(Partition partition, ListOffsetsRequest.ListOffsetsPartition asked,
        ListOffsetsResponse.ListOffsetsPartitionResponse answer, ListOffsetsRequest request, RequestContext context)
    {
        try
        {
            var found = await remote!.FindAsync(partition, asked.Timestamp, request.TimeoutMs, context.Aborted);
            var isVisible = found is { } at && at.Offset < EndFor(partition.Log, Reader(request));
            (answer.Offset, answer.Timestamp, answer.LeaderEpoch) = isVisible ? found!.Value : (-1, -1, -1);
            if (context.ApiVersion < FirstVersionWithEpochs)
                answer.LeaderEpoch = -1;
        }
        catch (OperationCanceledException)
        {
            answer.ErrorCode = ErrorCode.RequestTimedOut;
        }
        catch (IOException)
        {
            answer.ErrorCode = ErrorCode.KafkaStorageError;
        }
    }

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
        var end = EndFor(log, reader);
        switch (timestamp)
        {
            case Latest:
                return (end, -1, partition.LeaderEpoch);
            case Earliest:
                return At(log, log.LogStartOffset);
            case EarliestLocal:
                return At(log, log.LocalLogStartOffset);
            case LatestTiered:
                return log.HighestOffsetInRemoteStorage is >= 0 and var tiered ? At(log, tiered) : (-1, -1, -1);
            case EarliestPendingUpload:
                return PendingUpload(log) is { } pending ? At(log, pending) : (-1, -1, -1);
        }
        var found = log.OffsetForTimestamp(timestamp);
        return found is { } at && at.Offset < end ? (at.Offset, at.Timestamp, at.LeaderEpoch ?? -1) : (-1, -1, -1);
    }

    // KIP-1023. Unknown while this leader has not heard yet what is in remote storage.
    private static long? PendingUpload(UnifiedLog log)
    {
        if (!log.Config.RemoteStorageEnable)
            return null;
        if (log.HighestOffsetInRemoteStorage is >= 0 and var tiered)
            return Math.Max(tiered + 1, log.LogStartOffset);
        return log.LocalLogStartOffset == log.LogStartOffset ? log.LogStartOffset : null;
    }

    private static (long Offset, long Timestamp, int Epoch) At(UnifiedLog log, long offset) =>
        (offset, -1, log.EpochForOffset(offset) ?? -1);

    private static long EndFor(UnifiedLog log, FetchIsolation reader) => reader switch
    {
        FetchIsolation.LogEnd => log.LogEndOffset,
        FetchIsolation.TxnCommitted => log.LastStableOffset,
        _ => log.HighWatermark,
    };

    private static ListOffsetsResponse.ListOffsetsPartitionResponse Failed(int index, ErrorCode error) =>
        new() { PartitionIndex = index, ErrorCode = error };
}
