using Platform.Broker.Apis.Groups;
using Platform.Broker.Coordination;
using Platform.Broker.Network;
using Platform.Protocol;
using Platform.Protocol.Messages;

namespace Platform.Broker.Apis.Transactions;

/// <summary>ListTransactions (key 66): the transactional ids that this broker coordinates (KIP-664).</summary>
/// <remarks>v1 only those open for longer (KIP-994) · v2 pattern of ids (KIP-1152).</remarks>
internal sealed class ListTransactionsHandler(TransactionCoordinator transactions)
    : IApiHandler<ListTransactionsRequest, ListTransactionsResponse>
{
    public async ValueTask<ListTransactionsResponse?> HandleAsync(
        ListTransactionsRequest request, RequestContext context) =>
        await transactions.ListAsync(request, GroupClient.Of(context));

    public ListTransactionsResponse? Fail(ListTransactionsRequest request, ErrorCode error, string message) =>
        new() { ErrorCode = error };
}
