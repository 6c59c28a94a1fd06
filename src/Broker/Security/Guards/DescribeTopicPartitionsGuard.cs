using Platform.Broker.Metadata;
using Platform.Broker.Network;
using Platform.Protocol;
using Platform.Protocol.Messages;
using Topic = Platform.Protocol.Messages.DescribeTopicPartitionsResponse.DescribeTopicPartitionsResponseTopic;

namespace Platform.Broker.Security.Guards;

/// <summary>DescribeTopicPartitions (key 75): topics that the client may not describe are left out when it asks for all, and
/// refused when it names them.</summary>
internal sealed class DescribeTopicPartitionsGuard(Authorizer authorizer, MetadataCache metadata)
    : IApiGuard<DescribeTopicPartitionsRequest, DescribeTopicPartitionsResponse>
{
    /// <inheritdoc/>
    public async ValueTask<DescribeTopicPartitionsResponse?> HandleAsync(DescribeTopicPartitionsRequest request,
        RequestContext context, IApiHandler<DescribeTopicPartitionsRequest, DescribeTopicPartitionsResponse> next)
    {
        var all = request.Topics.Count == 0;
        // The page is counted in partitions that the client gets to see, so that all names are said here.
        if (all)
            request.Topics.AddRange(metadata.Image.Topics.ByName.Keys
                .Where(name => request.Cursor is not { } at || string.CompareOrdinal(name, at.TopicName) >= 0)
                .Select(name => new DescribeTopicPartitionsRequest.TopicRequest { Name = name }));
        var refused = request.Topics.Where(topic => !MayDescribe(context, topic.Name, all)).Select(topic => topic.Name).ToHashSet();
        request.Topics.RemoveAll(topic => refused.Contains(topic.Name));
        var response = request.Topics.Count > 0 ? await PageAsync(request, context, next) : new();
        if (!all)
            response.Topics.AddRange(refused.Order(StringComparer.Ordinal)
                .Select(name => new Topic { Name = name, ErrorCode = ErrorCode.TopicAuthorizationFailed }));
        return response;
    }

    // A cursor may point to a topic that is gone, or that the client no longer sees: the next one goes on.
    private static async ValueTask<DescribeTopicPartitionsResponse> PageAsync(DescribeTopicPartitionsRequest request,
        RequestContext context, IApiHandler<DescribeTopicPartitionsRequest, DescribeTopicPartitionsResponse> next)
    {
        if (request.Cursor is { } cursor && !request.Topics.Exists(topic => topic.Name == cursor.TopicName))
            request.Cursor = null;
        return (await next.HandleAsync(request, context))!;
    }

    private bool MayDescribe(RequestContext context, string name, bool isListed)
    {
        var needed = Needed.Topic(AclOperation.Describe, name);
        return isListed ? authorizer.Sees(context, needed) : authorizer.Allows(context, needed);
    }
}
