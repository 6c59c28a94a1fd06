using Platform.Protocol;
using Platform.Protocol.Messages;

namespace Platform.Cluster.Controller;

/// <summary>AllocateProducerIds (key 67): gives a broker a block of producer ids that nobody else has.</summary>
public static class AllocateProducerIds
{
    /// <summary>Answers the request.</summary>
    public static ControllerResult<AllocateProducerIdsResponse> Handle(
        ControllerContext controller, AllocateProducerIdsRequest request)
    {
        if (BrokerChecks.Epoch(controller.Image, request.BrokerId, request.BrokerEpoch) is { } error)
            return ControllerResult<AllocateProducerIdsResponse>.NoChange(new() { ErrorCode = error });
        var first = controller.Image.ProducerIds.NextProducerId;
        if (first > long.MaxValue - ControllerLimits.ProducerIdBlockSize)
            return ControllerResult<AllocateProducerIdsResponse>.NoChange(
                new() { ErrorCode = ErrorCode.UnknownServerError });
        return new(
            [new ProducerIdsRecord
            {
                BrokerId = request.BrokerId,
                BrokerEpoch = request.BrokerEpoch,
                NextProducerId = first + ControllerLimits.ProducerIdBlockSize,
            }],
            new() { ProducerIdStart = first, ProducerIdLen = ControllerLimits.ProducerIdBlockSize });
    }
}
