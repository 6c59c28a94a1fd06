using Platform.Broker.Coordination;
using Platform.Broker.Network;
using Platform.Cluster.Metadata;
using Platform.Protocol;
using Platform.Protocol.Messages;

namespace Platform.Broker.Apis.Groups;

/// <summary>FindCoordinator (key 10): the broker that leads the partition of a group or a transactional id in the
/// coordinators' topics, which are created when they are first asked for.</summary>
/// <remarks>v1 key types and messages · v4 several keys (KIP-699) · v6 share groups.</remarks>
internal sealed class FindCoordinatorHandler(
    GroupCoordinator groups, Func<string, int> transactionPartitionFor, IInternalTopics internalTopics, Func<MetadataImage> image)
    : IApiHandler<FindCoordinatorRequest, FindCoordinatorResponse>
{
    private const sbyte GroupKey = 0;
    private const sbyte TransactionKey = 1;
    private const short BatchVersion = 4;

    public async ValueTask<FindCoordinatorResponse?> HandleAsync(FindCoordinatorRequest request, RequestContext context)
    {
        var keys = context.ApiVersion >= BatchVersion ? request.CoordinatorKeys : [request.Key];
        if (TopicOf(request.KeyType) is { } topic && image().Topics.Find(topic) is null)
            await internalTopics.EnsureCreatedAsync(topic);

        var found = keys.ConvertAll(key => Find(key, request.KeyType, context.ListenerName));
        return context.ApiVersion >= BatchVersion
            ? new FindCoordinatorResponse { Coordinators = found }
            : Single(found[0]);
    }

    public FindCoordinatorResponse? Fail(FindCoordinatorRequest request, ErrorCode error, string message)
    {
        var isBatch = request.CoordinatorKeys.Count > 0;
        return isBatch
            ? new() { Coordinators = request.CoordinatorKeys.ConvertAll(key => Failed(key, error, message)) }
            : Single(Failed(request.Key, error, message));
    }

    private FindCoordinatorResponse.Coordinator Find(string key, sbyte keyType, string listenerName)
    {
        if (TopicOf(keyType) is not { } topic)
            return Failed(key, ErrorCode.InvalidRequest, $"this broker has no coordinators of key type {keyType}");
        if (key.Length == 0)
            return Failed(key, keyType == GroupKey ? ErrorCode.InvalidGroupId : ErrorCode.InvalidRequest,
                keyType == GroupKey ? "the group has no name" : "the transactional id is empty");

        var current = image();
        var partition = new TopicPartition(
            topic, keyType == GroupKey ? groups.PartitionFor(key) : transactionPartitionFor(key));
        if (current.Topics.Find(partition) is not { HasLeader: true } registration
            || current.Cluster.Broker(registration.Leader) is not { Fenced: false } leader
            || leader.EndPointOf(listenerName) is not { } endPoint)
            return Failed(key, ErrorCode.CoordinatorNotAvailable, $"{partition} has no leader that can be reached");
        return new FindCoordinatorResponse.Coordinator
        {
            Key = key,
            NodeId = leader.Id,
            Host = endPoint.Host,
            Port = endPoint.Port,
            ErrorMessage = null,
        };
    }

    private static string? TopicOf(sbyte keyType) => keyType switch
    {
        GroupKey => GroupCoordinator.Topic,
        TransactionKey => TransactionCoordinator.Topic,
        _ => null,
    };

    private static FindCoordinatorResponse.Coordinator Failed(string key, ErrorCode error, string message) => new()
    {
        Key = key,
        NodeId = -1,
        Port = -1,
        ErrorCode = error,
        ErrorMessage = message,
    };

    private static FindCoordinatorResponse Single(FindCoordinatorResponse.Coordinator found) => new()
    {
        ErrorCode = found.ErrorCode,
        ErrorMessage = found.ErrorMessage,
        NodeId = found.NodeId,
        Host = found.Host,
        Port = found.Port,
    };
}
