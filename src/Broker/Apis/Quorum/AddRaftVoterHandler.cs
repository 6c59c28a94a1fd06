using Platform.Broker.Metadata;
using Platform.Broker.Network;
using Platform.Protocol;
using Platform.Protocol.Messages;

namespace Platform.Broker.Apis.Quorum;

/// <summary>AddRaftVoter (key 80): a node that follows the metadata log gets a vote (KIP-853); decided by the leader of the quorum.</summary>
internal sealed class AddRaftVoterHandler(IControllerChannel controller)
    : IApiHandler<AddRaftVoterRequest, AddRaftVoterResponse>
{
    public async ValueTask<AddRaftVoterResponse?> HandleAsync(AddRaftVoterRequest request, RequestContext context) =>
        await controller.SendAsync(request, context);

    public AddRaftVoterResponse? Fail(AddRaftVoterRequest request, ErrorCode error, string message) =>
        new() { ErrorCode = error, ErrorMessage = message };
}
