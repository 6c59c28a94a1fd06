using Platform.Broker.Network;
using Platform.Cluster.Configuration;
using Platform.Protocol;
using Platform.Protocol.Messages;

namespace Platform.Broker.Apis.Configs;

/// <summary>IncrementalAlterConfigs (key 44, KIP-339): asks the active controller.</summary>
internal sealed class IncrementalAlterConfigsHandler(IControllerChannel controller, BrokerConfig config)
    : IApiHandler<IncrementalAlterConfigsRequest, IncrementalAlterConfigsResponse>
{
    public async ValueTask<IncrementalAlterConfigsResponse?> HandleAsync(
        IncrementalAlterConfigsRequest request, RequestContext context) =>
        await controller.SendAsync(request, config[BrokerConfigs.RequestTimeoutMs]);

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
