using Platform.Broker.Metadata;
using Platform.Broker.Network;
using Platform.Protocol;
using Platform.Protocol.Messages;

namespace Platform.Broker.Apis.Quorum;

/// <summary>ControllerRegistration (key 70): a controller tells the active one of itself (KIP-919).</summary>
internal sealed class ControllerRegistrationHandler(IControllerChannel controller)
    : IApiHandler<ControllerRegistrationRequest, ControllerRegistrationResponse>
{
    public async ValueTask<ControllerRegistrationResponse?> HandleAsync(
        ControllerRegistrationRequest request, RequestContext context) => await controller.SendAsync(request);

    public ControllerRegistrationResponse? Fail(
        ControllerRegistrationRequest request, ErrorCode error, string message) =>
        new() { ErrorCode = error, ErrorMessage = message };
}
