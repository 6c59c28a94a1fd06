using Platform.Broker.Apis.Groups;
using Platform.Broker.Coordination;
using Platform.Broker.Network;
using Platform.Cluster.Metadata;
using Platform.Protocol;
using Platform.Protocol.Messages;

namespace Platform.Broker.Apis.Transactions;

/// <summary>AddPartitionsToTxn (key 24): makes partitions part of a transaction. The coordinator speaks version 4; older
/// ones are translated here.</summary>
/// <remarks>v2 fenced producers (KIP-588) · v4 several transactions and questions of brokers (KIP-890).</remarks>
internal sealed class AddPartitionsToTxnHandler(TransactionCoordinator transactions, Func<MetadataImage> image)
    : IApiHandler<AddPartitionsToTxnRequest, AddPartitionsToTxnResponse>
{
    private const short FirstVersionOfBrokers = 4;
    private const short FirstVersionWithFenced = 2;

    public async ValueTask<AddPartitionsToTxnResponse?> HandleAsync(
        AddPartitionsToTxnRequest request, RequestContext context)
    {
        if (context.ApiVersion < FirstVersionOfBrokers)
            return await HandleClientAsync(request, context);
        var answers = await Task.WhenAll(request.Transactions.Select(
            transaction => transactions.AddPartitionsAsync(transaction, GroupClient.Of(context))));
        return new() { ResultsByTransaction = [.. answers.SelectMany(answer => answer.ResultsByTransaction)] };
    }

    public AddPartitionsToTxnResponse? Fail(AddPartitionsToTxnRequest request, ErrorCode error, string message) =>
        request.Transactions.Count > 0
            ? new() { ErrorCode = error }
            : new() { ResultsByTopicV3AndBelow = TransactionErrors.Topics(request.V3AndBelowTopics, _ => error) };

    // All or nothing: when one partition does not exist, the others are not tried.
    private async ValueTask<AddPartitionsToTxnResponse> HandleClientAsync(
        AddPartitionsToTxnRequest request, RequestContext context)
    {
        var topics = image().Topics;
        if (request.V3AndBelowTopics.Exists(topic => topic.Partitions.Exists(partition => !Exists(topic.Name, partition))))
            return new()
            {
                ResultsByTopicV3AndBelow = TransactionErrors.Topics(request.V3AndBelowTopics, partition =>
                    Exists(partition.Topic, partition.Partition)
                        ? ErrorCode.OperationNotAttempted
                        : ErrorCode.UnknownTopicOrPartition),
            };
        var answer = await transactions.AddPartitionsAsync(InVersion4(request), GroupClient.Of(context));
        var results = answer.ResultsByTransaction[0].TopicResults;
        foreach (var result in results.SelectMany(topic => topic.ResultsByPartition))
            result.PartitionErrorCode = TransactionErrors.ForVersion(
                result.PartitionErrorCode, context.ApiVersion, FirstVersionWithFenced);
        return new() { ResultsByTopicV3AndBelow = results };

        bool Exists(string topic, int partition) => topics.Find(new TopicPartition(topic, partition)) is not null;
    }

    private static AddPartitionsToTxnRequest.AddPartitionsToTxnTransaction InVersion4(
        AddPartitionsToTxnRequest request) => new()
        {
            TransactionalId = request.V3AndBelowTransactionalId,
            ProducerId = request.V3AndBelowProducerId,
            ProducerEpoch = request.V3AndBelowProducerEpoch,
            Topics = request.V3AndBelowTopics,
        };
}
