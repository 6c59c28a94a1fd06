using Platform.Broker.Metadata;
using Platform.Broker.Replication;
using Platform.Cluster.Coordination;
using Platform.Protocol;
using Platform.Protocol.Messages;
using Platform.Protocol.Records;
using Platform.Storage;

using PartitionResult = Platform.Protocol.Messages.WriteTxnMarkersResponse.WritableTxnMarkerPartitionResult;

namespace Platform.Broker.Coordination;

/// <summary>Appends the markers that end transactions to partitions that this broker leads.</summary>
internal sealed class MarkerWriter(
    ReplicaManager replicas, GroupCoordinator groups, MetadataCache metadata, TimeProvider time, int timeoutMs)
{
    private const short AcksAll = -1;

    /// <summary>Appends and waits until the markers are replicated. One result for each partition, in the order of the
    /// request.</summary>
    public async ValueTask<WriteTxnMarkersResponse> WriteAsync(WriteTxnMarkersRequest request)
    {
        var response = new WriteTxnMarkersResponse();
        List<(Partition Partition, long Offset, int LeaderEpoch, PartitionResult Result)>? waits = null;
        foreach (var marker in request.Markers)
        {
            var markerResult = new WriteTxnMarkersResponse.WritableTxnMarkerResult { ProducerId = marker.ProducerId };
            response.Markers.Add(markerResult);
            foreach (var topic in marker.Topics)
            {
                var topicResult = new WriteTxnMarkersResponse.WritableTxnMarkerTopicResult { Name = topic.Name };
                markerResult.Topics.Add(topicResult);
                foreach (var index in topic.PartitionIndexes)
                {
                    var result = new PartitionResult { PartitionIndex = index };
                    topicResult.Partitions.Add(result);
                    if (Append(marker, new TopicPartition(topic.Name, index), result) is { } wait)
                        (waits ??= []).Add((wait.Partition, wait.Offset, wait.Partition.LeaderEpoch, result));
                }
            }
        }
        if (waits is null)
            return response;
        foreach (var (partition, offset, leaderEpoch, result) in waits)
            result.ErrorCode = await replicas.WhenReplicatedAsync(partition, offset, leaderEpoch, timeoutMs);
        return response;
    }

    private (Partition Partition, long Offset)? Append(
        WriteTxnMarkersRequest.WritableTxnMarker marker, TopicPartition name, PartitionResult result)
    {
        if (replicas.Find(name) is not { } partition)
        {
            result.ErrorCode = metadata.WhyNotHosted(name.Topic, Uuid.Zero, name.Partition);
            return null;
        }
        var (error, offset) = Append(marker, partition);
        result.ErrorCode = error;
        return error == ErrorCode.None && partition.Log.HighWatermark < offset ? (partition, offset) : null;
    }

    private (ErrorCode Error, long EndOffset) Append(
        WriteTxnMarkersRequest.WritableTxnMarker marker, Partition partition)
    {
        var nowMs = time.GetUtcNow().ToUnixTimeMilliseconds();
        var type = marker.TransactionResult ? ControlRecordType.Commit : ControlRecordType.Abort;
        var batch = ControlRecord.EndTransactionBatch(
            marker.ProducerId, marker.ProducerEpoch, type, marker.CoordinatorEpoch, nowMs);
        var transaction = new TransactionAppend(null, marker.TransactionVersion);
        if (partition.Id.Topic == InternalTopics.ConsumerOffsets)
            return groups.EndTransaction(partition.Id.Partition,
                new ProducerIdAndEpoch(marker.ProducerId, marker.ProducerEpoch), marker.TransactionResult, batch, transaction);
        var appended = partition.AppendAsLeader(
            batch, AcksAll, AppendOrigin.Coordinator, expectedLeaderEpoch: -1, nowMs, transaction);
        return (appended.Error, appended.LastOffset + 1);
    }
}
