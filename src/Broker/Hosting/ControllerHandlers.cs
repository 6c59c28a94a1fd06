using Microsoft.Extensions.Logging;
using Platform.Broker.Apis.Brokers;
using Platform.Broker.Apis.Cluster;
using Platform.Broker.Apis.Configs;
using Platform.Broker.Apis.Quorum;
using Platform.Broker.Apis.Quotas;
using Platform.Broker.Apis.Topics;
using Platform.Broker.Metadata;
using Platform.Broker.Network;

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
        var forwarded = AddForwarded(new ApiHandlerTable(logger), controller);
        var table = AddForwarded(new ApiHandlerTable(logger), controller);
        return table
            .Add(new ApiVersionsHandler(table, node.Metadata))
            .Add(new EnvelopeHandler(new RequestDispatcher(forwarded, node.Options.Time), node.Quorum))
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
            .Add(new AlterPartitionHandler(controller))
            .Add(new AllocateProducerIdsHandler(controller));
    }

    // What clients ask of any broker, or directly of a controller.
    private static ApiHandlerTable AddForwarded(ApiHandlerTable table, IControllerChannel controller) => table
        .Add(new UnregisterBrokerHandler(controller))
        .Add(new AddRaftVoterHandler(controller))
        .Add(new RemoveRaftVoterHandler(controller))
        .Add(new UpdateFeaturesHandler(controller))
        .Add(new AlterClientQuotasHandler(controller))
        .Add(new CreateTopicsHandler(controller))
        .Add(new DeleteTopicsHandler(controller))
        .Add(new CreatePartitionsHandler(controller))
        .Add(new AlterConfigsHandler(controller))
        .Add(new IncrementalAlterConfigsHandler(controller))
        .Add(new AlterPartitionReassignmentsHandler(controller))
        .Add(new ListPartitionReassignmentsHandler(controller))
        .Add(new ElectLeadersHandler(controller));
}
