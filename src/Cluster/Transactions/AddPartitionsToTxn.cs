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

    /// <summary>Kind of the timer that ends a wait; its id is the transactional one.</summary>
    public const string WaitKind = "add-partitions-wait";

    public static void Handle(TransactionShardState shard, AddPartitionsToTxnRequest request, CoordinatorCall call)
    {
        if (request.Transactions is [{ VerifyOnly: false } only] && TryWait(shard, only, call))
            return;
        var response = new AddPartitionsToTxnResponse();
        foreach (var transaction in request.Transactions)
            response.ResultsByTransaction.Add(new()
            {
                TransactionalId = transaction.TransactionalId,
                TopicResults = transaction.VerifyOnly ? Verify(shard, transaction) : Add(shard, transaction, call),
            });
        call.Respond(response);
    }

    /// <summary>A transaction is over, as of a record of this call: what waited for that joins the next one, in the same
    /// batch.</summary>
    public static void Resume(TransactionShardState shard, TransactionMetadata ended, CoordinatorCall call)
    {
        var all = shard.TakeWaiting(ended.TransactionalId);
        if (all.Count == 0)
            return;
        var current = ended;
        foreach (var (context, asked) in all)
        {
            var error = Validate(current, asked);
            if (error == ErrorCode.None)
                current = Join(shard, current, asked, ClientVersion(context), call);
            call.Complete(context.RequestId, Response(asked, error));
        }
        call.CancelTimer(new CoordinatorTimerKey(WaitKind, ended.TransactionalId));
        call.OnAppendFailed = (error, failure) =>
        {
            foreach (var waiting in all)
                failure.Fail(waiting.Context.RequestId, error);
        };
    }

    /// <summary>The markers take too long: the producer has to come again.</summary>
    public static void GiveUp(TransactionShardState shard, string transactionalId, CoordinatorCall call)
    {
        foreach (var (context, asked) in shard.TakeWaiting(transactionalId))
            call.Complete(context.RequestId, Response(asked, ErrorCode.ConcurrentTransactions));
    }

    // Kafka refuses until the markers are written, and every transaction that follows another one closely pays for that
    // with a backoff of its client or broker. They are a matter of milliseconds, so the request waits for them here.
    private static bool TryWait(
        TransactionShardState shard, AddPartitionsToTxnRequest.AddPartitionsToTxnTransaction asked, CoordinatorCall call)
    {
        if (call.Context.RequestId == CoordinatorRequestContext.NoRequest
            || Validate(shard.Find(asked.TransactionalId), asked) != ErrorCode.ConcurrentTransactions)
            return false;
        if (shard.Wait(new WaitingPartitions(call.Context, asked)))
            call.SetTimer(new CoordinatorTimerKey(WaitKind, asked.TransactionalId), shard.Options.AddPartitionsWaitMs);
        return true;
    }

    private static AddPartitionsToTxnResponse Response(
        AddPartitionsToTxnRequest.AddPartitionsToTxnTransaction asked, ErrorCode error) => new()
        {
            ResultsByTransaction =
                [new() { TransactionalId = asked.TransactionalId, TopicResults = Answer(asked, _ => error) }],
        };

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
            Join(shard, found!, asked, ClientVersion(call.Context), call);
        return Answer(asked, _ => error);
    }

    private static TransactionMetadata Join(
        TransactionShardState shard, TransactionMetadata transaction,
        AddPartitionsToTxnRequest.AddPartitionsToTxnTransaction asked, short clientVersion, CoordinatorCall call)
    {
        var partitions = PartitionsOf(asked);
        if (transaction.State == TransactionState.Ongoing && transaction.Partitions.IsSupersetOf(partitions))
            return transaction;
        var joined = transaction.WithPartitions(partitions, clientVersion, call.NowMs);
        call.Append(TransactionRecords.Of(joined, shard.ServerVersion));
        return joined;
    }

    private static ErrorCode Validate(
        TransactionMetadata? found, AddPartitionsToTxnRequest.AddPartitionsToTxnTransaction asked)
    {
        if (asked.TransactionalId.Length == 0)
            return ErrorCode.InvalidRequest;
        if (found is null)
            return ErrorCode.InvalidProducerIdMapping;
        // Producers know the id and epoch of their next transaction as soon as the last one is decided.
        var next = found.IsPrepared ? found.Complete(found.LastUpdateMs) : found;
        if (next.ProducerId != asked.ProducerId)
            return ErrorCode.InvalidProducerIdMapping;
        if (next.Epoch != asked.ProducerEpoch)
            return ErrorCode.ProducerFenced;
        return found.IsPrepared ? ErrorCode.ConcurrentTransactions : ErrorCode.None;
    }

    // Only brokers add partitions in these versions, and only for clients that leave it to them.
    private static short ClientVersion(CoordinatorRequestContext context) =>
        context.ApiVersion >= FirstVersionOfBrokers ? TransactionVersion.EpochBump : (short)0;

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
