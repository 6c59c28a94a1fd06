using Platform.Protocol;
using Platform.Protocol.Messages;

namespace Platform.Cluster.Controller;

/// <summary>UnregisterBroker (key 64): an operator says that a broker will not come back.</summary>
public static class UnregisterBroker
{
    /// <summary>Answers the request.</summary>
    public static ControllerResult<UnregisterBrokerResponse> Handle(ControllerContext controller,
        UnregisterBrokerRequest request)
    {
        if (controller.Image.Cluster.Broker(request.BrokerId) is not { } broker)
            return ControllerResult<UnregisterBrokerResponse>.NoChange(new()
            {
                ErrorCode = ErrorCode.BrokerIdNotRegistered,
                ErrorMessage = $"broker {request.BrokerId} is not registered",
            });
        controller.Heartbeats.Remove(broker.Id);
        return new(
            [.. PartitionChanges.WithoutBroker(controller, broker.Id),
             new UnregisterBrokerRecord { BrokerId = broker.Id, BrokerEpoch = broker.Epoch }], new());
    }
}
