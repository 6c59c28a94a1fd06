using Platform.Broker.Coordination;
using Platform.Broker.Network;
using Platform.Cluster.Coordination;
using Platform.Protocol;
using Platform.Protocol.Messages;

namespace Platform.Broker.Apis.Transactions;

/// <summary>AddOffsetsToTxn (key 25): makes a group's partition of the offsets topic part of a transaction.</summary>
/// <remarks>v2 fenced producers (KIP-588).</remarks>
internal sealed class AddOffsetsToTxnHandler(
    TransactionCoordinator transactions, GroupCoordinator groups, IInternalTopics internalTopics)
    : IApiHandler<AddOffsetsToTxnRequest, AddOffsetsToTxnResponse>
{
    /// <summary>As which version of AddPartitionsToTxn this counts: one of clients.</summary>
    private const short ClientVersion = 3;
    private const short FirstVersionWithFenced = 2;

    public async ValueTask<AddOffsetsToTxnResponse?> HandleAsync(AddOffsetsToTxnRequest request, RequestContext context)
    {
        if (await internalTopics.EnsureCreatedAsync(GroupCoordinator.Topic) is var created && created != ErrorCode.None)
            return Fail(request, ErrorCode.CoordinatorNotAvailable, "");
        var answer = await transactions.AddPartitionsAsync(
            new AddPartitionsToTxnRequest.AddPartitionsToTxnTransaction
            {
                TransactionalId = request.TransactionalId,
                ProducerId = request.ProducerId,
                ProducerEpoch = request.ProducerEpoch,
                Topics = [new() { Name = GroupCoordinator.Topic, Partitions = [groups.PartitionFor(request.GroupId)] }],
            },
            new CoordinatorRequestContext(
                ClientVersion, context.ClientId, context.ClientHost, CoordinatorRequestContext.NoRequest));
        var error = answer.ResultsByTransaction[0].TopicResults[0].ResultsByPartition[0].PartitionErrorCode;
        return new() { ErrorCode = TransactionErrors.ForVersion(error, context.ApiVersion, FirstVersionWithFenced) };
    }

    public AddOffsetsToTxnResponse? Fail(AddOffsetsToTxnRequest request, ErrorCode error, string message) =>
        new() { ErrorCode = error };
}
