using Platform.Protocol;
using Platform.Protocol.Messages;

namespace Platform.Broker.Coordination;

/// <summary>Errors in the form that each transaction API has for them, and in the words that old clients know.</summary>
internal static class TransactionErrors
{
    /// <summary>Old versions of an API know a fenced producer as one with a wrong epoch (KIP-588).</summary>
    /// <param name="error">The error.</param>
    /// <param name="version">Version that the client speaks.</param>
    /// <param name="firstVersionWithFenced">First version of the API with PRODUCER_FENCED.</param>
    public static ErrorCode ForVersion(ErrorCode error, short version, short firstVersionWithFenced) =>
        error == ErrorCode.ProducerFenced && version < firstVersionWithFenced ? ErrorCode.InvalidProducerEpoch : error;

    public static AddPartitionsToTxnResponse AddPartitions(
        AddPartitionsToTxnRequest.AddPartitionsToTxnTransaction transaction, ErrorCode error) => new()
        {
            ResultsByTransaction =
            [
                new()
                {
                    TransactionalId = transaction.TransactionalId,
                    TopicResults = Topics(transaction.Topics, _ => error),
                },
            ],
        };

    /// <summary>One result for each partition.</summary>
    public static List<AddPartitionsToTxnResponse.AddPartitionsToTxnTopicResult> Topics(
        List<AddPartitionsToTxnRequest.AddPartitionsToTxnTopic> topics, Func<TopicPartition, ErrorCode> error) =>
        topics.ConvertAll(topic => new AddPartitionsToTxnResponse.AddPartitionsToTxnTopicResult
        {
            Name = topic.Name,
            ResultsByPartition = topic.Partitions.ConvertAll(
                partition => new AddPartitionsToTxnResponse.AddPartitionsToTxnPartitionResult
                {
                    PartitionIndex = partition,
                    PartitionErrorCode = error(new TopicPartition(topic.Name, partition)),
                }),
        });

    public static DescribeTransactionsResponse Describe(string transactionalId, ErrorCode error) => new()
    {
        TransactionStates = [new() { TransactionalId = transactionalId, ErrorCode = error }],
    };

    public static TxnOffsetCommitResponse OffsetCommit(TxnOffsetCommitRequest request, ErrorCode error) => new()
    {
        Topics = request.Topics.ConvertAll(topic => OffsetCommit(topic, error)),
    };

    public static TxnOffsetCommitResponse.TxnOffsetCommitResponseTopic OffsetCommit(
        TxnOffsetCommitRequest.TxnOffsetCommitRequestTopic topic, ErrorCode error) => new()
        {
            Name = topic.Name,
            TopicId = topic.TopicId,
            Partitions = topic.Partitions.ConvertAll(
                partition => new TxnOffsetCommitResponse.TxnOffsetCommitResponsePartition
                {
                    PartitionIndex = partition.PartitionIndex,
                    ErrorCode = error,
                }),
        };
}
