using Platform.Broker.Apis.Groups;
using Platform.Broker.Coordination;
using Platform.Broker.Network;
using Platform.Protocol;
using Platform.Protocol.Messages;

namespace Platform.Broker.Apis.Transactions;

/// <summary>EndTxn (key 26): commits or aborts.</summary>
/// <remarks>v2 fenced producers (KIP-588) · v5 returns the epoch of the next transaction (KIP-890).</remarks>
internal sealed class EndTxnHandler(TransactionCoordinator transactions) : IApiHandler<EndTxnRequest, EndTxnResponse>
{
    private const short FirstVersionWithFenced = 2;

    public async ValueTask<EndTxnResponse?> HandleAsync(EndTxnRequest request, RequestContext context)
    {
        var response = await transactions.EndTxnAsync(request, GroupClient.Of(context));
        response.ErrorCode = TransactionErrors.ForVersion(
            response.ErrorCode, context.ApiVersion, FirstVersionWithFenced);
        return response;
    }

    public EndTxnResponse? Fail(EndTxnRequest request, ErrorCode error, string message) => new() { ErrorCode = error };
}
