using Platform.Protocol;
using Platform.Protocol.Messages;
using Platform.Protocol.Records;

namespace Platform.Client.Tests.Fakes;

/// <summary>The data plane of a fake cluster.</summary>
internal static class FakeData
{
    public static ProduceResponse? Produce(FakeCluster cluster, FakeExchange exchange, ProduceRequest request)
    {
        var response = new ProduceResponse();
        foreach (var topic in request.TopicData)
        {
            var name = topic.Name.Length > 0 ? topic.Name : cluster.TopicName(topic.TopicId)!;
            response.Responses.Add(new()
            {
                Name = topic.Name,
                TopicId = topic.TopicId,
                PartitionResponses = [.. topic.PartitionData.Select(data => Append(cluster, exchange, name, data))],
            });
        }
        return request.Acks == 0 ? null : response;
    }

    private static ProduceResponse.PartitionProduceResponse Append(
        FakeCluster cluster, FakeExchange exchange, string topic, ProduceRequest.PartitionProduceData data)
    {
        if (!cluster.Partitions.TryGetValue(new TopicPartition(topic, data.Index), out var partition))
            return new() { Index = data.Index, ErrorCode = ErrorCode.UnknownTopicOrPartition, BaseOffset = -1 };
        if (partition.LeaderId != exchange.Broker.Id)
            return new() { Index = data.Index, ErrorCode = ErrorCode.NotLeaderOrFollower, BaseOffset = -1 };
        var (error, baseOffset) = partition.Append(data.Records.Memory);
        return new() { Index = data.Index, ErrorCode = error, BaseOffset = baseOffset };
    }

    public static ProduceResponse Refuse(FakeExchange exchange, ErrorCode error, FakeCluster cluster) => new()
    {
        Responses = [.. ((ProduceRequest)exchange.Request)
            .TopicData.Select(topic => new ProduceResponse.TopicProduceResponse
        {
            Name = topic.Name,
            TopicId = topic.TopicId,
            PartitionResponses = [.. topic.PartitionData.Select(data =>
                new ProduceResponse.PartitionProduceResponse { Index = data.Index, ErrorCode = error,
                    BaseOffset = -1 })],
        })],
    };

    public static FetchResponse Fetch(FakeCluster cluster, FakeExchange exchange, FetchRequest request) => new()
    {
        Responses = [.. request.Topics.Select(topic => new FetchResponse.FetchableTopicResponse
        {
            Topic = topic.Topic,
            TopicId = topic.TopicId,
            Partitions = [.. topic.Partitions.Select(partition => Read(cluster, exchange,
                topic.Topic.Length > 0 ? topic.Topic : cluster.TopicName(topic.TopicId) ?? "", partition))],
        })],
    };

    private static FetchResponse.PartitionData Read(
        FakeCluster cluster, FakeExchange exchange, string topic, FetchRequest.FetchPartition asked)
    {
        var data = new FetchResponse.PartitionData { PartitionIndex = asked.Partition, Records = RecordsData.Empty };
        if (!cluster.Partitions.TryGetValue(new TopicPartition(topic, asked.Partition), out var partition))
            data.ErrorCode = ErrorCode.UnknownTopicOrPartition;
        else if (partition.LeaderId != exchange.Broker.Id)
            data.ErrorCode = ErrorCode.NotLeaderOrFollower;
        else if (asked.CurrentLeaderEpoch >= 0 && asked.CurrentLeaderEpoch != partition.LeaderEpoch)
            data.ErrorCode = asked.CurrentLeaderEpoch < partition.LeaderEpoch ? ErrorCode.FencedLeaderEpoch
                : ErrorCode.UnknownLeaderEpoch;
        else if (asked.FetchOffset > partition.NextOffset || asked.FetchOffset < 0)
            data.ErrorCode = ErrorCode.OffsetOutOfRange;
        else
            Fill(data, partition, asked.FetchOffset);
        return data;
    }

    private static void Fill(FetchResponse.PartitionData data, FakePartition partition, long offset)
    {
        var batches = partition.Batches.Where(batch => RecordBatchHeader.Read(batch).LastOffset >= offset)
            .SelectMany(batch => batch);
        data.HighWatermark = partition.NextOffset;
        data.LastStableOffset = partition.NextOffset;
        data.Records = new RecordsData(batches.ToArray());
    }

    public static ListOffsetsResponse ListOffsets(FakeCluster cluster, ListOffsetsRequest request) => new()
    {
        Topics = [.. request.Topics.Select(topic => new ListOffsetsResponse.ListOffsetsTopicResponse
        {
            Name = topic.Name,
            Partitions = [.. topic.Partitions.Select(partition => new ListOffsetsResponse.ListOffsetsPartitionResponse
            {
                PartitionIndex = partition.PartitionIndex,
                Offset = partition.Timestamp == -2 ? 0 : cluster[topic.Name, partition.PartitionIndex].NextOffset,
            })],
        })],
    };
}
