using Platform.Broker.Metadata;
using Platform.Broker.Network;
using Platform.Protocol;
using Platform.Protocol.Messages;

namespace Platform.Broker.Security.Guards;

/// <summary>OffsetFetch (key 9): topics that the client may not describe are left out when it asks for all, and refused when
/// it names them. Whether it may describe the groups, other guards have asked.</summary>
internal sealed class OffsetFetchGuard(Authorizer authorizer, MetadataCache metadata)
    : IApiGuard<OffsetFetchRequest, OffsetFetchResponse>
{
    /// <inheritdoc/>
    public async ValueTask<OffsetFetchResponse?> HandleAsync(
        OffsetFetchRequest request, RequestContext context, IApiHandler<OffsetFetchRequest, OffsetFetchResponse> next)
    {
        var refused = Take(request.Topics, topic => MayDescribe(context, topic.Name));
        var ofGroups = request.Groups.ConvertAll(group => (Group: group, Topics: Take(group.Topics, topic => MayDescribe(context, NameOf(topic)))));
        var response = (await next.HandleAsync(request, context))!;
        Hide(request, response, context);
        response.Topics.AddRange(refused.Select(Refused));
        foreach (var (group, topics) in ofGroups)
            if (response.Groups.Find(answer => answer.GroupId == group.GroupId && answer.ErrorCode == ErrorCode.None) is { } answer)
                answer.Topics.AddRange(topics.Select(Refused));
        return response;
    }

    private static List<T> Take<T>(List<T>? topics, Predicate<T> isAllowed)
    {
        var refused = topics?.FindAll(topic => !isAllowed(topic)) ?? [];
        topics?.RemoveAll(refused.Contains);
        return refused;
    }

    private void Hide(OffsetFetchRequest request, OffsetFetchResponse response, RequestContext context)
    {
        if (request.Topics is null)
            response.Topics.RemoveAll(topic => !Sees(context, topic.Name));
        foreach (var all in request.Groups.Where(group => group.Topics is null))
            response.Groups.Find(answer => answer.GroupId == all.GroupId)?.Topics
                .RemoveAll(topic => !Sees(context, topic.Name.Length > 0 ? topic.Name : metadata.Image.Topics.Find(topic.TopicId)?.Name));
    }

    private string? NameOf(OffsetFetchRequest.OffsetFetchRequestTopics topic) =>
        topic.TopicId == Uuid.Zero ? topic.Name : metadata.Image.Topics.Find(topic.TopicId)?.Name;

    private bool MayDescribe(RequestContext context, string? name) =>
        name is null || authorizer.Allows(context, Needed.Topic(AclOperation.Describe, name));

    private bool Sees(RequestContext context, string? name) =>
        name is null || authorizer.Sees(context, Needed.Topic(AclOperation.Describe, name));

    private static OffsetFetchResponse.OffsetFetchResponseTopic Refused(OffsetFetchRequest.OffsetFetchRequestTopic topic) => new()
    {
        Name = topic.Name,
        Partitions = topic.PartitionIndexes.ConvertAll(index => new OffsetFetchResponse.OffsetFetchResponsePartition
        {
            PartitionIndex = index,
            CommittedOffset = -1,
            Metadata = "",
            ErrorCode = ErrorCode.TopicAuthorizationFailed,
        }),
    };

    private static OffsetFetchResponse.OffsetFetchResponseTopics Refused(OffsetFetchRequest.OffsetFetchRequestTopics topic) => new()
    {
        Name = topic.Name,
        TopicId = topic.TopicId,
        Partitions = topic.PartitionIndexes.ConvertAll(index => new OffsetFetchResponse.OffsetFetchResponsePartitions
        {
            PartitionIndex = index,
            CommittedOffset = -1,
            Metadata = "",
            ErrorCode = ErrorCode.TopicAuthorizationFailed,
        }),
    };
}
