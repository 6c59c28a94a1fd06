using Platform.Broker.Network;
using Platform.Broker.Quorum;
using Platform.Protocol;
using Platform.Protocol.Messages;

namespace Platform.Broker.Apis.Quorum;

/// <summary>Vote (key 52): a voter asks for this voter's vote, or with KIP-996 whether it would get it.</summary>
internal sealed class VoteHandler(ControllerLoop quorum)
    : IApiHandler<VoteRequest, VoteResponse>
{
    public async ValueTask<VoteResponse?> HandleAsync(
        VoteRequest request, RequestContext context) =>
        (VoteResponse)await quorum.HandleRequest(request);

    public VoteResponse? Fail(VoteRequest request, ErrorCode error, string message) =>
        new() { ErrorCode = error };
}
