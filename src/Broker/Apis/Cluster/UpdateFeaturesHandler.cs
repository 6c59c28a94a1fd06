using Platform.Broker.Metadata;
using Platform.Broker.Network;
using Platform.Protocol;
using Platform.Protocol.Messages;

namespace Platform.Broker.Apis.Cluster;

/// <summary>UpdateFeatures (key 57): has the active controller raise or lower the levels of features (KIP-584).</summary>
/// <remarks>v1 kinds of downgrades, validateOnly · v2 one result for all.</remarks>
internal sealed class UpdateFeaturesHandler(IControllerChannel controller)
    : IApiHandler<UpdateFeaturesRequest, UpdateFeaturesResponse>
{
    public async ValueTask<UpdateFeaturesResponse?> HandleAsync(
        UpdateFeaturesRequest request, RequestContext context) => await controller.SendAsync(request, context);

    public UpdateFeaturesResponse? Fail(UpdateFeaturesRequest request, ErrorCode error, string message) =>
        new() { ErrorCode = error, ErrorMessage = message };
}
