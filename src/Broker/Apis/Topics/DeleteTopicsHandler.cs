using Platform.Broker.Metadata;
using Platform.Broker.Network;
using Platform.Protocol;
using Platform.Protocol.Messages;

namespace Platform.Broker.Apis.Topics;

/// <summary>DeleteTopics (key 20): asks the active controller.</summary>
/// <remarks>v3 an error of its own when deletion is turned off · v5 messages · v6 topic ids.</remarks>
internal sealed class DeleteTopicsHandler(IControllerChannel controller) : IApiHandler<DeleteTopicsRequest,
    DeleteTopicsResponse>
{
    private const short FirstVersionWithDeletionDisabled = 3;

    public async ValueTask<DeleteTopicsResponse?> HandleAsync(DeleteTopicsRequest request, RequestContext context)
    {
        var response = await controller.SendAsync(request, context);
        context.Connection.MuteFor(response.ThrottleTimeMs);
        foreach (var result in response.Responses)
        {
            if (context.ApiVersion < FirstVersionWithDeletionDisabled
                && result.ErrorCode == ErrorCode.TopicDeletionDisabled)
                result.ErrorCode = ErrorCode.InvalidRequest;
        }
        return response;
    }

    public DeleteTopicsResponse? Fail(DeleteTopicsRequest request, ErrorCode error, string message) => new()
    {
        Responses =
        [
            .. request.Topics.Select(topic => Failed(topic.Name, topic.TopicId, error, message)),
            .. request.TopicNames.Select(name => Failed(name, Uuid.Zero, error, message)),
        ],
    };

    private static DeleteTopicsResponse.DeletableTopicResult Failed(string? name, Uuid id, ErrorCode error,
        string message) =>
        new() { Name = name, TopicId = id, ErrorCode = error, ErrorMessage = message };
}
