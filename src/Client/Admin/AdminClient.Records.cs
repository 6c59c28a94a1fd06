using Platform.Client.Metadata;
using Platform.Client.Network;
using Platform.Protocol;
using Platform.Protocol.Messages;

namespace Platform.Client.Admin;

public sealed partial class AdminClient
{
    /// <summary>Deletes every record below an offset; -1 means the end. The value is the partition's new
    /// start.</summary>
    public async Task<IReadOnlyDictionary<TopicPartition, (ErrorCode Error, long LowWatermark)>> DeleteRecordsAsync(
        IReadOnlyDictionary<TopicPartition, long> beforeOffsets, CancellationToken cancellation = default)
    {
        var requests = new LeaderRequests<long>(_cluster);
        return await requests.RunAsync([.. beforeOffsets.Keys], async (nodeId, partitions, token) =>
        {
            var request = RequestFor(partitions, beforeOffsets);
            var response = await _cluster.SendAsync(request, Destination.Node(nodeId), default, token);
            return response.Topics.SelectMany(topic => topic.Partitions.Select(partition => (topic.Name, partition)))
                .ToDictionary(
                    entry => new TopicPartition(entry.Name, entry.partition.PartitionIndex),
                    entry => (entry.partition.ErrorCode, entry.partition.LowWatermark));
        }, cancellation);
    }

    private DeleteRecordsRequest RequestFor(
        IReadOnlyList<TopicPartition> partitions, IReadOnlyDictionary<TopicPartition, long> beforeOffsets) => new()
    {
        TimeoutMs = TimeoutMs,
        Topics = [.. partitions.GroupBy(partition => partition.Topic).Select(topic =>
            new DeleteRecordsRequest.DeleteRecordsTopic
        {
            Name = topic.Key,
            Partitions = [.. topic.Select(partition => new DeleteRecordsRequest.DeleteRecordsPartition
            {
                PartitionIndex = partition.Partition,
                Offset = beforeOffsets[partition],
            })],
        })],
    };
}
