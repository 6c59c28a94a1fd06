using Platform.Broker.Apis.Groups;
using Platform.Broker.Coordination;
using Platform.Broker.Network;
using Platform.Protocol;
using Platform.Protocol.Messages;

namespace Platform.Broker.Apis.Transactions;

/// <summary>InitProducerId (key 22): an id for an idempotent producer, or id and epoch for a transactional one
/// (KIP-98).</summary>
/// <remarks>v3 resumes with an id and epoch (KIP-360) · v4 fenced producers (KIP-588).</remarks>
internal sealed class InitProducerIdHandler(ProducerIdManager producerIds, TransactionCoordinator transactions)
    : IApiHandler<InitProducerIdRequest, InitProducerIdResponse>
{
    private const short FirstVersionWithFenced = 4;

    public async ValueTask<InitProducerIdResponse?> HandleAsync(InitProducerIdRequest request, RequestContext context)
    {
        if (request.ProducerId < 0 != request.ProducerEpoch < 0 || request.TransactionalId is { Length: 0 })
            return Fail(request, ErrorCode.InvalidRequest, "");
        if (request.TransactionalId is null)
            return new() { ProducerId = await producerIds.NextAsync(), ProducerEpoch = 0 };
        var response = await transactions.InitProducerIdAsync(request, GroupClient.Of(context));
        response.ErrorCode = TransactionErrors.ForVersion(
            response.ErrorCode, context.ApiVersion, FirstVersionWithFenced);
        return response;
    }

    public InitProducerIdResponse? Fail(InitProducerIdRequest request, ErrorCode error, string message) =>
        new() { ErrorCode = error, ProducerId = -1, ProducerEpoch = -1 };
}
