using Platform.Broker.Metadata;
using Platform.Broker.Network;
using Platform.Protocol;
using Platform.Protocol.Messages;

namespace Platform.Broker.Apis.Brokers;

/// <summary>AllocateProducerIds (key 67): a broker asks for a block of producer ids.</summary>
internal sealed class AllocateProducerIdsHandler(IControllerChannel controller)
    : IApiHandler<AllocateProducerIdsRequest, AllocateProducerIdsResponse>
{
    public async ValueTask<AllocateProducerIdsResponse?> HandleAsync(
        AllocateProducerIdsRequest request, RequestContext context) =>
        await controller.SendAsync(request);

    public AllocateProducerIdsResponse? Fail(AllocateProducerIdsRequest request, ErrorCode error, string message) =>
        new() { ErrorCode = error };
}
