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
    int brokerId, TransactionCoordinator coordinator, PeerBrokers peers, Func<MetadataImage> image, TimeProvider time)
{
    /// <summary>Version of AddPartitionsToTxn between brokers.</summary>
    private const short BrokerVersion = 5;

    // The last transaction's markers are being written: usually a matter of milliseconds, and cheaper to wait for than
    // another round of the client (add.partitions.to.txn.retry.backoff.ms and .max.ms).
    private static readonly TimeSpan RetryBackoff = TimeSpan.FromMilliseconds(20);
    private static readonly TimeSpan RetryLimit = TimeSpan.FromMilliseconds(100);

    /// <summary>Asks. Completes at once when this broker coordinates and nothing needs to be replicated.</summary>
    /// <param name="transactionalId">Whose transaction.</param>
    /// <param name="producer">Who wants to write.</param>
    /// <param name="partitions">Where to.</param>
    /// <param name="add">Make the partitions part of the transaction; otherwise only ask whether they are.</param>
    /// <returns>The coordinator's word for each partition.</returns>
    public async ValueTask<IReadOnlyDictionary<TopicPartition, ErrorCode>> AskAsync(
        string transactionalId, ProducerIdAndEpoch producer, IReadOnlyList<TopicPartition> partitions, bool add)
    {
        var transaction = new AddPartitionsToTxnRequest.AddPartitionsToTxnTransaction
        {
            TransactionalId = transactionalId,
            ProducerId = producer.ProducerId,
            ProducerEpoch = producer.Epoch,
            VerifyOnly = !add,
            Topics = [.. partitions.GroupBy(partition => partition.Topic, StringComparer.Ordinal)
                .Select(topic => new AddPartitionsToTxnRequest.AddPartitionsToTxnTopic
                {
                    Name = topic.Key,
                    Partitions = [.. topic.Select(partition => partition.Partition)],
                })],
        };
        var started = time.GetTimestamp();
        while (true)
        {
            var words = await AskAsync(transaction);
            if (!add || !words.Values.Contains(ErrorCode.ConcurrentTransactions)
                || time.GetElapsedTime(started) >= RetryLimit)
                return words;
            await Task.Delay(RetryBackoff, time);
        }
    }

    private async ValueTask<Dictionary<TopicPartition, ErrorCode>> AskAsync(
        AddPartitionsToTxnRequest.AddPartitionsToTxnTransaction transaction)
    {
        var partition = new TopicPartition(
            TransactionCoordinator.Topic, coordinator.PartitionFor(transaction.TransactionalId));
        var leader = image().Topics.Find(partition)?.Leader ?? -1;
        AddPartitionsToTxnResponse response;
        try
        {
            response = leader < 0 ? TransactionErrors.AddPartitions(transaction, ErrorCode.CoordinatorNotAvailable)
                : leader == brokerId ? await coordinator.AddPartitionsAsync(transaction, Client)
                : await peers.SendAsync(leader, new AddPartitionsToTxnRequest { Transactions = [transaction] });
        }
        catch (KafkaException)
        {
            response = TransactionErrors.AddPartitions(transaction, ErrorCode.CoordinatorNotAvailable);
        }
        return response.ResultsByTransaction.SelectMany(result => result.TopicResults)
            .SelectMany(topic => topic.ResultsByPartition.Select(result =>
                KeyValuePair.Create(new TopicPartition(topic.Name, result.PartitionIndex), result.PartitionErrorCode)))
            .ToDictionary();
    }

    private static CoordinatorRequestContext Client { get; } =
        new(BrokerVersion, "", "", CoordinatorRequestContext.NoRequest);
}
