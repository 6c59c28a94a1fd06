using Platform.Broker.Coordination;
using Platform.Broker.Network;
using Platform.Protocol;
using Platform.Protocol.Messages;

namespace Platform.Broker.Apis.Groups;

/// <summary>LeaveGroup (key 13): members go, so that the others need not wait for the end of their sessions.</summary>
/// <remarks>v3 several members, static ones by name (KIP-345) · v5 reasons.</remarks>
internal sealed class LeaveGroupHandler(GroupCoordinator groups)
    : IApiHandler<LeaveGroupRequest, LeaveGroupResponse>
{
    public async ValueTask<LeaveGroupResponse?> HandleAsync(LeaveGroupRequest request, RequestContext context) =>
        await groups.LeaveGroupAsync(request, GroupClient.Of(context));

    public LeaveGroupResponse? Fail(LeaveGroupRequest request, ErrorCode error, string message) =>
        GroupErrors.Leave(error);
}
