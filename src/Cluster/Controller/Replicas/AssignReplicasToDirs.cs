using Platform.Cluster.Metadata;
using Platform.Protocol;
using Platform.Protocol.Messages;
using Answer = Platform.Protocol.Messages.AssignReplicasToDirsResponse;

namespace Platform.Cluster.Controller;

/// <summary>AssignReplicasToDirs (key 73): a broker tells in which of its directories it keeps replicas
/// (KIP-858).</summary>
public static class AssignReplicasToDirs
{
    /// <summary>Answers the request; each partition succeeds or fails by itself.</summary>
    public static ControllerResult<AssignReplicasToDirsResponse> Handle(
        ControllerContext controller, AssignReplicasToDirsRequest request)
    {
        if (BrokerChecks.Epoch(controller.Image, request.BrokerId, request.BrokerEpoch) is { } stale)
            return Refused(stale);
        if (controller.Image.Features.MetadataVersion < MetadataVersion.WithDirectories)
            return Refused(ErrorCode.UnsupportedVersion);
        var (response, records, lost) = (new AssignReplicasToDirsResponse(), new List<IMetadataRecord>(),
            new HashSet<(Uuid, int)>());
        foreach (var directory in request.Directories)
        {
            var isOnline = controller.Image.Cluster.Broker(request.BrokerId)!.HasOnlineDirectory(directory.Id);
            var topics = directory.Topics.ConvertAll(topic => new Answer.TopicData
            {
                TopicId = topic.TopicId,
                Partitions = topic.Partitions.ConvertAll(asked => new Answer.PartitionData
                {
                    PartitionIndex = asked.PartitionIndex,
                    ErrorCode = Assign(controller, request.BrokerId, directory.Id, topic.TopicId, asked.PartitionIndex, records),
                }),
            });
            response.Directories.Add(new() { Id = directory.Id, Topics = topics });
            // It failed before the controller knew what lay in it.
            if (!isOnline)
                lost.UnionWith(topics.SelectMany(topic => topic.Partitions.Where(p => p.ErrorCode == ErrorCode.None)
                    .Select(partition => (topic.TopicId, partition.PartitionIndex))));
        }
        if (lost.Count > 0)
            records.AddRange(PartitionChanges.WithoutReplicas(FenceBroker.After(controller, records), request.BrokerId,
                (id, _) => lost.Contains((id.TopicId, id.Partition))));
        return new(records, response);
    }

    private static ErrorCode Assign(ControllerContext controller, int brokerId, Uuid directory, Uuid topicId, int number,
        List<IMetadataRecord> records)
    {
        if (controller.Image.Topics.Find(topicId) is not { } topic)
            return ErrorCode.UnknownTopicId;
        if (topic.Partition(number) is not { } partition)
            return ErrorCode.UnknownTopicOrPartition;
        if (!partition.Replicas.Contains(brokerId))
            return ErrorCode.NotLeaderOrFollower;
        var id = new TopicIdPartition(topicId, new TopicPartition(topic.Name, number));
        var builder = PartitionChangeBuilder.For(
            controller, id, partition.InDirectory(brokerId, directory), controller.Image.Cluster.IsActive);
        builder.KnownDirectories = partition.Directories;
        if (builder.Build() is { } record)
            records.Add(record);
        return ErrorCode.None;
    }

    private static ControllerResult<AssignReplicasToDirsResponse> Refused(ErrorCode error) =>
        ControllerResult<AssignReplicasToDirsResponse>.NoChange(new() { ErrorCode = error });
}
