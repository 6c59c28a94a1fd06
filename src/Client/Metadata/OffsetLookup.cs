using Platform.Client.Admin;
using Platform.Client.Network;
using Platform.Protocol;
using Platform.Protocol.Messages;

namespace Platform.Client.Metadata;

/// <summary>Looks up offsets by time or place (ListOffsets), for the admin client and the consumer.</summary>
internal static class OffsetLookup
{
    private const sbyte ReadCommitted = 1;
    private const short FirstMaxTimestampVersion = 7;

    public static async Task<IReadOnlyDictionary<TopicPartition, ListOffsetsResult>> RunAsync(
        KafkaCluster cluster, IReadOnlyDictionary<TopicPartition, OffsetSpec> specs, bool readCommitted,
        CancellationToken cancellation)
    {
        var requests = new LeaderRequests<ListOffsetsResult>(cluster);
        var found = await requests.RunAsync([.. specs.Keys], async (nodeId, partitions, token) =>
        {
            var request = Request(cluster.Metadata, partitions, specs, readCommitted);
            var response = await cluster.SendAsync<ListOffsetsResponse>(
                ApiKey.ListOffsets, version => Checked(request, version, specs), Destination.Node(nodeId), default,
                token);
            return Parse(response);
        }, cancellation);
        return found.ToDictionary(entry => entry.Key, entry => entry.Value.Error == ErrorCode.None
            ? entry.Value.Value : new ListOffsetsResult(-1, -1, -1, entry.Value.Error));
    }

    private static ListOffsetsRequest Checked(
        ListOffsetsRequest request, short version, IReadOnlyDictionary<TopicPartition, OffsetSpec> specs)
    {
        if (version < FirstMaxTimestampVersion && specs.Values.Any(spec => spec == OffsetSpec.MaxTimestamp))
            throw new KafkaException(ErrorCode.UnsupportedVersion,
                "the broker cannot look up the largest timestamp (KIP-734)");
        if (specs.Values.Any(spec => version < FirstVersionOf(spec)))
            throw new KafkaException(ErrorCode.UnsupportedVersion,
                "the broker cannot look up the borders of remote storage (KIP-405)");
        request.IsolationLevel = version >= 2 ? request.IsolationLevel : (sbyte)0;
        return request;
    }

    private static short FirstVersionOf(OffsetSpec spec) => spec == OffsetSpec.EarliestLocal ? (short)8
        : spec == OffsetSpec.LatestTiered ? (short)9
        : spec == OffsetSpec.EarliestPendingUpload ? (short)11 : (short)0;

    private static ListOffsetsRequest Request(
        ClusterMetadata metadata, IReadOnlyList<TopicPartition> partitions,
        IReadOnlyDictionary<TopicPartition, OffsetSpec> specs, bool readCommitted) => new()
    {
        ReplicaId = -1,
        IsolationLevel = readCommitted ? ReadCommitted : (sbyte)0,
        TimeoutMs = 0,
        Topics = [.. partitions.GroupBy(partition => partition.Topic)
            .Select(topic => new ListOffsetsRequest.ListOffsetsTopic
        {
            Name = topic.Key,
            Partitions = [.. topic.Select(partition => new ListOffsetsRequest.ListOffsetsPartition
            {
                PartitionIndex = partition.Partition,
                CurrentLeaderEpoch = metadata.Partition(partition)?.LeaderEpoch ?? -1,
                Timestamp = specs[partition].Timestamp,
            })],
        })],
    };

    private static Dictionary<TopicPartition, (ErrorCode, ListOffsetsResult)> Parse(ListOffsetsResponse response)
    {
        var results = new Dictionary<TopicPartition, (ErrorCode, ListOffsetsResult)>();
        foreach (var topic in response.Topics)
            foreach (var found in topic.Partitions)
                results[new TopicPartition(topic.Name, found.PartitionIndex)] =
                    (found.ErrorCode, new ListOffsetsResult(found.Offset, found.Timestamp, found.LeaderEpoch));
        return results;
    }
}
