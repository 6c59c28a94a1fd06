using Platform.Broker.Metadata;
using Platform.Broker.Network;
using Platform.Protocol;
using Platform.Protocol.Messages;

namespace Platform.Broker.Apis.Brokers;

/// <summary>AssignReplicasToDirs (key 73): a broker tells in which of its directories it keeps replicas
/// (KIP-858).</summary>
internal sealed class AssignReplicasToDirsHandler(IControllerChannel controller)
    : IApiHandler<AssignReplicasToDirsRequest, AssignReplicasToDirsResponse>
{
    public async ValueTask<AssignReplicasToDirsResponse?> HandleAsync(
        AssignReplicasToDirsRequest request, RequestContext context) =>
        await controller.SendAsync(request);

    public AssignReplicasToDirsResponse? Fail(AssignReplicasToDirsRequest request, ErrorCode error, string message) =>
        new() { ErrorCode = error };
}
