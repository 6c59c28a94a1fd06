using Platform.Broker.Metadata;
using Platform.Broker.Network;
using Platform.Protocol;
using Platform.Protocol.Messages;

namespace Platform.Broker.Apis.Topics;

/// <summary>CreateTopics (key 19): asks the active controller.</summary>
/// <remarks>v4 default counts · v5 effective settings in the answer · v6 quota error · v7 topic ids.</remarks>
internal sealed class CreateTopicsHandler(IControllerChannel controller) : IApiHandler<CreateTopicsRequest,
    CreateTopicsResponse>
{
    public async ValueTask<CreateTopicsResponse?> HandleAsync(CreateTopicsRequest request, RequestContext context)
    {
        var response = await controller.SendAsync(request, context);
        context.Connection.MuteFor(response.ThrottleTimeMs);
        return response;
    }

    public CreateTopicsResponse? Fail(CreateTopicsRequest request, ErrorCode error, string message) => new()
    {
        Topics = request.Topics.ConvertAll(topic => new CreateTopicsResponse.CreatableTopicResult
        {
            Name = topic.Name,
            ErrorCode = error,
            ErrorMessage = message,
        }),
    };
}
