using Platform.Broker.Metadata;
using Platform.Broker.Network;
using Platform.Protocol;
using Platform.Protocol.Messages;

namespace Platform.Broker.Apis.Configs;

/// <summary>AlterConfigs (key 33), the old way that replaces all settings of a resource: asks the
/// active controller.</summary>
internal sealed class AlterConfigsHandler(IControllerChannel controller)
    : IApiHandler<AlterConfigsRequest, AlterConfigsResponse>
{
    public async ValueTask<AlterConfigsResponse?> HandleAsync(AlterConfigsRequest request, RequestContext context) =>
        await controller.SendAsync(request, context);

    public AlterConfigsResponse? Fail(AlterConfigsRequest request, ErrorCode error, string message) => new()
    {
        Responses = request.Resources.ConvertAll(resource => new AlterConfigsResponse.AlterConfigsResourceResponse
        {
            ResourceType = resource.ResourceType,
            ResourceName = resource.ResourceName,
            ErrorCode = error,
            ErrorMessage = message,
        }),
    };
}
