using Platform.Broker.Metadata;
using Platform.Broker.Network;
using Platform.Protocol;
using Platform.Protocol.Messages;

namespace Platform.Broker.Apis.Topics;

/// <summary>AlterPartitionReassignments (key 45): has the active controller move partitions to other brokers, or stop
/// moving them.</summary>
internal sealed class AlterPartitionReassignmentsHandler(IControllerChannel controller)
    : IApiHandler<AlterPartitionReassignmentsRequest, AlterPartitionReassignmentsResponse>
{
    public async ValueTask<AlterPartitionReassignmentsResponse?> HandleAsync(
        AlterPartitionReassignmentsRequest request, RequestContext context) =>
        await controller.SendAsync(request, context);

    public AlterPartitionReassignmentsResponse? Fail(
        AlterPartitionReassignmentsRequest request, ErrorCode error, string message) =>
        new() { ErrorCode = error, ErrorMessage = message };
}
