using Platform.Protocol;

namespace Platform.Broker.Security;

/// <summary>What a request, or a part of it, must be allowed to do.</summary>
/// <param name="Operation">The operation.</param>
/// <param name="Type">Kind of the resource.</param>
/// <param name="Name">Its name.</param>
internal readonly record struct Needed(AclOperation Operation, AclResourceType Type, string Name)
{
    /// <summary>The answer to whoever may not.</summary>
    public ErrorCode Refusal => Type switch
    {
        AclResourceType.Topic => ErrorCode.TopicAuthorizationFailed,
        AclResourceType.Group => ErrorCode.GroupAuthorizationFailed,
        AclResourceType.TransactionalId => ErrorCode.TransactionalIdAuthorizationFailed,
        AclResourceType.DelegationToken => ErrorCode.DelegationTokenAuthorizationFailed,
        _ => ErrorCode.ClusterAuthorizationFailed,
    };

    /// <summary>Something with the cluster.</summary>
    public static Needed Cluster(AclOperation operation) => new(operation, AclResourceType.Cluster, AclBinding.ClusterName);

    /// <summary>Something with a topic.</summary>
    public static Needed Topic(AclOperation operation, string name) => new(operation, AclResourceType.Topic, name);

    /// <summary>Something with a group.</summary>
    public static Needed Group(AclOperation operation, string id) => new(operation, AclResourceType.Group, id);

    /// <summary>Something with a transactional id.</summary>
    public static Needed TransactionalId(AclOperation operation, string id) => new(operation, AclResourceType.TransactionalId, id);
}
