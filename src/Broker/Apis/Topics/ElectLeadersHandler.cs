using Platform.Broker.Metadata;
using Platform.Broker.Network;
using Platform.Protocol;
using Platform.Protocol.Messages;

namespace Platform.Broker.Apis.Topics;

/// <summary>ElectLeaders (key 43): asks the active controller to give leadership back to preferred replicas.</summary>
/// <remarks>v1 unclean elections (KIP-460).</remarks>
internal sealed class ElectLeadersHandler(IControllerChannel controller) : IApiHandler<ElectLeadersRequest,
    ElectLeadersResponse>
{
    public async ValueTask<ElectLeadersResponse?> HandleAsync(ElectLeadersRequest request, RequestContext context) =>
        await controller.SendAsync(request, context);

    public ElectLeadersResponse? Fail(ElectLeadersRequest request, ErrorCode error, string message) => new()
    {
        // Version 0 has only the place of each partition.
        ErrorCode = request.TopicPartitions is null ? error : ErrorCode.None,
        ReplicaElectionResults = (request.TopicPartitions ?? []).ConvertAll(topic =>
        new ElectLeadersResponse.ReplicaElectionResult
        {
            Topic = topic.Topic,
            PartitionResult = topic.Partitions.ConvertAll(partition => new ElectLeadersResponse.PartitionResult
            {
                PartitionId = partition,
                ErrorCode = error,
                ErrorMessage = message,
            }),
        }),
    };
}
