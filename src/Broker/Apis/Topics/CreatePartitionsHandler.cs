using Platform.Broker.Metadata;
using Platform.Broker.Network;
using Platform.Protocol;
using Platform.Protocol.Messages;

namespace Platform.Broker.Apis.Topics;

/// <summary>CreatePartitions (key 37): asks the active controller.</summary>
internal sealed class CreatePartitionsHandler(IControllerChannel controller)
    : IApiHandler<CreatePartitionsRequest, CreatePartitionsResponse>
{
    public async ValueTask<CreatePartitionsResponse?> HandleAsync(CreatePartitionsRequest request,
        RequestContext context)
    {
        var response = await controller.SendAsync(request, context);
        context.Connection.MuteFor(response.ThrottleTimeMs);
        return response;
    }

    public CreatePartitionsResponse? Fail(CreatePartitionsRequest request, ErrorCode error, string message) => new()
    {
        Results = request.Topics.ConvertAll(topic => new CreatePartitionsResponse.CreatePartitionsTopicResult
        {
            Name = topic.Name,
            ErrorCode = error,
            ErrorMessage = message,
        }),
    };
}
