using Platform.Broker.Metadata;
using Platform.Broker.Network;
using Platform.Protocol;
using Platform.Protocol.Messages;

namespace Platform.Broker.Apis.Brokers;

/// <summary>AlterPartition (key 56): the leader of partitions changes their in-sync replicas.</summary>
internal sealed class AlterPartitionHandler(IControllerChannel controller)
    : IApiHandler<AlterPartitionRequest, AlterPartitionResponse>
{
    public async ValueTask<AlterPartitionResponse?> HandleAsync(
        AlterPartitionRequest request, RequestContext context) =>
        await controller.SendAsync(request);

    public AlterPartitionResponse? Fail(AlterPartitionRequest request, ErrorCode error, string message) =>
        new() { ErrorCode = error };
}
