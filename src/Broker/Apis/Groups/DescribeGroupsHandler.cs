using Platform.Broker.Coordination;
using Platform.Broker.Network;
using Platform.Protocol;
using Platform.Protocol.Messages;

namespace Platform.Broker.Apis.Groups;

/// <summary>DescribeGroups (key 15): state and members of classic groups.</summary>
/// <remarks>v4 instance ids · v6 a group that does not exist is an error.</remarks>
internal sealed class DescribeGroupsHandler(GroupCoordinator groups)
    : IApiHandler<DescribeGroupsRequest, DescribeGroupsResponse>
{
    public async ValueTask<DescribeGroupsResponse?> HandleAsync(
        DescribeGroupsRequest request, RequestContext context) =>
        await groups.DescribeGroupsAsync(request, GroupClient.Of(context));

    public DescribeGroupsResponse? Fail(DescribeGroupsRequest request, ErrorCode error, string message) =>
        new() { Groups = [.. request.Groups.SelectMany(id => GroupErrors.Describe(id, error).Groups)] };
}
