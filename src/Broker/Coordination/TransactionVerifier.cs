using Platform.Client;
using Platform.Cluster.Coordination;
using Platform.Cluster.Metadata;
using Platform.Protocol;
using Platform.Protocol.Messages;

namespace Platform.Broker.Coordination;

/// <summary>
/// Asks the coordinator of a transaction, here or at another broker, about partitions that are to be written: whether
/// they are part of it, or, for clients that leave that to brokers, to make them so (KIP-890).
/// </summary>
internal sealed class TransactionVerifier(
    int brokerId, TransactionCoordinator coordinator, PeerBrokers peers, Func<MetadataImage> image)
{
    /// <summary>Version of AddPartitionsToTxn between brokers.</summary>
    private const short BrokerVersion = 5;

    /// <summary>Asks. Completes at once when this broker coordinates and nothing needs to be replicated.</summary>
    /// <param name="transactionalId">Whose transaction.</param>
    /// <param name="producer">Who wants to write.</param>
    /// <param name="partitions">Where to.</param>
    /// <param name="add">Make the partitions part of the transaction; otherwise only ask whether they are.</param>
    /// <returns>The coordinator's word for each partition, in their order.</returns>
    public async ValueTask<ErrorCode[]> AskAsync(
        string transactionalId, ProducerIdAndEpoch producer, IReadOnlyList<TopicPartition> partitions, bool add)
    {
        var response = await AskAsync(Question(transactionalId, producer, partitions, add));
        var words = new ErrorCode[partitions.Count];
        for (var i = 0; i < words.Length; i++)
            words[i] = WordFor(partitions[i], response);
        return words;
    }

    private async ValueTask<AddPartitionsToTxnResponse> AskAsync(
        AddPartitionsToTxnRequest.AddPartitionsToTxnTransaction transaction)
    {
        var partition = new TopicPartition(
            TransactionCoordinator.Topic, coordinator.PartitionFor(transaction.TransactionalId));
        var leader = image().Topics.Find(partition)?.Leader ?? -1;
        try
        {
            return leader < 0 ? TransactionErrors.AddPartitions(transaction, ErrorCode.CoordinatorNotAvailable)
                : leader == brokerId ? await coordinator.AddPartitionsAsync(transaction, Client)
                : await peers.SendAsync(leader, new AddPartitionsToTxnRequest { Transactions = [transaction] });
        }
        catch (KafkaException)
        {
            return TransactionErrors.AddPartitions(transaction, ErrorCode.CoordinatorNotAvailable);
        }
    }

    private static AddPartitionsToTxnRequest.AddPartitionsToTxnTransaction Question(
        string transactionalId, ProducerIdAndEpoch producer, IReadOnlyList<TopicPartition> partitions, bool add)
    {
        var question = new AddPartitionsToTxnRequest.AddPartitionsToTxnTransaction
        {
            TransactionalId = transactionalId,
            ProducerId = producer.ProducerId,
            ProducerEpoch = producer.Epoch,
            VerifyOnly = !add,
        };
        foreach (var partition in partitions)
        {
            var topic = question.Topics.Find(topic => topic.Name == partition.Topic);
            if (topic is null)
                question.Topics.Add(topic = new() { Name = partition.Topic });
            topic.Partitions.Add(partition.Partition);
        }
        return question;
    }

    private static ErrorCode WordFor(TopicPartition partition, AddPartitionsToTxnResponse response)
    {
        foreach (var transaction in response.ResultsByTransaction)
            foreach (var topic in transaction.TopicResults)
                if (topic.Name == partition.Topic)
                    foreach (var result in topic.ResultsByPartition)
                        if (result.PartitionIndex == partition.Partition)
                            return result.PartitionErrorCode;
        // Such as a whole request that another broker refused.
        return response.ErrorCode != ErrorCode.None ? response.ErrorCode : ErrorCode.CoordinatorNotAvailable;
    }

    private static CoordinatorRequestContext Client { get; } =
        new(BrokerVersion, "", "", CoordinatorRequestContext.NoRequest);
}
