using Platform.Broker.Coordination;
using Platform.Broker.Network;
using Platform.Broker.Replication;
using Platform.Cluster.Coordination;
using Platform.Protocol;
using Platform.Protocol.Messages;
using Platform.Protocol.Records;
using Platform.Storage;

namespace Platform.Broker.Apis.Data;

/// <summary>The coordinator's word for the batches of a transactional Produce request, in the order of the
/// request.</summary>
/// <param name="Error">An error of the whole request.</param>
/// <param name="Partitions">For each partition why nothing may be appended, and what the append brings along.</param>
internal readonly record struct TransactionalWords(
    ErrorCode Error, IReadOnlyList<(ErrorCode Error, TransactionAppend Append)> Partitions);

/// <summary>
/// Asks the transaction coordinator before the first append of a transaction to a partition (KIP-890): whether the
/// partition is part of it, for clients that say so themselves; to make it so for clients since version 12.
/// </summary>
internal sealed class TransactionalProduce(
    ReplicaManager replicas, TransactionVerifier verifier, Func<bool> verificationEnabled)
{
    private const short AbortableVersion = 11;
    private const short ImplicitVersion = 12;
    private const short VerifiedVersion = 1;

    /// <summary>Asks about all partitions that need it, in one request.</summary>
    public ValueTask<TransactionalWords> AskAsync(ProduceRequest request, RequestContext context)
    {
        var questions = new List<Question>();
        ProducerIdAndEpoch? producer = null;
        foreach (var topic in request.TopicData)
        {
            foreach (var data in topic.PartitionData)
            {
                var question = Prepare(topic, data, context);
                if (question.Producer is { } writer && writer != (producer ??= writer))
                    return new(new TransactionalWords(ErrorCode.InvalidProducerIdMapping, []));
                questions.Add(question);
            }
        }
        return questions.Exists(static question => question.IsOpen)
            ? AskAsync(request.TransactionalId!, producer!.Value, questions, context.ApiVersion)
            : new(Words(questions, context.ApiVersion, null));
    }

    private Question Prepare(
        ProduceRequest.TopicProduceData topic, ProduceRequest.PartitionProduceData data, RequestContext context)
    {
        if (data.Records.SizeInBytes < RecordBatchHeader.Size)
            return default;         // refused later, with the right words
        var batch = RecordBatchHeader.Read(data.Records.Memory.Span);
        if (!batch.IsTransactional)
            return default;
        var producer = new ProducerIdAndEpoch(batch.ProducerId, batch.ProducerEpoch);
        var partition = topic.TopicId != Uuid.Zero
            ? replicas.Find(topic.TopicId, data.Index)
            : replicas.Find(new TopicPartition(topic.Name, data.Index));
        if (partition is not { IsLeader: true })
            return new Question(producer, null, null) { IsLedElsewhere = partition is not null };
        var guard = partition.Log.StartVerification(
            batch.ProducerId, batch.ProducerEpoch, batch.BaseSequence, context.NowMs);
        if (guard is null)
            return new Question(producer, null, null);
        return context.ApiVersion < ImplicitVersion && !verificationEnabled()
            ? new Question(producer, null, VerificationGuard.NotAsked)
            : new Question(producer, partition.Id.TopicPartition, guard);
    }

    private async ValueTask<TransactionalWords> AskAsync(
        string transactionalId, ProducerIdAndEpoch producer, List<Question> questions, short version)
    {
        var partitions = questions.FindAll(static question => question.IsOpen).ConvertAll(q => q.Partition!.Value);
        var answers = await verifier.AskAsync(transactionalId, producer, partitions, add: version >= ImplicitVersion);
        return Words(questions, version, answers);
    }

    private static TransactionalWords Words(
        List<Question> questions, short version, ErrorCode[]? answers)
    {
        var protocol = version >= ImplicitVersion ? TransactionAppend.EpochBumpVersion : VerifiedVersion;
        var next = 0;
        return new(ErrorCode.None, questions.ConvertAll(question => (
            question.IsOpen ? InWordsOf(version, answers![next++]) : question.Refusal,
            new TransactionAppend(question.Guard, protocol))));
    }

    // Producers retry when replicas are missing; they do not know that a coordinator is.
    private static ErrorCode InWordsOf(short version, ErrorCode error) => error switch
    {
        ErrorCode.ProducerFenced => ErrorCode.InvalidProducerEpoch,
        ErrorCode.TransactionAbortable when version < AbortableVersion => ErrorCode.InvalidTxnState,
        ErrorCode.ConcurrentTransactions when version < ImplicitVersion => ErrorCode.NotEnoughReplicas,
        ErrorCode.NotCoordinator or ErrorCode.CoordinatorNotAvailable or ErrorCode.CoordinatorLoadInProgress =>
            ErrorCode.NotEnoughReplicas,
        _ => error,
    };

    private readonly record struct Question(
        ProducerIdAndEpoch? Producer, TopicPartition? Partition, VerificationGuard? Guard)
    {
        public bool IsOpen => Partition is not null;

        /// <summary>This broker did not lead when it would have had to ask.</summary>
        public bool IsLedElsewhere { get; init; }

        // It may lead by the time of the append. Without the coordinator's word that would be refused for good, while the
        // producer can come again.
        public ErrorCode Refusal => IsLedElsewhere ? ErrorCode.NotLeaderOrFollower : ErrorCode.None;
    }
}
