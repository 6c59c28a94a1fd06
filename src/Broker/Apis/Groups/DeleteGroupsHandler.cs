using Platform.Broker.Coordination;
using Platform.Broker.Network;
using Platform.Protocol;
using Platform.Protocol.Messages;

namespace Platform.Broker.Apis.Groups;

/// <summary>DeleteGroups (key 42): removes groups without members, with their offsets.</summary>
/// <remarks>v3 messages.</remarks>
internal sealed class DeleteGroupsHandler(GroupCoordinator groups)
    : IApiHandler<DeleteGroupsRequest, DeleteGroupsResponse>
{
    public async ValueTask<DeleteGroupsResponse?> HandleAsync(DeleteGroupsRequest request, RequestContext context) =>
        await groups.DeleteGroupsAsync(request, GroupClient.Of(context));

    public DeleteGroupsResponse? Fail(DeleteGroupsRequest request, ErrorCode error, string message) =>
        new() { Results = [.. request.GroupsNames.SelectMany(id => GroupErrors.Delete(id, error).Results)] };
}
