using Platform.Broker.Metadata;
using Platform.Broker.Network;
using Platform.Protocol;
using Platform.Protocol.Messages;

namespace Platform.Broker.Apis.Brokers;

/// <summary>BrokerHeartbeat (key 63): a broker lives, and says whether it wants to serve or to go.</summary>
internal sealed class BrokerHeartbeatHandler(IControllerChannel controller)
    : IApiHandler<BrokerHeartbeatRequest, BrokerHeartbeatResponse>
{
    public async ValueTask<BrokerHeartbeatResponse?> HandleAsync(
        BrokerHeartbeatRequest request, RequestContext context) =>
        await controller.SendAsync(request);

    public BrokerHeartbeatResponse? Fail(BrokerHeartbeatRequest request, ErrorCode error, string message) =>
        new() { ErrorCode = error };
}
