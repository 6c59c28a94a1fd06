using Platform.Broker.Apis.Groups;
using Platform.Broker.Coordination;
using Platform.Broker.Network;
using Platform.Cluster.Coordination;
using Platform.Cluster.Metadata;
using Platform.Protocol;
using Platform.Protocol.Messages;
using Platform.Storage;

namespace Platform.Broker.Apis.Transactions;

/// <summary>TxnOffsetCommit (key 28): offsets of a group that count once a transaction is committed.</summary>
/// <remarks>v3 members and generations (KIP-447) · v4 abortable errors · v5 the group joins the transaction by this
/// request (KIP-890) · v6 topic ids (KIP-1319).</remarks>
internal sealed class TxnOffsetCommitHandler(
    GroupCoordinator groups, TransactionVerifier verifier, Func<MetadataImage> image, Func<bool> verificationEnabled)
    : IApiHandler<TxnOffsetCommitRequest, TxnOffsetCommitResponse>
{
    private const short AbortableVersion = 4;
    private const short ImplicitVersion = 5;
    private const short TopicIdVersion = 6;

    public async ValueTask<TxnOffsetCommitResponse?> HandleAsync(TxnOffsetCommitRequest request, RequestContext context)
    {
        if (request.GroupId.Length == 0)
            return Fail(request, ErrorCode.InvalidGroupId, "");
        var asked = request.Topics;
        var errors = asked.ConvertAll(topic => Resolve(topic, context.ApiVersion));
        request.Topics = [.. asked.Where((_, index) => errors[index] == ErrorCode.None)];
        var known = request.Topics.Count > 0 ? (await CommitAsync(request, context)).Topics : [];

        // The coordinator answers in the order of the request; the refused ones are put back in between.
        var answers = new Queue<TxnOffsetCommitResponse.TxnOffsetCommitResponseTopic>(known);
        var topics = asked.Select((topic, index) => errors[index] == ErrorCode.None
            ? answers.Dequeue()
            : TransactionErrors.OffsetCommit(topic, errors[index]));
        return new() { Topics = [.. topics] };
    }

    public TxnOffsetCommitResponse? Fail(TxnOffsetCommitRequest request, ErrorCode error, string message) =>
        TransactionErrors.OffsetCommit(request, error);

    private async ValueTask<TxnOffsetCommitResponse> CommitAsync(TxnOffsetCommitRequest request, RequestContext context)
    {
        var implicitly = context.ApiVersion >= ImplicitVersion;
        var guard = implicitly || verificationEnabled()
            ? groups.StartVerification(request.GroupId, request.ProducerId, request.ProducerEpoch)
            : VerificationGuard.NotAsked;
        if (guard is not null && guard != VerificationGuard.NotAsked
            && await VerifyAsync(request, implicitly) is var error && error != ErrorCode.None)
            return TransactionErrors.OffsetCommit(request, InWordsOf(context.ApiVersion, error));
        return await groups.CommitTransactionalOffsetsAsync(
            request, GroupClient.Of(context), new TransactionAppend(guard));
    }

    private async ValueTask<ErrorCode> VerifyAsync(TxnOffsetCommitRequest request, bool add)
    {
        var partition = new TopicPartition(GroupCoordinator.Topic, groups.PartitionFor(request.GroupId));
        var words = await verifier.AskAsync(
            request.TransactionalId, new ProducerIdAndEpoch(request.ProducerId, request.ProducerEpoch), [partition], add);
        return words[0];
    }

    // What a client of this API knows how to handle; coordinators in trouble look like its own being in trouble.
    private static ErrorCode InWordsOf(short version, ErrorCode error) => error switch
    {
        ErrorCode.ProducerFenced => ErrorCode.InvalidProducerEpoch,
        ErrorCode.TransactionAbortable when version < AbortableVersion => ErrorCode.InvalidTxnState,
        ErrorCode.NotCoordinator or ErrorCode.CoordinatorNotAvailable => ErrorCode.CoordinatorLoadInProgress,
        _ => error,
    };

    private ErrorCode Resolve(TxnOffsetCommitRequest.TxnOffsetCommitRequestTopic topic, short version)
    {
        if (version < TopicIdVersion)
            return image().Topics.Find(topic.Name) is null ? ErrorCode.UnknownTopicOrPartition : ErrorCode.None;
        if (image().Topics.Find(topic.TopicId) is not { } found)
            return ErrorCode.UnknownTopicId;
        topic.Name = found.Name;
        return ErrorCode.None;
    }
}
