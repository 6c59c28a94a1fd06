using Platform.Broker.Network;
using Platform.Broker.Quorum;
using Platform.Protocol;
using Platform.Protocol.Messages;

namespace Platform.Broker.Apis.Quorum;

/// <summary>BeginQuorumEpoch (key 53): a new leader of the quorum makes itself known.</summary>
internal sealed class BeginQuorumEpochHandler(ControllerLoop quorum)
    : IApiHandler<BeginQuorumEpochRequest, BeginQuorumEpochResponse>
{
    public async ValueTask<BeginQuorumEpochResponse?> HandleAsync(
        BeginQuorumEpochRequest request, RequestContext context) =>
        (BeginQuorumEpochResponse)await quorum.HandleRequest(request);

    public BeginQuorumEpochResponse? Fail(BeginQuorumEpochRequest request, ErrorCode error, string message) =>
        new() { ErrorCode = error };
}
