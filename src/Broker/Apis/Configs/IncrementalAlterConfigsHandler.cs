using Platform.Broker.Metadata;
using Platform.Broker.Network;
using Platform.Protocol;
using Platform.Protocol.Messages;

namespace Platform.Broker.Apis.Configs;

/// <summary>IncrementalAlterConfigs (key 44, KIP-339): asks the active controller.</summary>
internal sealed class IncrementalAlterConfigsHandler(IControllerChannel controller)
    : IApiHandler<IncrementalAlterConfigsRequest, IncrementalAlterConfigsResponse>
{
    public async ValueTask<IncrementalAlterConfigsResponse?> HandleAsync(
        IncrementalAlterConfigsRequest request, RequestContext context) =>
        await controller.SendAsync(request, context);

    public IncrementalAlterConfigsResponse? Fail(IncrementalAlterConfigsRequest request, ErrorCode error,
        string message) => new()
    {
        Responses = request.Resources.ConvertAll(resource =>
            new IncrementalAlterConfigsResponse.AlterConfigsResourceResponse
        {
            ResourceType = resource.ResourceType,
            ResourceName = resource.ResourceName,
            ErrorCode = error,
            ErrorMessage = message,
        }),
    };
}
