using Platform.Protocol;
using Platform.Protocol.Messages;

namespace Platform.Cluster.Controller;

/// <summary>All requests that the active controller answers by changing metadata, each with its operation.</summary>
public static class ControllerOperations
{
    /// <summary>Runs the operation of a request.</summary>
    /// <exception cref="NotSupportedException">The controller does not answer such requests.</exception>
    public static ControllerResult<IResponse> Handle(ControllerContext controller, IRequest request) => request switch
    {
        BrokerRegistrationRequest registration => Untyped(RegisterBroker.Handle(controller, registration)),
        BrokerHeartbeatRequest heartbeat => Untyped(BrokerHeartbeat.Handle(controller, heartbeat)),
        UnregisterBrokerRequest unregistration => Untyped(UnregisterBroker.Handle(controller, unregistration)),
        CreateTopicsRequest creation => Untyped(CreateTopics.Handle(controller, creation)),
        DeleteTopicsRequest deletion => Untyped(DeleteTopics.Handle(controller, deletion)),
        CreatePartitionsRequest growth => Untyped(CreatePartitions.Handle(controller, growth)),
        AlterConfigsRequest alteration => Untyped(AlterConfigs.Handle(controller, alteration)),
        IncrementalAlterConfigsRequest alteration => Untyped(IncrementalAlterConfigs.Handle(controller, alteration)),
        AssignReplicasToDirsRequest assignment => Untyped(AssignReplicasToDirs.Handle(controller, assignment)),
        AlterPartitionRequest alteration => Untyped(AlterPartition.Handle(controller, alteration)),
        AlterPartitionReassignmentsRequest alteration =>
            Untyped(AlterPartitionReassignments.Handle(controller, alteration)),
        ListPartitionReassignmentsRequest list => Untyped(ListPartitionReassignments.Handle(controller, list)),
        ElectLeadersRequest election => Untyped(ElectLeaders.Handle(controller, election)),
        ControllerRegistrationRequest registration => Untyped(RegisterController.Handle(controller, registration)),
        UnregisterControllerRequest unregistration => Untyped(UnregisterController.Handle(controller, unregistration)),
        AlterClientQuotasRequest alteration => Untyped(AlterClientQuotas.Handle(controller, alteration)),
        CreateAclsRequest creation => Untyped(CreateAcls.Handle(controller, creation)),
        DeleteAclsRequest deletion => Untyped(DeleteAcls.Handle(controller, deletion)),
        AlterUserScramCredentialsRequest alteration => Untyped(AlterUserScramCredentials.Handle(controller, alteration)),
        UpdateFeaturesRequest update => Untyped(UpdateFeatures.Handle(controller, update)),
        AllocateProducerIdsRequest allocation => Untyped(AllocateProducerIds.Handle(controller, allocation)),
        _ => throw new NotSupportedException($"the controller does not answer {request.ApiKey}"),
    };

    private static ControllerResult<IResponse> Untyped<T>(ControllerResult<T> result)
        where T : IResponse => new(result.Records, result.Response);
}
