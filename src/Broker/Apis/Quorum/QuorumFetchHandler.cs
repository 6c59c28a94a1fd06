using Platform.Broker.Network;
using Platform.Broker.Quorum;
using Platform.Protocol;
using Platform.Protocol.Messages;

namespace Platform.Broker.Apis.Quorum;

/// <summary>Fetch (key 1) on the listener of a controller: voters and observers replicate the metadata log
/// (KIP-595).</summary>
internal sealed class QuorumFetchHandler(ControllerLoop quorum) : IApiHandler<FetchRequest, FetchResponse>
{
    public async ValueTask<FetchResponse?> HandleAsync(FetchRequest request, RequestContext context) =>
        (FetchResponse)await quorum.HandleRequest(request);

    public FetchResponse? Fail(FetchRequest request, ErrorCode error, string message) => new() { ErrorCode = error };
}
