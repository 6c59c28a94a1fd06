using Platform.Client.Admin;
using Platform.Client.Consuming;
using Platform.Client.Network;
using Platform.Protocol;
using Platform.Protocol.Messages;

namespace Platform.Client.Producing;

/// <summary>The requests of a transactional producer to its coordinator and to that of a group, repeated while they
/// fail for a passing reason, such as markers of the last transaction that are still being written.</summary>
internal sealed class TransactionRequests(string transactionalId, KafkaCluster cluster)
{
    private const short LastEndTxnWithoutBump = 4;
    private const short LastOffsetCommitWithoutBump = 4;
    private const short LastOffsetCommitWithNames = 5;
    private const short LastAddPartitionsOfClients = 3;

    /// <summary>The broker that coordinates the transactional id.</summary>
    public Destination Coordinator { get; } = Destination.TransactionCoordinator(transactionalId);

    /// <summary>Takes the id over, or goes on with the next epoch.</summary>
    public async Task<ProducerIdentity> InitAsync(ProducerIdentity? current, int timeoutMs, CancellationToken cancellation)
    {
        var request = new InitProducerIdRequest
        {
            TransactionalId = transactionalId,
            TransactionTimeoutMs = timeoutMs,
            ProducerId = current?.ProducerId ?? -1,
            ProducerEpoch = current?.Epoch ?? -1,
        };
        var answer = await SendAsync(request, Coordinator, null, answer => answer.ErrorCode, cancellation);
        return new ProducerIdentity(answer.ProducerId, answer.ProducerEpoch);
    }

    /// <summary>Announces partitions.</summary>
    public Task AddPartitionsAsync(
        ProducerIdentity producer, IReadOnlyCollection<TopicPartition> partitions, CancellationToken cancellation)
    {
        var request = new AddPartitionsToTxnRequest
        {
            V3AndBelowTransactionalId = transactionalId,
            V3AndBelowProducerId = producer.ProducerId,
            V3AndBelowProducerEpoch = producer.Epoch,
            V3AndBelowTopics = [.. partitions.GroupBy(partition => partition.Topic).Select(topic =>
                new AddPartitionsToTxnRequest.AddPartitionsToTxnTopic
                {
                    Name = topic.Key,
                    Partitions = [.. topic.Select(partition => partition.Partition)],
                })],
        };
        return SendAsync(request, Coordinator, LastAddPartitionsOfClients,
            answer => FirstOf(answer.ResultsByTopicV3AndBelow.SelectMany(topic => topic.ResultsByPartition)
                .Select(result => result.PartitionErrorCode)
                .OrderBy(error => error == ErrorCode.OperationNotAttempted)), cancellation);
    }

    /// <summary>Announces offsets of a group.</summary>
    public Task AddOffsetsAsync(ProducerIdentity producer, string groupId, CancellationToken cancellation) => SendAsync(
        new AddOffsetsToTxnRequest
        {
            TransactionalId = transactionalId,
            ProducerId = producer.ProducerId,
            ProducerEpoch = producer.Epoch,
            GroupId = groupId,
        }, Coordinator, null, answer => answer.ErrorCode, cancellation);

    /// <summary>Commits offsets of a group, which count once the transaction is committed.</summary>
    public Task CommitOffsetsAsync(
        ProducerIdentity producer, IReadOnlyDictionary<TopicPartition, OffsetAndMetadata> offsets,
        ConsumerGroupMetadata group, bool implicitly, CancellationToken cancellation)
    {
        var request = new TxnOffsetCommitRequest
        {
            TransactionalId = transactionalId,
            GroupId = group.GroupId,
            ProducerId = producer.ProducerId,
            ProducerEpoch = producer.Epoch,
            GenerationIdOrMemberEpoch = group.Generation,
            MemberId = group.MemberId,
            GroupInstanceId = group.GroupInstanceId,
            Topics = [.. offsets.GroupBy(offset => offset.Key.Topic).Select(topic =>
                new TxnOffsetCommitRequest.TxnOffsetCommitRequestTopic
                {
                    Name = topic.Key,
                    Partitions = [.. topic.Select(offset => new TxnOffsetCommitRequest.TxnOffsetCommitRequestPartition
                    {
                        PartitionIndex = offset.Key.Partition,
                        CommittedOffset = offset.Value.Offset,
                        CommittedLeaderEpoch = offset.Value.LeaderEpoch,
                        CommittedMetadata = offset.Value.Metadata,
                    })],
                })],
        };
        return SendAsync(request, Destination.GroupCoordinator(group.GroupId),
            implicitly ? LastOffsetCommitWithNames : LastOffsetCommitWithoutBump,
            answer => FirstOf(answer.Topics.SelectMany(topic => topic.Partitions).Select(result => result.ErrorCode)),
            cancellation);
    }

    /// <summary>Commits or aborts.</summary>
    /// <returns>Id and epoch of the next transaction, when they change with every one.</returns>
    public async Task<ProducerIdentity?> EndAsync(
        ProducerIdentity producer, bool commit, bool bumpsEpoch, CancellationToken cancellation)
    {
        var request = new EndTxnRequest
        {
            TransactionalId = transactionalId,
            ProducerId = producer.ProducerId,
            ProducerEpoch = producer.Epoch,
            Committed = commit,
        };
        var answer = await SendAsync(
            request, Coordinator, bumpsEpoch ? null : LastEndTxnWithoutBump, answer => answer.ErrorCode, cancellation);
        return answer.ProducerId < 0 ? null : new ProducerIdentity(answer.ProducerId, answer.ProducerEpoch);
    }

    private Task<TResponse> SendAsync<TResponse>(
        IRequest<TResponse> request, Destination destination, short? maxVersion, Func<TResponse, ErrorCode> error,
        CancellationToken cancellation)
        where TResponse : IResponse, new() =>
        cluster.RetryAsync(async token =>
        {
            var response = await cluster.SendAsync(
                request, destination, new RequestSettings(MaxVersion: maxVersion), token);
            KafkaException.ThrowIfError(error(response), $"{request.ApiKey} of {transactionalId}");
            return response;
        }, cancellation, failure =>
        {
            if (failure.Code is ErrorCode.NotCoordinator or ErrorCode.CoordinatorNotAvailable or ErrorCode.NetworkException)
                cluster.ForgetCoordinator(destination);
        });

    private static ErrorCode FirstOf(IEnumerable<ErrorCode> errors) =>
        errors.FirstOrDefault(error => error != ErrorCode.None);
}
