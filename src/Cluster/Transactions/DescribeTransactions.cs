using Platform.Cluster.Coordination;
using Platform.Protocol;
using Platform.Protocol.Messages;

namespace Platform.Cluster.Transactions;

/// <summary>DescribeTransactions (key 65): the state of transactional ids.</summary>
internal static class DescribeTransactions
{
    public static void Handle(TransactionShardState shard, DescribeTransactionsRequest request, CoordinatorCall call) =>
        call.Respond(new DescribeTransactionsResponse
        {
            TransactionStates = request.TransactionalIds.ConvertAll(id => Describe(shard, id)),
        });

    private static DescribeTransactionsResponse.TransactionStateData Describe(TransactionShardState shard, string id)
    {
        if (id.Length == 0)
            return new() { TransactionalId = id, ErrorCode = ErrorCode.InvalidRequest };
        if (shard.Find(id) is not { } transaction)
            return new() { TransactionalId = id, ErrorCode = ErrorCode.TransactionalIdNotFound };
        return new()
        {
            TransactionalId = id,
            TransactionState = transaction.State.ToString(),
            TransactionTimeoutMs = transaction.TimeoutMs,
            TransactionStartTimeMs = transaction.StartMs,
            ProducerId = transaction.ProducerId,
            ProducerEpoch = transaction.Epoch,
            Topics = [.. transaction.Partitions.GroupBy(partition => partition.Topic, StringComparer.Ordinal)
                .Select(topic => new DescribeTransactionsResponse.TopicData
                {
                    Topic = topic.Key,
                    Partitions = [.. topic.Select(partition => partition.Partition)],
                })],
        };
    }
}
