using Platform.Broker.Network;
using Platform.Broker.Quorum;
using Platform.Protocol;
using Platform.Protocol.Messages;

namespace Platform.Broker.Apis.Quorum;

/// <summary>UpdateRaftVoter (key 82): a voter tells the leader where it listens now (KIP-853).</summary>
internal sealed class UpdateRaftVoterHandler(ControllerLoop quorum)
    : IApiHandler<UpdateRaftVoterRequest, UpdateRaftVoterResponse>
{
    public async ValueTask<UpdateRaftVoterResponse?> HandleAsync(
        UpdateRaftVoterRequest request, RequestContext context) =>
        (UpdateRaftVoterResponse)await quorum.HandleRequest(request);

    public UpdateRaftVoterResponse? Fail(UpdateRaftVoterRequest request, ErrorCode error, string message) =>
        new() { ErrorCode = error };
}
