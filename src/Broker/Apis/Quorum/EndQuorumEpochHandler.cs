using Platform.Broker.Network;
using Platform.Broker.Quorum;
using Platform.Protocol;
using Platform.Protocol.Messages;

namespace Platform.Broker.Apis.Quorum;

/// <summary>EndQuorumEpoch (key 54): the leader of the quorum steps down and names its successors.</summary>
internal sealed class EndQuorumEpochHandler(ControllerLoop quorum)
    : IApiHandler<EndQuorumEpochRequest, EndQuorumEpochResponse>
{
    public async ValueTask<EndQuorumEpochResponse?> HandleAsync(
        EndQuorumEpochRequest request, RequestContext context) =>
        (EndQuorumEpochResponse)await quorum.HandleRequest(request);

    public EndQuorumEpochResponse? Fail(EndQuorumEpochRequest request, ErrorCode error, string message) =>
        new() { ErrorCode = error };
}
