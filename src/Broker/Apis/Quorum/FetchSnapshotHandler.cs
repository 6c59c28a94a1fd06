using Platform.Broker.Network;
using Platform.Broker.Quorum;
using Platform.Protocol;
using Platform.Protocol.Messages;

namespace Platform.Broker.Apis.Quorum;

/// <summary>FetchSnapshot (key 59): a node that is behind the start of the metadata log reads a snapshot (KIP-630).</summary>
internal sealed class FetchSnapshotHandler(ControllerLoop quorum)
    : IApiHandler<FetchSnapshotRequest, FetchSnapshotResponse>
{
    public async ValueTask<FetchSnapshotResponse?> HandleAsync(
        FetchSnapshotRequest request, RequestContext context) =>
        (FetchSnapshotResponse)await quorum.HandleRequest(request);

    public FetchSnapshotResponse? Fail(FetchSnapshotRequest request, ErrorCode error, string message) =>
        new() { ErrorCode = error };
}
