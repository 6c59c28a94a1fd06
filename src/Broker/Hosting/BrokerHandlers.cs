using Microsoft.Extensions.Logging;
using Platform.Broker.Apis.Cluster;
using Platform.Broker.Apis.Configs;
using Platform.Broker.Apis.Data;
using Platform.Broker.Apis.Groups;
using Platform.Broker.Apis.Quorum;
using Platform.Broker.Apis.Quotas;
using Platform.Broker.Apis.Security;
using Platform.Broker.Apis.Topics;
using Platform.Broker.Apis.Transactions;
using Platform.Broker.Coordination;
using Platform.Broker.Metadata;
using Platform.Broker.Network;
using Platform.Broker.Observability;
using Platform.Broker.Replication;
using Platform.Broker.Schemas;
using Platform.Broker.Security;
using Platform.Broker.Tiering;
using Platform.Cluster.Configuration;
using Platform.Cluster.FetchSessions;
using Platform.Storage;

namespace Platform.Broker.Hosting;

/// <summary>The parts of a node that handlers are made of.</summary>
internal sealed record HandlerParts(
    BrokerConfig Config,
    MetadataCache Metadata,
    IControllerChannel Controller,
    ReplicaManager Replicas,
    LogManager Logs,
    IFileSystem Files,
    GroupCoordinator Groups,
    TransactionParts Transactions,
    ProducerIdManager ProducerIds,
    AutoTopicCreation TopicCreation,
    IInternalTopics InternalTopics,
    BrokerTopicMetrics TopicMetrics,
    ClientQuotaManager Quotas,
    SchemaValidation Schemas,
    Authorizer Access,
    ILoggerFactory Logging)
{
    /// <summary>Finds offsets in remote storage; null when no topic of this cluster is tiered.</summary>
    public RemoteTimestampLookup? RemoteLookup { get; init; }

    /// <summary>Moves partitions between log directories.</summary>
    public required ReplicaAlterLogDirsManager Moves { get; init; }
}

/// <summary>The table of all APIs that a broker answers. What is not here is not advertised.</summary>
internal static class BrokerHandlers
{
    /// <summary>Fills the table.</summary>
    public static ApiHandlerTable Create(HandlerParts parts)
    {
        var table = new ApiHandlerTable(
            parts.Logging.CreateLogger<ApiHandlerTable>(), new ApiGuards(parts.Access, parts.Metadata, isController: false));
        table.Add(new ApiVersionsHandler(table, parts.Metadata));
        AddData(table, parts);
        AddMetadata(table, parts);
        AddGroups(table, parts);
        AddTransactions(table, parts);
        AddSecurity(table, parts);
        return table;
    }

    private static void AddData(ApiHandlerTable table, HandlerParts parts)
    {
        var sessions = new FetchSessionCache(
            parts.Config[BrokerConfigs.MaxIncrementalFetchSessionCacheSlots], () => Random.Shared.Next());
        table
            .Add(new ProduceHandler(
                parts.Replicas, Gate(parts), parts.Metadata, parts.TopicMetrics, parts.Quotas))
            .Add(new FetchHandler(
                parts.Replicas, sessions, parts.Metadata, parts.TopicMetrics, parts.Quotas,
                new FetchAccess(parts.Access, parts.Metadata), parts.Config[BrokerConfigs.FetchMaxBytes]))
            .Add(new ListOffsetsHandler(parts.Replicas, parts.Metadata, Lookup(parts)))
            .Add(new OffsetForLeaderEpochHandler(parts.Replicas, parts.Metadata))
            .Add(new DeleteRecordsHandler(parts.Replicas, parts.Metadata))
            .Add(new AlterReplicaLogDirsHandler(parts.Replicas, parts.Logs, parts.Moves))
            .Add(new DescribeLogDirsHandler(parts.Replicas, parts.Logs, parts.Files));
    }

    private static ProduceGate Gate(HandlerParts parts) => new(
        new TransactionalProduce(parts.Replicas, parts.Transactions.Verifier, parts.Transactions.IsVerificationOn),
        parts.Schemas);

    private static RemoteListOffsets? Lookup(HandlerParts parts) => parts.RemoteLookup is not { } lookup ? null
        : new RemoteListOffsets(lookup, () => parts.Metadata.Image.Configurations.Effective(
            parts.Config, parts.Config.Node.Id)[BrokerConfigs.RemoteListOffsetsRequestTimeoutMs]);

    private static void AddMetadata(ApiHandlerTable table, HandlerParts parts)
    {
        table
            .Add(new MetadataHandler(parts.Metadata, parts.TopicCreation))
            .Add(new DescribeTopicPartitionsHandler(
                parts.Metadata, parts.Config[BrokerConfigs.MaxRequestPartitionSizeLimit]))
            .Add(new DescribeClusterHandler(parts.Metadata))
            .Add(new UnregisterBrokerHandler(parts.Controller))
            .Add(new UnregisterControllerHandler(parts.Controller))
            .Add(new UpdateFeaturesHandler(parts.Controller))
            .Add(new DescribeClientQuotasHandler(parts.Metadata))
            .Add(new AlterClientQuotasHandler(parts.Controller))
            .Add(new DescribeQuorumHandler(parts.Controller))
            .Add(new AddRaftVoterHandler(parts.Controller))
            .Add(new RemoveRaftVoterHandler(parts.Controller))
            .Add(new CreateTopicsHandler(parts.Controller))
            .Add(new DeleteTopicsHandler(parts.Controller))
            .Add(new CreatePartitionsHandler(parts.Controller))
            .Add(new DescribeConfigsHandler(parts.Metadata, parts.Config))
            .Add(new AlterConfigsHandler(parts.Controller))
            .Add(new IncrementalAlterConfigsHandler(parts.Controller))
            .Add(new ListConfigResourcesHandler(parts.Metadata))
            .Add(new AlterPartitionReassignmentsHandler(parts.Controller))
            .Add(new ListPartitionReassignmentsHandler(parts.Controller))
            .Add(new ElectLeadersHandler(parts.Controller));
    }

    private static void AddSecurity(ApiHandlerTable table, HandlerParts parts) => table
        .Add(new DescribeAclsHandler(parts.Metadata, parts.Access))
        .Add(new CreateAclsHandler(parts.Controller, parts.Access))
        .Add(new DeleteAclsHandler(parts.Controller, parts.Access))
        .Add(new DescribeUserScramCredentialsHandler(parts.Metadata))
        .Add(new AlterUserScramCredentialsHandler(parts.Controller));

    private static void AddTransactions(ApiHandlerTable table, HandlerParts parts)
    {
        var transactions = parts.Transactions;
        table
            .Add(new InitProducerIdHandler(parts.ProducerIds, transactions.Coordinator))
            .Add(new AddPartitionsToTxnHandler(transactions.Coordinator, () => parts.Metadata.Image))
            .Add(new AddOffsetsToTxnHandler(transactions.Coordinator, parts.Groups, parts.InternalTopics))
            .Add(new EndTxnHandler(transactions.Coordinator))
            .Add(new WriteTxnMarkersHandler(transactions.Markers))
            .Add(new TxnOffsetCommitHandler(
                parts.Groups, transactions.Verifier, () => parts.Metadata.Image, transactions.IsVerificationOn))
            .Add(new DescribeProducersHandler(parts.Replicas, parts.Metadata))
            .Add(new DescribeTransactionsHandler(transactions.Coordinator))
            .Add(new ListTransactionsHandler(transactions.Coordinator));
    }

    private static void AddGroups(ApiHandlerTable table, HandlerParts parts) => table

        .Add(new FindCoordinatorHandler(
            parts.Groups, parts.Transactions.Coordinator.PartitionFor, parts.InternalTopics, () => parts.Metadata.Image))
        .Add(new JoinGroupHandler(parts.Groups))
        .Add(new SyncGroupHandler(parts.Groups))
        .Add(new HeartbeatHandler(parts.Groups))
        .Add(new LeaveGroupHandler(parts.Groups))
        .Add(new OffsetCommitHandler(parts.Groups, () => parts.Metadata.Image))
        .Add(new OffsetFetchHandler(parts.Groups, () => parts.Metadata.Image))
        .Add(new OffsetDeleteHandler(parts.Groups))
        .Add(new DescribeGroupsHandler(parts.Groups))
        .Add(new ListGroupsHandler(parts.Groups))
        .Add(new DeleteGroupsHandler(parts.Groups));
}
