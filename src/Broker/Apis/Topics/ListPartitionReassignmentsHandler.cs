using Platform.Broker.Metadata;
using Platform.Broker.Network;
using Platform.Protocol;
using Platform.Protocol.Messages;

namespace Platform.Broker.Apis.Topics;

/// <summary>ListPartitionReassignments (key 46): asks the active controller which moves are under way.</summary>
internal sealed class ListPartitionReassignmentsHandler(IControllerChannel controller)
    : IApiHandler<ListPartitionReassignmentsRequest, ListPartitionReassignmentsResponse>
{
    public async ValueTask<ListPartitionReassignmentsResponse?> HandleAsync(
        ListPartitionReassignmentsRequest request, RequestContext context) =>
        await controller.SendAsync(request, context);

    public ListPartitionReassignmentsResponse? Fail(
        ListPartitionReassignmentsRequest request, ErrorCode error, string message) =>
        new() { ErrorCode = error, ErrorMessage = message };
}
