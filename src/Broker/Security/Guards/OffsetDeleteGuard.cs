using Platform.Broker.Network;
using Platform.Protocol;
using Platform.Protocol.Messages;

namespace Platform.Broker.Security.Guards;

/// <summary>OffsetDelete (key 47): topics that the client may not read are refused, those of the group that are left are
/// handed on.</summary>
internal sealed class OffsetDeleteGuard(Authorizer authorizer) : IApiGuard<OffsetDeleteRequest, OffsetDeleteResponse>
{
    /// <inheritdoc/>
    public async ValueTask<OffsetDeleteResponse?> HandleAsync(OffsetDeleteRequest request, RequestContext context,
        IApiHandler<OffsetDeleteRequest, OffsetDeleteResponse> next)
    {
        var refused = request.Topics.FindAll(topic => !authorizer.Allows(context, Needed.Topic(AclOperation.Read, topic.Name)));
        request.Topics.RemoveAll(refused.Contains);
        var response = (await next.HandleAsync(request, context))!;
        if (response.ErrorCode == ErrorCode.None)
            response.Topics.AddRange(refused.Select(Refuse));
        return response;
    }

    private static OffsetDeleteResponse.OffsetDeleteResponseTopic Refuse(OffsetDeleteRequest.OffsetDeleteRequestTopic topic) => new()
    {
        Name = topic.Name,
        Partitions = topic.Partitions.ConvertAll(partition => new OffsetDeleteResponse.OffsetDeleteResponsePartition
        {
            PartitionIndex = partition.PartitionIndex,
            ErrorCode = ErrorCode.TopicAuthorizationFailed,
        }),
    };
}
