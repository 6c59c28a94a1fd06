using Platform.Broker.Metadata;
using Platform.Broker.Network;
using Platform.Protocol;
using Platform.Protocol.Messages;

namespace Platform.Broker.Apis.Brokers;

/// <summary>BrokerRegistration (key 62): a broker joins the cluster with a new epoch.</summary>
internal sealed class BrokerRegistrationHandler(IControllerChannel controller)
    : IApiHandler<BrokerRegistrationRequest, BrokerRegistrationResponse>
{
    public async ValueTask<BrokerRegistrationResponse?> HandleAsync(
        BrokerRegistrationRequest request, RequestContext context) =>
        await controller.SendAsync(request);

    public BrokerRegistrationResponse? Fail(BrokerRegistrationRequest request, ErrorCode error, string message) =>
        new() { ErrorCode = error };
}
