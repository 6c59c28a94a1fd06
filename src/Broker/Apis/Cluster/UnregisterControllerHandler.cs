using Platform.Broker.Metadata;
using Platform.Broker.Network;
using Platform.Protocol;
using Platform.Protocol.Messages;

namespace Platform.Broker.Apis.Cluster;

/// <summary>UnregisterController (key 94): has the active controller forget one that will not come back (KIP-1312).</summary>
internal sealed class UnregisterControllerHandler(IControllerChannel controller)
    : IApiHandler<UnregisterControllerRequest, UnregisterControllerResponse>
{
    public async ValueTask<UnregisterControllerResponse?> HandleAsync(
        UnregisterControllerRequest request, RequestContext context) => await controller.SendAsync(request, context);

    public UnregisterControllerResponse? Fail(UnregisterControllerRequest request, ErrorCode error, string message) =>
        new() { ErrorCode = error, ErrorMessage = message };
}
