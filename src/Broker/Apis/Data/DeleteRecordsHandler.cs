using Platform.Broker.Metadata;
using Platform.Broker.Network;
using Platform.Broker.Replication;
using Platform.Protocol;
using Platform.Protocol.Messages;
using Platform.Storage;

namespace Platform.Broker.Apis.Data;

/// <summary>DeleteRecords (key 21): moves the start of logs forward; -1 deletes everything committed.</summary>
internal sealed class DeleteRecordsHandler(ReplicaManager replicas, MetadataCache metadata)
    : IApiHandler<DeleteRecordsRequest, DeleteRecordsResponse>
{
    private const long ToHighWatermark = -1;
    private const long InvalidLowWatermark = -1;

    public ValueTask<DeleteRecordsResponse?> HandleAsync(DeleteRecordsRequest request, RequestContext context) =>
        new(Answer(request, Delete));

    public DeleteRecordsResponse? Fail(DeleteRecordsRequest request, ErrorCode error, string message) =>
        Answer(request, (_, _) => (error, InvalidLowWatermark));

    private static DeleteRecordsResponse Answer(
        DeleteRecordsRequest request,
        Func<string, DeleteRecordsRequest.DeleteRecordsPartition, (ErrorCode Error, long LowWatermark)> answer)
    {
        var response = new DeleteRecordsResponse();
        foreach (var topic in request.Topics)
        {
            var result = new DeleteRecordsResponse.DeleteRecordsTopicResult { Name = topic.Name };
            foreach (var partition in topic.Partitions)
            {
                var (error, lowWatermark) = answer(topic.Name, partition);
                result.Partitions.Add(new() { PartitionIndex = partition.PartitionIndex, ErrorCode = error, LowWatermark = lowWatermark });
            }
            response.Topics.Add(result);
        }
        return response;
    }

    private (ErrorCode Error, long LowWatermark) Delete(string topic, DeleteRecordsRequest.DeleteRecordsPartition asked)
    {
        if (InternalTopics.IsInternal(topic))
            return (ErrorCode.InvalidTopicException, InvalidLowWatermark);
        if (replicas.Find(new TopicPartition(topic, asked.PartitionIndex)) is not { } partition)
            return (metadata.WhyNotHosted(topic, Uuid.Zero, asked.PartitionIndex), InvalidLowWatermark);
        if (partition.CheckLeader(currentLeaderEpoch: -1) is var error && error != ErrorCode.None)
            return (error, InvalidLowWatermark);
        var log = partition.Log;
        if (log.Config.CleanupPolicy == CleanupPolicies.Compact)
            return (ErrorCode.PolicyViolation, InvalidLowWatermark);
        var offset = asked.Offset == ToHighWatermark ? log.HighWatermark : asked.Offset;
        if (offset < 0 || offset > log.HighWatermark)
            return (ErrorCode.OffsetOutOfRange, InvalidLowWatermark);
        log.MaybeIncrementLogStartOffset(offset);
        return (ErrorCode.None, log.LogStartOffset);
    }
}
