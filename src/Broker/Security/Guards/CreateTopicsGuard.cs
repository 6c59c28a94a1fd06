using Platform.Broker.Network;
using Platform.Protocol;
using Platform.Protocol.Messages;

namespace Platform.Broker.Security.Guards;

/// <summary>CreateTopics (key 19): whoever may create with the cluster may create all topics, others those that a rule names. The
/// settings of a new topic are told to those who may describe them.</summary>
internal sealed class CreateTopicsGuard : IApiGuard<CreateTopicsRequest, CreateTopicsResponse>
{
    private readonly Authorizer _authorizer;
    private readonly ItemGuard<CreateTopicsRequest, CreateTopicsResponse, CreateTopicsRequest.CreatableTopic> _byName;

    public CreateTopicsGuard(Authorizer authorizer)
    {
        _authorizer = authorizer;
        _byName = new(authorizer, static request => request.Topics,
            static (_, topic) => Needed.Topic(AclOperation.Create, topic.Name),
            static (response, refused) => response.Topics.AddRange(refused.Topics));
    }

    /// <inheritdoc/>
    public async ValueTask<CreateTopicsResponse?> HandleAsync(CreateTopicsRequest request, RequestContext context,
        IApiHandler<CreateTopicsRequest, CreateTopicsResponse> next)
    {
        var response = await (_authorizer.Sees(context, Needed.Cluster(AclOperation.Create))
            ? next.HandleAsync(request, context)
            : _byName.HandleAsync(request, context, next));
        foreach (var topic in response!.Topics.Where(topic => topic.ErrorCode == ErrorCode.None))
            if (!_authorizer.Sees(context, Needed.Topic(AclOperation.DescribeConfigs, topic.Name)))
                (topic.TopicConfigErrorCode, topic.NumPartitions, topic.ReplicationFactor, topic.Configs) =
                    (ErrorCode.TopicAuthorizationFailed, -1, -1, null);
        return response;
    }
}
