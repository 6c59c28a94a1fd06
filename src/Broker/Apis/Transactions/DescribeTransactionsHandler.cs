using Platform.Broker.Apis.Groups;
using Platform.Broker.Coordination;
using Platform.Broker.Network;
using Platform.Protocol;
using Platform.Protocol.Messages;

namespace Platform.Broker.Apis.Transactions;

/// <summary>DescribeTransactions (key 65): the state of transactional ids (KIP-664).</summary>
internal sealed class DescribeTransactionsHandler(TransactionCoordinator transactions)
    : IApiHandler<DescribeTransactionsRequest, DescribeTransactionsResponse>
{
    public async ValueTask<DescribeTransactionsResponse?> HandleAsync(
        DescribeTransactionsRequest request, RequestContext context) =>
        await transactions.DescribeAsync(request, GroupClient.Of(context));

    public DescribeTransactionsResponse? Fail(DescribeTransactionsRequest request, ErrorCode error, string message) =>
        new()
        {
            TransactionStates = [.. request.TransactionalIds.SelectMany(
                id => TransactionErrors.Describe(id, error).TransactionStates)],
        };
}
