using Platform.Broker.Metadata;
using Platform.Broker.Network;
using Platform.Broker.Replication;
using Platform.Protocol;
using Platform.Protocol.Messages;

namespace Platform.Broker.Apis.Transactions;

/// <summary>DescribeProducers (key 61): the idempotent producers that partitions know, and their open transactions
/// (KIP-664).</summary>
internal sealed class DescribeProducersHandler(ReplicaManager replicas, MetadataCache metadata)
    : IApiHandler<DescribeProducersRequest, DescribeProducersResponse>
{
    public ValueTask<DescribeProducersResponse?> HandleAsync(DescribeProducersRequest request, RequestContext context) =>
        new(Answer(request, Describe));

    public DescribeProducersResponse? Fail(DescribeProducersRequest request, ErrorCode error, string message) =>
        Answer(request, partition => Failed(partition, error, message));

    private static DescribeProducersResponse Answer(
        DescribeProducersRequest request, Func<TopicPartition, DescribeProducersResponse.PartitionResponse> describe) =>
        new()
        {
            Topics = request.Topics.ConvertAll(topic => new DescribeProducersResponse.TopicResponse
            {
                Name = topic.Name,
                Partitions = topic.PartitionIndexes.ConvertAll(
                    index => describe(new TopicPartition(topic.Name, index))),
            }),
        };

    private DescribeProducersResponse.PartitionResponse Describe(TopicPartition partition)
    {
        if (replicas.Find(partition) is not { } hosted)
            return Failed(partition, metadata.WhyNotHosted(partition.Topic, Uuid.Zero, partition.Partition), null);
        if (!hosted.IsLeader)
            return Failed(partition, ErrorCode.NotLeaderOrFollower, null);
        return new()
        {
            PartitionIndex = partition.Partition,
            ActiveProducers = [.. hosted.Log.DescribeProducers().Select(producer =>
                new DescribeProducersResponse.ProducerState
                {
                    ProducerId = producer.ProducerId,
                    ProducerEpoch = producer.Epoch,
                    LastSequence = producer.LastSequence,
                    LastTimestamp = producer.LastTimestamp,
                    CoordinatorEpoch = producer.CoordinatorEpoch,
                    CurrentTxnStartOffset = producer.CurrentTxnFirstOffset,
                })],
        };
    }

    private static DescribeProducersResponse.PartitionResponse Failed(
        TopicPartition partition, ErrorCode error, string? message) => new()
        {
            PartitionIndex = partition.Partition,
            ErrorCode = error,
            ErrorMessage = string.IsNullOrEmpty(message) ? error.Describe() : message,
        };
}
