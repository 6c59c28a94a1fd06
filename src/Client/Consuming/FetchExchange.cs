using Platform.Client.Metadata;
using Platform.Client.Network;
using Platform.Protocol;
using Platform.Protocol.Messages;

namespace Platform.Client.Consuming;

/// <summary>What a fetch asks of one partition.</summary>
internal sealed record FetchTarget(PartitionState State, long Offset, int SeekCount);

/// <summary>The answer to a fetch, or why there is none.</summary>
internal sealed record FetchAnswer(int NodeId, IReadOnlyList<FetchTarget> Targets, FetchResponse? Response,
    KafkaException? Failure);

/// <summary>Builds fetch requests and finds partitions in their answers.</summary>
internal static class FetchExchange
{
    private const short LastVersionWithNames = 12;
    private const int WaitGraceMs = 5_000;

    public static FetchRequest Request(
        IReadOnlyList<FetchTarget> targets, ClusterMetadata metadata, ConsumerOptions options, int maxWaitMs) => new()
    {
        MaxWaitMs = maxWaitMs,
        MinBytes = options.FetchMinBytes,
        MaxBytes = options.FetchMaxBytes,
        IsolationLevel = (sbyte)options.IsolationLevel,
        RackId = options.ClientRack,
        Topics = [.. targets.GroupBy(target => target.State.Partition.Topic).Select(topic => new FetchRequest.FetchTopic
        {
            Topic = topic.Key,
            TopicId = metadata.TopicId(topic.Key),
            Partitions = [.. topic.Select(target => new FetchRequest.FetchPartition
            {
                Partition = target.State.Partition.Partition,
                CurrentLeaderEpoch = metadata.Partition(target.State.Partition)?.LeaderEpoch ?? -1,
                FetchOffset = target.Offset,
                PartitionMaxBytes = options.MaxPartitionFetchBytes,
            })],
        })],
    };

    /// <summary>From version 13 on topics go by id (KIP-516), which needs all the ids.</summary>
    public static RequestSettings Settings(FetchRequest request, ConsumerOptions options) => new(
        TimeoutMs: Math.Max(options.RequestTimeoutMs, request.MaxWaitMs + WaitGraceMs),
        MaxVersion: request.Topics.TrueForAll(topic => topic.TopicId != Uuid.Zero) ? null : LastVersionWithNames);

    /// <summary>The data of each partition, by name also where the broker answers by id.</summary>
    public static Dictionary<TopicPartition, FetchResponse.PartitionData> ByPartition(
        FetchResponse response, ClusterMetadata metadata)
    {
        var found = new Dictionary<TopicPartition, FetchResponse.PartitionData>();
        foreach (var topic in response.Responses)
        {
            var name = topic.Topic.Length > 0 ? topic.Topic : metadata.TopicName(topic.TopicId);
            if (name is null)
                continue;
            foreach (var partition in topic.Partitions)
                found[new TopicPartition(name, partition.PartitionIndex)] = partition;
        }
        return found;
    }
}
