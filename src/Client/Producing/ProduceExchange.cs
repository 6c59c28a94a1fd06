using Platform.Client.Metadata;
using Platform.Client.Network;
using Platform.Protocol;
using Platform.Protocol.Messages;

namespace Platform.Client.Producing;

/// <summary>What a broker said about one batch.</summary>
internal readonly record struct BatchOutcome(
    TakenBatch Taken, ErrorCode Error, string? Message, long BaseOffset, long LogAppendTimeMs, bool LeaderHinted);

/// <summary>Builds produce requests and reads their answers.</summary>
internal static class ProduceExchange
{
    private const short LastVersionWithNames = 12;
    private const short LastVersionBeforeImplicitPartitions = 11;
    private const int OverheadBytes = 512;
    private const int PartitionBytes = 16;

    public static ProduceRequest Request(List<TakenBatch> batches, ClusterMetadata metadata, ProducerOptions options)
    {
        var request = new ProduceRequest
        {
            TransactionalId = options.TransactionalId,
            Acks = (short)options.Acks,
            TimeoutMs = options.RequestTimeoutMs,
        };
        ProduceRequest.TopicProduceData? topic = null;
        foreach (var (_, batch) in batches)
        {
            var name = batch.Partition.Topic;
            if (topic?.Name != name)
                topic = request.TopicData.Find(known => known.Name == name);
            if (topic is null)
                request.TopicData.Add(topic = new() { Name = name, TopicId = metadata.TopicId(name) });
            topic.PartitionData.Add(
                new() { Index = batch.Partition.Partition, Records = new RecordsData(batch.Bytes) });
        }
        return request;
    }

    /// <summary>From version 13 on topics go by id (KIP-516), which needs all the ids. From version 12 on partitions
    /// join a transaction by being written to, which a cluster must have agreed on (KIP-890).</summary>
    public static RequestSettings Settings(ProduceRequest request, bool addsPartitionsFirst) => new(
        MaxVersion: addsPartitionsFirst ? LastVersionBeforeImplicitPartitions
            : request.TopicData.TrueForAll(topic => topic.TopicId != Uuid.Zero) ? null : LastVersionWithNames,
        SizeHint: OverheadBytes + request.TopicData.Sum(topic => OverheadBytes
            + topic.PartitionData.Sum(partition => PartitionBytes + partition.Records.SizeInBytes)));

    /// <summary>The same outcome for all batches, when there is no answer.</summary>
    public static List<BatchOutcome> SameForAll(List<TakenBatch> batches, ErrorCode error, string? message) =>
        batches.ConvertAll(taken => new BatchOutcome(taken, error, message, -1, -1, false));

    /// <summary>The outcome of each batch. Takes over hints about moved leaders (KIP-951).</summary>
    public static List<BatchOutcome> Outcomes(
        List<TakenBatch> batches, ProduceRequest request, ProduceResponse response, MetadataCache metadata)
    {
        var answers = Answers(request, response);
        var outcomes = new List<BatchOutcome>(batches.Count);
        foreach (var taken in batches)
        {
            if (!answers.TryGetValue(taken.Batch.Partition, out var answer))
                outcomes.Add(new BatchOutcome(taken, ErrorCode.UnknownServerError,
                    "the broker left it out of its answer", -1, -1, false));
            else
                outcomes.Add(new BatchOutcome(taken, answer.ErrorCode, MessageOf(answer), answer.BaseOffset,
                    answer.LogAppendTimeMs, TakeHint(taken.Batch.Partition, answer, response, metadata)));
        }
        return outcomes;
    }

    private static Dictionary<TopicPartition, ProduceResponse.PartitionProduceResponse> Answers(
        ProduceRequest request, ProduceResponse response)
    {
        var answers = new Dictionary<TopicPartition, ProduceResponse.PartitionProduceResponse>();
        foreach (var topic in response.Responses)
        {
            var name = topic.Name.Length > 0 ? topic.Name
                : request.TopicData.Find(known => known.TopicId == topic.TopicId)?.Name;
            foreach (var partition in topic.PartitionResponses)
                answers[new TopicPartition(name ?? "", partition.Index)] = partition;
        }
        return answers;
    }

    private static string? MessageOf(ProduceResponse.PartitionProduceResponse answer) =>
        answer.RecordErrors.Find(record => record.BatchIndexErrorMessage is not null)?.BatchIndexErrorMessage
            ?? answer.ErrorMessage;

    private static bool TakeHint(
        TopicPartition partition, ProduceResponse.PartitionProduceResponse answer, ProduceResponse response,
        MetadataCache metadata)
    {
        var leader = answer.CurrentLeader;
        if (answer.ErrorCode == ErrorCode.None || leader.LeaderId < 0)
            return false;
        var endpoint = response.NodeEndpoints.Find(node => node.NodeId == leader.LeaderId);
        if (endpoint is null && !metadata.Current.Brokers.ContainsKey(leader.LeaderId))
            return false;
        var broker = endpoint is null ? null
            : new BrokerInfo(endpoint.NodeId, endpoint.Host, endpoint.Port, endpoint.Rack);
        metadata.PutLeader(partition, leader.LeaderId, leader.LeaderEpoch, broker);
        return metadata.Current.LeaderOf(partition)?.Id == leader.LeaderId;
    }
}
