using Platform.Broker.Coordination;
using Platform.Broker.Network;
using Platform.Protocol;
using Platform.Protocol.Messages;

namespace Platform.Broker.Apis.Groups;

/// <summary>OffsetDelete (key 47): forgets offsets of topics that a group no longer reads (KIP-496).</summary>
/// <remarks>One version.</remarks>
internal sealed class OffsetDeleteHandler(GroupCoordinator groups)
    : IApiHandler<OffsetDeleteRequest, OffsetDeleteResponse>
{
    public async ValueTask<OffsetDeleteResponse?> HandleAsync(OffsetDeleteRequest request, RequestContext context) =>
        await groups.DeleteOffsetsAsync(request, GroupClient.Of(context));

    public OffsetDeleteResponse? Fail(OffsetDeleteRequest request, ErrorCode error, string message) =>
        GroupErrors.OffsetDelete(error);
}
