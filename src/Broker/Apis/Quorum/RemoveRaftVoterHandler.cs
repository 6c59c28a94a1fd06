using Platform.Broker.Metadata;
using Platform.Broker.Network;
using Platform.Protocol;
using Platform.Protocol.Messages;

namespace Platform.Broker.Apis.Quorum;

/// <summary>RemoveRaftVoter (key 81): a voter loses its vote (KIP-853); decided by the leader of the quorum.</summary>
internal sealed class RemoveRaftVoterHandler(IControllerChannel controller)
    : IApiHandler<RemoveRaftVoterRequest, RemoveRaftVoterResponse>
{
    public async ValueTask<RemoveRaftVoterResponse?> HandleAsync(RemoveRaftVoterRequest request, RequestContext context) =>
        await controller.SendAsync(request, context);

    public RemoveRaftVoterResponse? Fail(RemoveRaftVoterRequest request, ErrorCode error, string message) =>
        new() { ErrorCode = error, ErrorMessage = message };
}
