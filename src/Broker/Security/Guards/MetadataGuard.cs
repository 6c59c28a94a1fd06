using Platform.Broker.Metadata;
using Platform.Broker.Network;
using Platform.Protocol;
using Platform.Protocol.Messages;
using Topic = Platform.Protocol.Messages.MetadataResponse.MetadataResponseTopic;

namespace Platform.Broker.Security.Guards;

/// <summary>Metadata (key 3): topics that the client may not describe are left out when it asks for all, and refused when it
/// names them; those that would be created need a right to that.</summary>
internal sealed class MetadataGuard(Authorizer authorizer, MetadataCache metadata) : IApiGuard<MetadataRequest, MetadataResponse>
{
    /// <inheritdoc/>
    public async ValueTask<MetadataResponse?> HandleAsync(
        MetadataRequest request, RequestContext context, IApiHandler<MetadataRequest, MetadataResponse> next)
    {
        var all = request.Topics is null || (context.ApiVersion == 0 && request.Topics.Count == 0);
        List<Topic> refused = [];
        if (!all)
            request.Topics!.RemoveAll(asked => Refuse(request, asked, context, refused));
        // Of version 0 an empty list means all topics.
        var response = !all && context.ApiVersion == 0 && request.Topics!.Count == 0
            ? await WithoutTopicsAsync(request, context, next)
            : await next.HandleAsync(request, context);
        if (all)
            response!.Topics.RemoveAll(topic => !authorizer.Sees(context, Needed.Topic(AclOperation.Describe, topic.Name!)));
        response!.Topics.AddRange(refused);
        return response;
    }

    private static async ValueTask<MetadataResponse?> WithoutTopicsAsync(
        MetadataRequest request, RequestContext context, IApiHandler<MetadataRequest, MetadataResponse> next)
    {
        var response = await next.HandleAsync(request, context);
        response!.Topics.Clear();
        return response;
    }

    private bool Refuse(MetadataRequest request, MetadataRequest.MetadataRequestTopic asked, RequestContext context, List<Topic> refused)
    {
        var byId = asked.TopicId != Uuid.Zero;
        var topic = byId ? metadata.Image.Topics.Find(asked.TopicId) : metadata.Image.Topics.Find(asked.Name ?? "");
        var name = topic?.Name ?? asked.Name;
        if (name is null)
            return false;
        var isAllowed = authorizer.Allows(context, Needed.Topic(AclOperation.Describe, name))
            && (topic is not null || !WouldCreate(request, context) || MayCreate(context, name));
        // An id is no secret, a name is: each is said only to who knew it.
        if (!isAllowed)
            refused.Add(new()
            {
                ErrorCode = ErrorCode.TopicAuthorizationFailed,
                Name = byId ? (context.ApiVersion < 12 ? "" : null) : name,
                TopicId = asked.TopicId,
            });
        return !isAllowed;
    }

    private static bool WouldCreate(MetadataRequest request, RequestContext context) =>
        request.AllowAutoTopicCreation || context.ApiVersion < 4;

    private bool MayCreate(RequestContext context, string name) =>
        authorizer.Sees(context, Needed.Cluster(AclOperation.Create))
        || authorizer.Allows(context, Needed.Topic(AclOperation.Create, name));
}
