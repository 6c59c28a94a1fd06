using Platform.Client.Metadata;
using Platform.Client.Network;
using Platform.Protocol;
using Platform.Protocol.Messages;

namespace Platform.Client.Admin;

public sealed partial class AdminClient
{
    /// <summary>The transactional ids of all coordinators, by id (KIP-664).</summary>
    /// <exception cref="KafkaException">A broker could not be asked, or refused the filter.</exception>
    public async Task<IReadOnlyList<TransactionListing>> ListTransactionsAsync(
        TransactionFilter? filter = null, CancellationToken cancellation = default)
    {
        var request = new ListTransactionsRequest
        {
            StateFilters = [.. filter?.States ?? []],
            ProducerIdFilters = [.. filter?.ProducerIds ?? []],
            DurationFilter = filter?.OpenForMs ?? -1,
            TransactionalIdPattern = filter?.Pattern,
        };
        var cluster = await DescribeClusterAsync(cancellation);
        var answers = await Task.WhenAll(cluster.Brokers.Select(async broker => (
            broker.Id,
            Answer: await SendAsync(request, Destination.Node(broker.Id), cancellation, answer => answer.ErrorCode))));
        return answers.SelectMany(answer => answer.Answer.TransactionStates.Select(found => new TransactionListing(
                found.TransactionalId, answer.Id, found.ProducerId, found.TransactionState)))
            .OrderBy(found => found.TransactionalId, StringComparer.Ordinal).ToList();
    }

    /// <summary>What its coordinator knows of a transactional id.</summary>
    /// <exception cref="KafkaException">It does not exist, or nobody could be asked.</exception>
    public async Task<TransactionDescription> DescribeTransactionAsync(
        string transactionalId, CancellationToken cancellation = default)
    {
        var coordinator = Destination.TransactionCoordinator(transactionalId);
        var response = await SendAsync(
            new DescribeTransactionsRequest { TransactionalIds = [transactionalId] }, coordinator, cancellation,
            answer => answer.TransactionStates[0].ErrorCode);
        var found = response.TransactionStates[0];
        return new TransactionDescription(
            transactionalId, await _cluster.CoordinatorIdAsync(coordinator, cancellation), found.ProducerId,
            found.ProducerEpoch, found.TransactionState, found.TransactionTimeoutMs, found.TransactionStartTimeMs,
            [.. found.Topics.SelectMany(topic =>
                topic.Partitions.Select(partition => new TopicPartition(topic.Topic, partition))).Order()]);
    }

    /// <summary>The producers that partitions know, asked of their leaders. Each partition has its own error.</summary>
    public Task<IReadOnlyDictionary<TopicPartition, (ErrorCode Error, IReadOnlyList<ProducerState> Producers)>>
        DescribeProducersAsync(IReadOnlyCollection<TopicPartition> partitions, CancellationToken cancellation = default) =>
        new LeaderRequests<IReadOnlyList<ProducerState>>(_cluster).RunAsync(partitions, async (nodeId, asked, token) =>
        {
            var request = new DescribeProducersRequest
            {
                Topics = [.. asked.GroupBy(partition => partition.Topic).Select(topic =>
                    new DescribeProducersRequest.TopicRequest
                    {
                        Name = topic.Key,
                        PartitionIndexes = [.. topic.Select(partition => partition.Partition)],
                    })],
            };
            var response = await _cluster.SendAsync(request, Destination.Node(nodeId), default, token);
            return response.Topics.SelectMany(topic => topic.Partitions.Select(partition => (topic.Name, partition)))
                .ToDictionary(
                    entry => new TopicPartition(entry.Name, entry.partition.PartitionIndex),
                    entry => (entry.partition.ErrorCode, ProducersOf(entry.partition)));
        }, cancellation);

    /// <summary>Ends a producer's open transaction in one partition by an abort marker, when its coordinator does not
    /// know of it any more (KIP-664). A transaction that its coordinator knows is ended by
    /// <see cref="FenceProducerAsync"/> instead.</summary>
    /// <exception cref="KafkaException">The leader refused the marker.</exception>
    public async Task AbortTransactionAsync(
        TopicPartition partition, ProducerState producer, CancellationToken cancellation = default)
    {
        var request = new WriteTxnMarkersRequest
        {
            Markers =
            [
                new()
                {
                    ProducerId = producer.ProducerId,
                    ProducerEpoch = (short)producer.ProducerEpoch,
                    TransactionResult = false,
                    CoordinatorEpoch = Math.Max(producer.CoordinatorEpoch, 0),
                    Topics = [new() { Name = partition.Topic, PartitionIndexes = [partition.Partition] }],
                },
            ],
        };
        var written = await new LeaderRequests<bool>(_cluster).RunAsync([partition], async (nodeId, _, token) =>
        {
            var response = await _cluster.SendAsync(request, Destination.Node(nodeId), default, token);
            var error = response.Markers[0].Topics[0].Partitions[0].ErrorCode;
            return new Dictionary<TopicPartition, (ErrorCode, bool)> { [partition] = (error, true) };
        }, cancellation);
        KafkaException.ThrowIfError(written[partition].Error, $"abort marker for {partition}");
    }

    /// <summary>Takes a transactional id over: its open transaction is aborted, and its producer cannot go
    /// on.</summary>
    /// <exception cref="KafkaException">The coordinator refused.</exception>
    public async Task FenceProducerAsync(string transactionalId, CancellationToken cancellation = default)
    {
        var request = new InitProducerIdRequest { TransactionalId = transactionalId, TransactionTimeoutMs = TimeoutMs };
        await SendAsync(request, Destination.TransactionCoordinator(transactionalId), cancellation,
            answer => answer.ErrorCode);
    }

    private static IReadOnlyList<ProducerState> ProducersOf(DescribeProducersResponse.PartitionResponse partition) =>
        [.. partition.ActiveProducers.Select(producer => new ProducerState(
            producer.ProducerId, producer.ProducerEpoch, producer.LastSequence, producer.LastTimestamp,
            producer.CoordinatorEpoch,
            producer.CurrentTxnStartOffset < 0 ? null : producer.CurrentTxnStartOffset))];
}
