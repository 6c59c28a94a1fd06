using Platform.Broker.Coordination;
using Platform.Broker.Network;
using Platform.Protocol;
using Platform.Protocol.Messages;

namespace Platform.Broker.Apis.Transactions;

/// <summary>WriteTxnMarkers (key 27): ends transactions in partitions that this broker leads. Sent by transaction
/// coordinators, and by operators to abort a transaction that hangs.</summary>
/// <remarks>v2 version of the transaction protocol (KIP-1228).</remarks>
internal sealed class WriteTxnMarkersHandler(MarkerWriter writer)
    : IApiHandler<WriteTxnMarkersRequest, WriteTxnMarkersResponse>
{
    public async ValueTask<WriteTxnMarkersResponse?> HandleAsync(
        WriteTxnMarkersRequest request, RequestContext context) => await writer.WriteAsync(request);

    public WriteTxnMarkersResponse? Fail(WriteTxnMarkersRequest request, ErrorCode error, string message) => new()
    {
        Markers = request.Markers.ConvertAll(marker => new WriteTxnMarkersResponse.WritableTxnMarkerResult
        {
            ProducerId = marker.ProducerId,
            Topics = marker.Topics.ConvertAll(topic => new WriteTxnMarkersResponse.WritableTxnMarkerTopicResult
            {
                Name = topic.Name,
                Partitions = topic.PartitionIndexes.ConvertAll(
                    index => new WriteTxnMarkersResponse.WritableTxnMarkerPartitionResult
                    {
                        PartitionIndex = index,
                        ErrorCode = error,
                    }),
            }),
        }),
    };
}
