using Platform.Protocol;
using Platform.Protocol.Messages;

namespace Platform.Broker.Security;

/// <summary>What each API needs as a whole; requests that are refused in part are in <see cref="ApiGuards"/>. An API that is in
/// neither is not served where access is checked, so that nothing is open by oversight.</summary>
internal static class ApiAccess
{
    private static readonly Needed[] Nothing = [];

    private static readonly Needed[] Action = [Needed.Cluster(AclOperation.ClusterAction)];
    private static readonly Needed[] Alter = [Needed.Cluster(AclOperation.Alter)];
    private static readonly Needed[] Describe = [Needed.Cluster(AclOperation.Describe)];
    private static readonly Needed[] DescribeConfigs = [Needed.Cluster(AclOperation.DescribeConfigs)];
    private static readonly Needed[] AlterConfigs = [Needed.Cluster(AclOperation.AlterConfigs)];

    /// <summary>APIs that anybody may use who can connect.</summary>
    public static readonly IReadOnlySet<ApiKey> Open = new HashSet<ApiKey>
    {
        ApiKey.ApiVersions, ApiKey.SaslHandshake, ApiKey.SaslAuthenticate,
        ApiKey.GetTelemetrySubscriptions, ApiKey.PushTelemetry,
    };

    /// <summary>Everything that a request must be allowed to do; each entry is a choice, of which one thing will do.</summary>
    public static IReadOnlyList<Func<IRequest, Needed[]>> Of(ApiKey key) => Rules.GetValueOrDefault(key, []);

    private static readonly Dictionary<ApiKey, Func<IRequest, Needed[]>[]> Rules = new()
    {
        // Between nodes.
        [ApiKey.Vote] = [static _ => Action],
        [ApiKey.BeginQuorumEpoch] = [static _ => Action],
        [ApiKey.EndQuorumEpoch] = [static _ => Action],
        [ApiKey.FetchSnapshot] = [static _ => Action],
        [ApiKey.UpdateRaftVoter] = [static _ => Action],
        [ApiKey.Envelope] = [static _ => Action],
        [ApiKey.ControllerRegistration] = [static _ => Action],
        [ApiKey.BrokerRegistration] = [static _ => Action],
        [ApiKey.BrokerHeartbeat] = [static _ => Action],
        [ApiKey.AlterPartition] = [static _ => Action],
        [ApiKey.AssignReplicasToDirs] = [static _ => Action],
        [ApiKey.AllocateProducerIds] = [static _ => Action],
        [ApiKey.WriteTxnMarkers] = [static _ => [Needed.Cluster(AclOperation.Alter), Needed.Cluster(AclOperation.ClusterAction)]],

        // The cluster as a whole.
        [ApiKey.DescribeAcls] = [static _ => Describe],
        [ApiKey.CreateAcls] = [static _ => Alter],
        [ApiKey.DeleteAcls] = [static _ => Alter],
        [ApiKey.DescribeQuorum] = [static _ => Describe],
        [ApiKey.AddRaftVoter] = [static _ => Alter],
        [ApiKey.RemoveRaftVoter] = [static _ => Alter],
        [ApiKey.UnregisterBroker] = [static _ => Alter],
        [ApiKey.UnregisterController] = [static _ => Alter],
        [ApiKey.UpdateFeatures] = [static _ => Alter],
        [ApiKey.ElectLeaders] = [static _ => Alter],
        [ApiKey.AlterPartitionReassignments] = [static _ => Alter],
        [ApiKey.ListPartitionReassignments] = [static _ => Describe],
        [ApiKey.AlterReplicaLogDirs] = [static _ => Alter],
        [ApiKey.DescribeLogDirs] = [static _ => Describe],
        [ApiKey.DescribeClientQuotas] = [static _ => DescribeConfigs],
        [ApiKey.AlterClientQuotas] = [static _ => AlterConfigs],
        [ApiKey.DescribeUserScramCredentials] = [static _ => Describe],
        [ApiKey.AlterUserScramCredentials] = [static _ => Alter],
        [ApiKey.ListConfigResources] = [static _ => DescribeConfigs],

        // Groups.
        [ApiKey.JoinGroup] = [Group<JoinGroupRequest>(AclOperation.Read, static request => request.GroupId)],
        [ApiKey.SyncGroup] = [Group<SyncGroupRequest>(AclOperation.Read, static request => request.GroupId)],
        [ApiKey.Heartbeat] = [Group<HeartbeatRequest>(AclOperation.Read, static request => request.GroupId)],
        [ApiKey.LeaveGroup] = [Group<LeaveGroupRequest>(AclOperation.Read, static request => request.GroupId)],
        [ApiKey.OffsetCommit] = [Group<OffsetCommitRequest>(AclOperation.Read, static request => request.GroupId)],
        [ApiKey.OffsetDelete] = [Group<OffsetDeleteRequest>(AclOperation.Delete, static request => request.GroupId)],
        [ApiKey.OffsetFetch] =
        [
            static request => ((OffsetFetchRequest)request) is { Groups.Count: 0, GroupId: var id }
                ? [Needed.Group(AclOperation.Describe, id)] : Nothing,
        ],
        [ApiKey.ConsumerGroupHeartbeat] = [Group<ConsumerGroupHeartbeatRequest>(AclOperation.Read, static request => request.GroupId)],

        // Transactions.
        [ApiKey.Produce] = [Transaction<ProduceRequest>(static request => request.TransactionalId)],
        [ApiKey.AddPartitionsToTxn] =
        [
            static request => ((AddPartitionsToTxnRequest)request) is { Transactions.Count: 0, V3AndBelowTransactionalId: var id }
                ? [Needed.TransactionalId(AclOperation.Write, id)] : Action,
        ],
        [ApiKey.AddOffsetsToTxn] =
        [
            Transaction<AddOffsetsToTxnRequest>(static request => request.TransactionalId),
            Group<AddOffsetsToTxnRequest>(AclOperation.Read, static request => request.GroupId),
        ],
        [ApiKey.EndTxn] = [Transaction<EndTxnRequest>(static request => request.TransactionalId)],
        [ApiKey.TxnOffsetCommit] =
        [
            Transaction<TxnOffsetCommitRequest>(static request => request.TransactionalId),
            Group<TxnOffsetCommitRequest>(AclOperation.Read, static request => request.GroupId),
        ],
        [ApiKey.InitProducerId] = [Transaction<InitProducerIdRequest>(static request => request.TransactionalId)],

        // Before version 4 there is one key.
        [ApiKey.FindCoordinator] =
        [
            static request => ((FindCoordinatorRequest)request) is { CoordinatorKeys.Count: 0 } single
                ? [Coordinator(single, single.Key)] : Nothing,
        ],
    };

    /// <summary>What it takes to look for the coordinator of a group or a transactional id.</summary>
    public static Needed Coordinator(FindCoordinatorRequest request, string key) => request.KeyType switch
    {
        0 => Needed.Group(AclOperation.Describe, key),
        1 => Needed.TransactionalId(AclOperation.Describe, key),
        _ => Needed.Cluster(AclOperation.ClusterAction),
    };

    /// <summary>What it takes to look at settings, or to change them.</summary>
    public static Needed Settings(AclOperation operation, sbyte resourceType, string name) =>
        (Cluster.Metadata.ConfigResourceType)resourceType switch
        {
            Cluster.Metadata.ConfigResourceType.Topic => Needed.Topic(operation, name),
            Cluster.Metadata.ConfigResourceType.Group => Needed.Group(operation, name),
            _ => Needed.Cluster(operation),
        };

    private static Func<IRequest, Needed[]> Group<TRequest>(AclOperation operation, Func<TRequest, string> id)
        where TRequest : IRequest => request => [Needed.Group(operation, id((TRequest)request))];

    private static Func<IRequest, Needed[]> Transaction<TRequest>(Func<TRequest, string?> id)
        where TRequest : IRequest => request => id((TRequest)request) is { } named
            ? [Needed.TransactionalId(AclOperation.Write, named)] : Nothing;
}
