using Platform.Client;
using Platform.Client.Admin;
using Platform.Client.Metadata;
using Platform.Client.Network;
using Platform.Protocol;
using Platform.Protocol.Messages;
using Platform.Protocol.Records;

namespace Platform.Dashboard.Features.Messages;

/// <summary>
/// Reads messages for a person: little at a time, outside of any group, leaving no trace in the cluster.
/// </summary>
internal sealed class MessageReader(KafkaCluster cluster, AdminClient admin)
{
    private const int MaxBytesPerPartition = 512 * 1024;
    private const int MaxBytesPerFetch = 4 * 1024 * 1024;
    private const int MaxDecompressedBytes = 16 * 1024 * 1024;
    private const short LastVersionWithNames = 12;

    /// <summary>Start and end of partitions, or the offset at a time where <paramref name="spec"/> says so.</summary>
    public async Task<Dictionary<int, long>> OffsetsAsync(
        string topic, IEnumerable<int> partitions, OffsetSpec spec, CancellationToken cancellation)
    {
        var found = await admin.ListOffsetsAsync(
            partitions.Select(partition => new TopicPartition(topic, partition)), spec, cancellation);
        foreach (var (partition, result) in found)
            KafkaException.ThrowIfError(result.Error, $"offsets of {partition}");
        return found.ToDictionary(entry => entry.Key.Partition, entry => entry.Value.Offset);
    }

    /// <summary>
    /// Messages from these positions on, and the positions behind them. Waits up to <paramref name="maxWaitMs"/> when
    /// there is nothing.
    /// </summary>
    /// <exception cref="KafkaException">A leader cannot be asked, or refuses.</exception>
    public async Task<(IReadOnlyList<Message> Messages, Dictionary<int, long> Next)> FetchAsync(
        string topic, IReadOnlyDictionary<int, long> positions, int maxWaitMs, CancellationToken cancellation)
    {
        var metadata = await cluster.GetMetadataAsync([topic], cancellation);
        var leaders = positions.GroupBy(position =>
            LeaderOf(metadata, new TopicPartition(topic, position.Key))).ToList();
        // The stripes that one leader answers at once should not wait for those of another.
        var waitMs = leaders.Count > 1 ? Math.Min(maxWaitMs, 100) : maxWaitMs;
        var answers = await Task.WhenAll(leaders
            .Select(leader => FetchAsync(leader.Key, topic, leader, waitMs, cancellation)));
        var next = new Dictionary<int, long>(positions);
        var messages = new List<Message>();
        foreach (var partition in answers
            .SelectMany(answer => answer.Responses).SelectMany(answer => answer.Partitions))
            await CollectAsync(topic, partition, positions[partition.PartitionIndex], messages, next, cancellation);
        return (messages, next);
    }

    private static int LeaderOf(ClusterMetadata metadata, TopicPartition partition) =>
        metadata.LeaderOf(partition)?.Id
        ?? throw new KafkaException(ErrorCode.LeaderNotAvailable,
            $"{partition} has no leader just now; it cannot be read");

    private async Task<FetchResponse> FetchAsync(
        int leader, string topic, IEnumerable<KeyValuePair<int, long>> positions, int maxWaitMs,
        CancellationToken cancellation)
    {
        var request = new FetchRequest
        {
            MaxWaitMs = maxWaitMs,
            MinBytes = 1,
            MaxBytes = MaxBytesPerFetch,
            Topics = [new FetchRequest.FetchTopic
            {
                Topic = topic,
                Partitions = [.. positions.Select(position => new FetchRequest.FetchPartition
                {
                    Partition = position.Key,
                    FetchOffset = position.Value,
                    PartitionMaxBytes = MaxBytesPerPartition,
                })],
            }],
        };
        var connection = await cluster.ConnectAsync(Destination.Node(leader), ConnectionUse.Fetch, cancellation);
        var response = await connection.SendAsync(request,
            new RequestSettings(MaxVersion: LastVersionWithNames), cancellation);
        KafkaException.ThrowIfError(response.ErrorCode, $"reading {topic}");
        return response;
    }

    private async Task CollectAsync(
        string topic, FetchResponse.PartitionData partition, long position, List<Message> messages,
        Dictionary<int, long> next, CancellationToken cancellation)
    {
        if (partition.ErrorCode is ErrorCode.NotLeaderOrFollower or ErrorCode.FencedLeaderEpoch
            or ErrorCode.UnknownLeaderEpoch)
            await cluster.RefreshMetadataAsync([topic], cancellation);
        else if (partition.ErrorCode == ErrorCode.OffsetOutOfRange)
            next[partition.PartitionIndex] = Math.Max(partition.LogStartOffset, 0);
        else
            KafkaException.ThrowIfError(partition.ErrorCode, $"reading {topic}-{partition.PartitionIndex}");
        foreach (var batch in RecordBatches.In(partition.Records.Memory))
        {
            if (!batch.Header.IsControl)
                foreach (var record in batch.Records(MaxDecompressedBytes))
                    if (record.Offset >= position)
                        messages.Add(ToMessage(partition.PartitionIndex, record));
            next[partition.PartitionIndex] = Math.Max(position, batch.Header.NextOffset);
        }
    }

    private static Message ToMessage(int partition, Record record) => new(
        partition, record.Offset, record.Timestamp, Content.Of(record.Key), Content.Of(record.Value),
        [.. record.Headers.ToArray().Select(header => KeyValuePair.Create(header.Key, Content.Of(header.Value)))]);
}
