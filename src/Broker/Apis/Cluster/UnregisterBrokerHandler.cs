using Platform.Broker.Metadata;
using Platform.Broker.Network;
using Platform.Protocol;
using Platform.Protocol.Messages;

namespace Platform.Broker.Apis.Cluster;

/// <summary>UnregisterBroker (key 64): asks the active controller to forget a broker that will not come back.</summary>
internal sealed class UnregisterBrokerHandler(IControllerChannel controller)
    : IApiHandler<UnregisterBrokerRequest, UnregisterBrokerResponse>
{
    public async ValueTask<UnregisterBrokerResponse?> HandleAsync(UnregisterBrokerRequest request,
        RequestContext context) =>
        await controller.SendAsync(request, context);

    public UnregisterBrokerResponse? Fail(UnregisterBrokerRequest request, ErrorCode error, string message) =>
        new() { ErrorCode = error, ErrorMessage = message };
}
