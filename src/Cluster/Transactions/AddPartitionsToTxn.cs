using Platform.Cluster.Coordination;
using Platform.Protocol;
using Platform.Protocol.Messages;

namespace Platform.Cluster.Transactions;

/// <summary>AddPartitionsToTxn (key 24): makes partitions part of a transaction, or says whether they are.</summary>
/// <remarks>Clients up to v3, brokers from v4 on (KIP-890). The handler brings every version into the form of v4, with
/// the transactions of one shard.</remarks>
internal static class AddPartitionsToTxn
{
    private const short FirstVersionOfBrokers = 4;

    public static void Handle(TransactionShardState shard, AddPartitionsToTxnRequest request, CoordinatorCall call)
    {
        var response = new AddPartitionsToTxnResponse();
        foreach (var transaction in request.Transactions)
            response.ResultsByTransaction.Add(new()
            {
                TransactionalId = transaction.TransactionalId,
                TopicResults = transaction.VerifyOnly ? Verify(shard, transaction) : Add(shard, transaction, call),
            });
        call.Respond(response);
    }

    private static List<AddPartitionsToTxnResponse.AddPartitionsToTxnTopicResult> Verify(
        TransactionShardState shard, AddPartitionsToTxnRequest.AddPartitionsToTxnTransaction asked)
    {
        var found = shard.Find(asked.TransactionalId);
        var error = Validate(found, asked);
        return Answer(asked, partition =>
            error != ErrorCode.None ? error
            : found!.Partitions.Contains(partition) ? ErrorCode.None
            : ErrorCode.TransactionAbortable);
    }

    private static List<AddPartitionsToTxnResponse.AddPartitionsToTxnTopicResult> Add(
        TransactionShardState shard, AddPartitionsToTxnRequest.AddPartitionsToTxnTransaction asked, CoordinatorCall call)
    {
        var found = shard.Find(asked.TransactionalId);
        var error = Validate(found, asked);
        if (error == ErrorCode.None)
        {
            var partitions = PartitionsOf(asked);
            if (found!.State != TransactionState.Ongoing || !found.Partitions.IsSupersetOf(partitions))
                call.Append(TransactionRecords.Of(
                    found.WithPartitions(partitions, ClientVersion(call), call.NowMs), shard.ServerVersion));
        }
        return Answer(asked, _ => error);
    }

    private static ErrorCode Validate(
        TransactionMetadata? found, AddPartitionsToTxnRequest.AddPartitionsToTxnTransaction asked)
    {
        if (asked.TransactionalId.Length == 0)
            return ErrorCode.InvalidRequest;
        if (found is null || found.ProducerId != asked.ProducerId)
            return ErrorCode.InvalidProducerIdMapping;
        if (found.Epoch != asked.ProducerEpoch)
            return ErrorCode.ProducerFenced;
        return found.IsPrepared ? ErrorCode.ConcurrentTransactions : ErrorCode.None;
    }

    // Only brokers add partitions in these versions, and only for clients that leave it to them.
    private static short ClientVersion(CoordinatorCall call) =>
        call.Context.ApiVersion >= FirstVersionOfBrokers ? TransactionVersion.EpochBump : (short)0;

    private static List<TopicPartition> PartitionsOf(AddPartitionsToTxnRequest.AddPartitionsToTxnTransaction asked) =>
        [.. asked.Topics.SelectMany(topic =>
            topic.Partitions.Select(partition => new TopicPartition(topic.Name, partition)))];

    private static List<AddPartitionsToTxnResponse.AddPartitionsToTxnTopicResult> Answer(
        AddPartitionsToTxnRequest.AddPartitionsToTxnTransaction asked, Func<TopicPartition, ErrorCode> error) =>
        asked.Topics.ConvertAll(topic => new AddPartitionsToTxnResponse.AddPartitionsToTxnTopicResult
        {
            Name = topic.Name,
            ResultsByPartition = topic.Partitions.ConvertAll(
                partition => new AddPartitionsToTxnResponse.AddPartitionsToTxnPartitionResult
                {
                    PartitionIndex = partition,
                    PartitionErrorCode = error(new TopicPartition(topic.Name, partition)),
                }),
        });
}
