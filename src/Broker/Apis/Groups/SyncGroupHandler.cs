using Platform.Broker.Coordination;
using Platform.Broker.Network;
using Platform.Protocol;
using Platform.Protocol.Messages;

namespace Platform.Broker.Apis.Groups;

/// <summary>SyncGroup (key 14): brings or fetches an assignment; followers wait for their leader.</summary>
/// <remarks>v3 static members · v5 protocol type and name.</remarks>
internal sealed class SyncGroupHandler(GroupCoordinator groups)
    : IApiHandler<SyncGroupRequest, SyncGroupResponse>
{
    public async ValueTask<SyncGroupResponse?> HandleAsync(SyncGroupRequest request, RequestContext context) =>
        await groups.SyncGroupAsync(request, GroupClient.Of(context));

    public SyncGroupResponse? Fail(SyncGroupRequest request, ErrorCode error, string message) =>
        new() { ErrorCode = error };
}
