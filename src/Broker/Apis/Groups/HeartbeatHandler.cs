using Platform.Broker.Coordination;
using Platform.Broker.Network;
using Platform.Protocol;
using Platform.Protocol.Messages;

namespace Platform.Broker.Apis.Groups;

/// <summary>Heartbeat (key 12): a member is alive, and learns whether it must rejoin.</summary>
/// <remarks>v3 static members.</remarks>
internal sealed class HeartbeatHandler(GroupCoordinator groups)
    : IApiHandler<HeartbeatRequest, HeartbeatResponse>
{
    public async ValueTask<HeartbeatResponse?> HandleAsync(HeartbeatRequest request, RequestContext context) =>
        await groups.HeartbeatAsync(request, GroupClient.Of(context));

    public HeartbeatResponse? Fail(HeartbeatRequest request, ErrorCode error, string message) =>
        new() { ErrorCode = error };
}
