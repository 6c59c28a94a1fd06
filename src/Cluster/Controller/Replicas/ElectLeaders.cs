using Platform.Cluster.Metadata;
using Platform.Protocol;
using Platform.Protocol.Messages;
using Result = Platform.Protocol.Messages.ElectLeadersResponse.PartitionResult;

namespace Platform.Cluster.Controller;

/// <summary>ElectLeaders (key 43): gives leadership back to preferred replicas, or to any live one
/// where none is in sync.</summary>
public static class ElectLeaders
{
    private const sbyte Preferred = 0;
    private const sbyte Unclean = 1;

    /// <summary>Answers the request. No list of partitions means all, of which only those that
    /// change are told.</summary>
    public static ControllerResult<ElectLeadersResponse> Handle(ControllerContext controller,
        ElectLeadersRequest request)
    {
        if (request.ElectionType is not (Preferred or Unclean))
            return ControllerResult<ElectLeadersResponse>.NoChange(new() { ErrorCode = ErrorCode.InvalidRequest });
        var (response, records) = (new ElectLeadersResponse(), new List<IMetadataRecord>());
        var kind = request.ElectionType == Preferred ? ElectionKind.Preferred : ElectionKind.Unclean;
        var isAll = request.TopicPartitions is null;
        foreach (var (topic, partitions) in Targets(controller.Image.Topics, request))
        {
            var results = partitions.Select(number =>
                Elect(controller, kind, new TopicPartition(topic, number), records))
                .Where(result => !isAll || result.ErrorCode != ErrorCode.ElectionNotNeeded).ToList();
            if (results.Count > 0)
                response.ReplicaElectionResults.Add(new() { Topic = topic, PartitionResult = results });
        }
        return new(records, response);
    }

    /// <summary>Gives leadership back to every preferred replica that is in sync, for up to <paramref name="limit"/>
    /// partitions; to be called now and then when auto.leader.rebalance.enable is true.</summary>
    /// <returns>The response is the number of elections.</returns>
    public static ControllerResult<int> Rebalance(ControllerContext controller, int limit)
    {
        var records = controller.Image.Topics.AllPartitions()
            .Where(partition => partition.Registration.Leader != partition.Registration.PreferredLeader)
            .Select(partition => Build(controller, ElectionKind.Preferred, partition.Id, partition.Registration))
            .OfType<IMetadataRecord>().Take(limit).ToList();
        return new(records, records.Count);
    }

    private static IEnumerable<(string Topic, IEnumerable<int> Partitions)> Targets(TopicsImage topics,
        ElectLeadersRequest request) =>
        request.TopicPartitions is { } asked
            ? asked.Select(topic => (topic.Topic, (IEnumerable<int>)topic.Partitions))
            : topics.ByName.Values.Select(topic => (topic.Name, Enumerable.Range(0, topic.Partitions.Count)));

    private static Result Elect(ControllerContext controller, ElectionKind kind, TopicPartition name,
        List<IMetadataRecord> records)
    {
        var image = controller.Image;
        if (image.Topics.Find(name) is not { } partition)
            return Failed(name, ErrorCode.UnknownTopicOrPartition, $"{name} does not exist");
        if (kind == ElectionKind.Preferred ? partition.Leader == partition.PreferredLeader : partition.HasLeader)
            return Failed(name, ErrorCode.ElectionNotNeeded, $"{name} is led by broker {partition.Leader} already");
        var id = new TopicIdPartition(image.Topics.Find(name.Topic)!.Id, name);
        if (Build(controller, kind, id, partition) is not { } record)
            return kind == ElectionKind.Preferred
                ? Failed(name, ErrorCode.PreferredLeaderNotAvailable,
                $"broker {partition.PreferredLeader} is not in sync or not active")
                : Failed(name, ErrorCode.EligibleLeadersNotAvailable, $"no replica of {name} is active");
        records.Add(record);
        return new Result { PartitionId = name.Partition };
    }

    // Null also when somebody else than the preferred replica would be elected: that would be no improvement.
    private static PartitionChangeRecord? Build(
        ControllerContext controller, ElectionKind kind, TopicIdPartition id, PartitionRegistration partition)
    {
        var builder = PartitionChangeBuilder.For(controller, id, partition, controller.Image.Cluster.IsActive);
        builder.Election = kind;
        var record = builder.Build();
        return kind == ElectionKind.Preferred && record?.Leader != partition.PreferredLeader ? null : record;
    }

    private static Result Failed(TopicPartition name, ErrorCode error, string message) =>
        new() { PartitionId = name.Partition, ErrorCode = error, ErrorMessage = message };
}
