using Platform.Broker.Coordination;
using Platform.Broker.Network;
using Platform.Protocol;
using Platform.Protocol.Messages;

namespace Platform.Broker.Apis.Groups;

/// <summary>ListGroups (key 16): the groups that this broker coordinates; clients ask every broker.</summary>
/// <remarks>v4 filter by state · v5 filter by type.</remarks>
internal sealed class ListGroupsHandler(GroupCoordinator groups)
    : IApiHandler<ListGroupsRequest, ListGroupsResponse>
{
    public async ValueTask<ListGroupsResponse?> HandleAsync(ListGroupsRequest request, RequestContext context) =>
        await groups.ListGroupsAsync(request, GroupClient.Of(context));

    public ListGroupsResponse? Fail(ListGroupsRequest request, ErrorCode error, string message) =>
        new() { ErrorCode = error };
}
