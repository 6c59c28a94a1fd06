using Platform.Broker.Metadata;
using Platform.Broker.Network;
using Platform.Broker.Replication;
using Platform.Protocol;
using Platform.Protocol.Messages;
using Platform.Storage;

namespace Platform.Broker.Apis.Data;

/// <summary>DeleteRecords (key 21): moves the start of logs forward, and answers when every replica has; -1 deletes
/// everything committed.</summary>
internal sealed class DeleteRecordsHandler(ReplicaManager replicas, MetadataCache metadata)
    : IApiHandler<DeleteRecordsRequest, DeleteRecordsResponse>
{
    private const long ToHighWatermark = -1;
    private const long InvalidLowWatermark = -1;

    public async ValueTask<DeleteRecordsResponse?> HandleAsync(DeleteRecordsRequest request, RequestContext context)
    {
        var response = new DeleteRecordsResponse();
        var waits = new List<Wait>();
        foreach (var topic in request.Topics)
        {
            var result = new DeleteRecordsResponse.DeleteRecordsTopicResult { Name = topic.Name };
            foreach (var partition in topic.Partitions)
                result.Partitions.Add(Delete(topic.Name, partition, waits));
            response.Topics.Add(result);
        }
        // All logs have moved by now, so that followers of different partitions are waited for together.
        foreach (var (partition, offset, answer) in waits)
        {
            answer.ErrorCode = await replicas.WhenDeletedAsync(partition, offset, request.TimeoutMs);
            answer.LowWatermark = answer.ErrorCode == ErrorCode.None ? partition.LowWatermark : InvalidLowWatermark;
        }
        return response;
    }

    public DeleteRecordsResponse? Fail(DeleteRecordsRequest request, ErrorCode error, string message) => new()
    {
        Topics = [.. request.Topics.Select(topic => new DeleteRecordsResponse.DeleteRecordsTopicResult
        {
            Name = topic.Name,
            Partitions = [.. topic.Partitions.Select(partition => Answer(partition.PartitionIndex, error))],
        })],
    };

    private DeleteRecordsResponse.DeleteRecordsPartitionResult Delete(
        string topic, DeleteRecordsRequest.DeleteRecordsPartition asked, List<Wait> waits)
    {
        if (Refuse(topic, asked, out var partition) is var error && error != ErrorCode.None)
            return Answer(asked.PartitionIndex, error);
        var log = partition!.Log;
        var offset = asked.Offset == ToHighWatermark ? log.HighWatermark : asked.Offset;
        if (offset < 0 || offset > log.HighWatermark)
            return Answer(asked.PartitionIndex, ErrorCode.OffsetOutOfRange);
        log.MaybeIncrementLogStartOffset(offset);
        var answer = Answer(asked.PartitionIndex, ErrorCode.None);
        waits.Add(new Wait(partition, offset, answer));
        return answer;
    }

    private ErrorCode Refuse(string topic, DeleteRecordsRequest.DeleteRecordsPartition asked, out Partition? partition)
    {
        partition = null;
        if (InternalTopics.IsInternal(topic))
            return ErrorCode.InvalidTopicException;
        partition = replicas.Find(new TopicPartition(topic, asked.PartitionIndex));
        if (partition is null)
            return metadata.WhyNotHosted(topic, Uuid.Zero, asked.PartitionIndex);
        if (partition.CheckLeader(currentLeaderEpoch: -1) is var error && error != ErrorCode.None)
            return error;
        return partition.Log.Config.CleanupPolicy == CleanupPolicies.Compact ? ErrorCode.PolicyViolation : ErrorCode.None;
    }

    private static DeleteRecordsResponse.DeleteRecordsPartitionResult Answer(int partition, ErrorCode error) =>
        new() { PartitionIndex = partition, ErrorCode = error, LowWatermark = InvalidLowWatermark };

    private readonly record struct Wait(
        Partition Partition, long Offset, DeleteRecordsResponse.DeleteRecordsPartitionResult Answer);
}
