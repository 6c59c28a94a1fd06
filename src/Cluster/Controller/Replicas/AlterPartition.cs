using Platform.Cluster.Metadata;
using Platform.Protocol;
using Platform.Protocol.Messages;
using Asked = Platform.Protocol.Messages.AlterPartitionRequest.PartitionData;
using Answer = Platform.Protocol.Messages.AlterPartitionResponse.PartitionData;

namespace Platform.Cluster.Controller;

/// <summary>AlterPartition (key 56): a leader proposes who is in sync. The answer tells what
/// counts from now on.</summary>
public static class AlterPartition
{
    /// <summary>Answers the request; each partition succeeds or fails by itself.</summary>
    public static ControllerResult<AlterPartitionResponse> Handle(ControllerContext controller,
        AlterPartitionRequest request)
    {
        if (BrokerChecks.Epoch(controller.Image, request.BrokerId, request.BrokerEpoch) is { } stale)
            return ControllerResult<AlterPartitionResponse>.NoChange(new() { ErrorCode = stale });
        var (response, records) = (new AlterPartitionResponse(), new List<IMetadataRecord>());
        foreach (var topic in request.Topics)
        {
            var answers = topic.Partitions.ConvertAll(asked =>
                Alter(controller, request.BrokerId, topic.TopicId, asked, records));
            response.Topics.Add(new() { TopicId = topic.TopicId, Partitions = answers });
        }
        return new(records, response);
    }

    private static Answer Alter(
        ControllerContext controller, int leader, Uuid topicId, Asked asked, List<IMetadataRecord> records)
    {
        var topic = controller.Image.Topics.Find(topicId);
        var partition = topic?.Partition(asked.PartitionIndex);
        var error = topic is null ? ErrorCode.UnknownTopicId
            : partition is null ? ErrorCode.UnknownTopicOrPartition
            : Check(controller.Image.Cluster, partition, leader, asked);
        if (error != ErrorCode.None)
            return new Answer { PartitionIndex = asked.PartitionIndex, ErrorCode = error };

        var id = new TopicIdPartition(topicId, new TopicPartition(topic!.Name, asked.PartitionIndex));
        var builder = PartitionChangeBuilder.For(controller, id, partition!, controller.Image.Cluster.IsActive);
        builder.TargetIsr = [.. asked.NewIsrWithEpochs.Select(member => member.BrokerId), .. asked.NewIsr];
        var record = builder.Build() ?? new PartitionChangeRecord { TopicId = topicId, PartitionId = asked.PartitionIndex };
        if (partition!.LeaderRecoveryState != (LeaderRecoveryState)asked.LeaderRecoveryState)
            record.LeaderRecoveryState = asked.LeaderRecoveryState;
        // A proposal of what is so already still raises the partition epoch, as the leader expects.
        records.Add(record);
        var after = partition.With(record);
        // The proposal is in force, but it completed a reassignment that takes the leader away.
        return after.Leader == leader ? Describe(asked.PartitionIndex, after)
            : new Answer { PartitionIndex = asked.PartitionIndex, ErrorCode = ErrorCode.NewLeaderElected };
    }

    private static ErrorCode Check(ClusterImage cluster, PartitionRegistration partition, int leader, Asked asked)
    {
        if (asked.LeaderEpoch > partition.LeaderEpoch || asked.PartitionEpoch > partition.PartitionEpoch)
            return ErrorCode.NotController;
        if (asked.LeaderEpoch < partition.LeaderEpoch)
            return ErrorCode.FencedLeaderEpoch;
        if (leader != partition.Leader)
            return ErrorCode.InvalidRequest;
        if (asked.PartitionEpoch < partition.PartitionEpoch)
            return ErrorCode.InvalidUpdateVersion;
        return CheckIsr(cluster, partition, leader, asked);
    }

    private static ErrorCode CheckIsr(ClusterImage cluster, PartitionRegistration partition, int leader, Asked asked)
    {
        var isr = asked.NewIsrWithEpochs.Select(member => member.BrokerId).Concat(asked.NewIsr).ToList();
        if (isr.Count == 0 || isr.Distinct().Count() < isr.Count || !isr.Contains(leader)
            || isr.Except(partition.Replicas).Any())
            return ErrorCode.InvalidRequest;
        // A leader that still recovers from an unclean election is alone, and nobody goes back to recovering.
        var recovering = asked.LeaderRecoveryState == (sbyte)LeaderRecoveryState.Recovering;
        if (recovering && (isr.Count > 1 || partition.LeaderRecoveryState == LeaderRecoveryState.Recovered))
            return ErrorCode.InvalidRequest;
        // Epochs show that the follower was not restarted, with less data, since the leader saw it catch up (KIP-903).
        return isr.All(member => cluster.IsActive(member) && cluster.HasOnlineDirectory(partition, member))
            && asked.NewIsrWithEpochs.All(member => member.BrokerEpoch == -1
            || cluster.Broker(member.BrokerId)!.Epoch == member.BrokerEpoch)
            ? ErrorCode.None : ErrorCode.IneligibleReplica;
    }

    private static Answer Describe(int number, PartitionRegistration partition) => new()
    {
        PartitionIndex = number,
        LeaderId = partition.Leader,
        LeaderEpoch = partition.LeaderEpoch,
        Isr = [.. partition.Isr],
        LeaderRecoveryState = (sbyte)partition.LeaderRecoveryState,
        PartitionEpoch = partition.PartitionEpoch,
    };
}
