using Microsoft.Extensions.Logging;
using Platform.Broker.Apis.Brokers;
using Platform.Broker.Apis.Cluster;
using Platform.Broker.Apis.Configs;
using Platform.Broker.Apis.Quorum;
using Platform.Broker.Apis.Quotas;
using Platform.Broker.Apis.Security;
using Platform.Broker.Apis.Topics;
using Platform.Broker.Metadata;
using Platform.Broker.Network;
using Platform.Broker.Security;

namespace Platform.Broker.Hosting;

/// <summary>The table of all APIs that a controller answers on its own listener.</summary>
internal static class ControllerHandlers
{
    /// <summary>Fills the table.</summary>
    /// <param name="node">The node.</param>
    /// <param name="controller">The controller of this very node.</param>
    public static ApiHandlerTable Create(NodeParts node, IControllerChannel controller)
    {
        var logger = node.Options.LoggerFactory.CreateLogger<ApiHandlerTable>();
        var guards = new ApiGuards(node.Access, node.Metadata, isController: true);
        var forwarded = AddForwarded(new ApiHandlerTable(logger, guards), controller, node);
        var table = AddForwarded(new ApiHandlerTable(logger, guards), controller, node);
        return table
            .Add(new ApiVersionsHandler(table, node.Metadata))
            .Add(new EnvelopeHandler(new RequestDispatcher(forwarded, node.Options.Time), node.Quorum))
            .Add(new DescribeAclsHandler(node.Metadata, node.Access))
            .Add(new DescribeUserScramCredentialsHandler(node.Metadata))
            .Add(new QuorumFetchHandler(node.Quorum))
            .Add(new FetchSnapshotHandler(node.Quorum))
            .Add(new VoteHandler(node.Quorum))
            .Add(new BeginQuorumEpochHandler(node.Quorum))
            .Add(new EndQuorumEpochHandler(node.Quorum))
            .Add(new UpdateRaftVoterHandler(node.Quorum))
            .Add(new ControllerRegistrationHandler(controller))
            .Add(new DescribeQuorumHandler(controller))
            .Add(new BrokerRegistrationHandler(controller))
            .Add(new BrokerHeartbeatHandler(controller))
            .Add(new AssignReplicasToDirsHandler(controller))
            .Add(new AlterPartitionHandler(controller))
            .Add(new AllocateProducerIdsHandler(controller));
    }

    // What clients ask of any broker, or directly of a controller.
    private static ApiHandlerTable AddForwarded(ApiHandlerTable table, IControllerChannel controller, NodeParts node) => table
        .Add(new UnregisterBrokerHandler(controller))
        .Add(new UnregisterControllerHandler(controller))
        .Add(new AddRaftVoterHandler(controller))
        .Add(new RemoveRaftVoterHandler(controller))
        .Add(new UpdateFeaturesHandler(controller))
        .Add(new AlterClientQuotasHandler(controller))
        .Add(new CreateAclsHandler(controller, node.Access))
        .Add(new DeleteAclsHandler(controller, node.Access))
        .Add(new AlterUserScramCredentialsHandler(controller))
        .Add(new CreateTopicsHandler(controller))
        .Add(new DeleteTopicsHandler(controller))
        .Add(new CreatePartitionsHandler(controller))
        .Add(new AlterConfigsHandler(controller))
        .Add(new IncrementalAlterConfigsHandler(controller))
        .Add(new AlterPartitionReassignmentsHandler(controller))
        .Add(new ListPartitionReassignmentsHandler(controller))
        .Add(new ElectLeadersHandler(controller));
}
