using Platform.Broker.Metadata;
using Platform.Broker.Network;
using Platform.Protocol;
using Platform.Protocol.Messages;

namespace Platform.Broker.Apis.Quorum;

/// <summary>DescribeQuorum (key 55): who is in the quorum, and how far; answered by its leader.</summary>
internal sealed class DescribeQuorumHandler(IControllerChannel controller)
    : IApiHandler<DescribeQuorumRequest, DescribeQuorumResponse>
{
    public async ValueTask<DescribeQuorumResponse?> HandleAsync(
        DescribeQuorumRequest request, RequestContext context) =>
        await controller.SendAsync(request);

    public DescribeQuorumResponse? Fail(DescribeQuorumRequest request, ErrorCode error, string message) =>
        new() { ErrorCode = error };
}
