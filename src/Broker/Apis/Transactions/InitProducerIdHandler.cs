using Platform.Broker.Coordination;
using Platform.Broker.Network;
using Platform.Protocol;
using Platform.Protocol.Messages;

namespace Platform.Broker.Apis.Transactions;

/// <summary>InitProducerId (key 22): an id for an idempotent producer (KIP-98).</summary>
/// <remarks>v3 resumes with an id and epoch (KIP-360). Transactional ids are refused: this broker has no transaction
/// coordinator yet.</remarks>
internal sealed class InitProducerIdHandler(ProducerIdManager producerIds)
    : IApiHandler<InitProducerIdRequest, InitProducerIdResponse>
{
    public async ValueTask<InitProducerIdResponse?> HandleAsync(InitProducerIdRequest request, RequestContext context)
    {
        if (request.TransactionalId is not null)
            return Fail(request, ErrorCode.InvalidRequest, "");
        if (request.ProducerId < 0 != request.ProducerEpoch < 0)
            return Fail(request, ErrorCode.InvalidRequest, "");
        return new() { ProducerId = await producerIds.NextAsync(), ProducerEpoch = 0 };
    }

    public InitProducerIdResponse? Fail(InitProducerIdRequest request, ErrorCode error, string message) =>
        new() { ErrorCode = error, ProducerId = -1, ProducerEpoch = -1 };
}
