using Platform.Broker.Coordination;
using Platform.Broker.Network;
using Platform.Protocol;
using Platform.Protocol.Messages;

namespace Platform.Broker.Apis.Groups;

/// <summary>JoinGroup (key 11): becomes a member of a group; answered when the group has its next generation.</summary>
/// <remarks>v1 rebalance timeout · v4 two steps (KIP-394) · v5 static members (KIP-345) · v9 skip assignment.</remarks>
internal sealed class JoinGroupHandler(GroupCoordinator groups)
    : IApiHandler<JoinGroupRequest, JoinGroupResponse>
{
    public async ValueTask<JoinGroupResponse?> HandleAsync(JoinGroupRequest request, RequestContext context) =>
        await groups.JoinGroupAsync(request, GroupClient.Of(context));

    public JoinGroupResponse? Fail(JoinGroupRequest request, ErrorCode error, string message) =>
        GroupErrors.Join(request, error);
}
