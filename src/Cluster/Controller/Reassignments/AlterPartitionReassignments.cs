using Platform.Cluster.Metadata;
using Platform.Protocol;
using Platform.Protocol.Messages;
using Answer = Platform.Protocol.Messages.AlterPartitionReassignmentsResponse.ReassignablePartitionResponse;
using Asked = Platform.Protocol.Messages.AlterPartitionReassignmentsRequest.ReassignablePartition;

namespace Platform.Cluster.Controller;

/// <summary>AlterPartitionReassignments (key 45): partitions move to other brokers; no replicas means that a move is
/// cancelled (KIP-455).</summary>
public static class AlterPartitionReassignments
{
    /// <summary>Answers the request; each partition succeeds or fails by itself.</summary>
    public static ControllerResult<AlterPartitionReassignmentsResponse> Handle(
        ControllerContext controller, AlterPartitionReassignmentsRequest request)
    {
        var records = new List<IMetadataRecord>();
        var response = new AlterPartitionReassignmentsResponse
        {
            AllowReplicationFactorChange = request.AllowReplicationFactorChange,
        };
        foreach (var topic in request.Topics)
        {
            var answers = topic.Partitions.ConvertAll(asked =>
                Alter(controller, topic.Name, asked, request.AllowReplicationFactorChange, records));
            response.Responses.Add(new() { Name = topic.Name, Partitions = answers });
        }
        return new(records, response);
    }

    private static Answer Alter(ControllerContext controller, string topicName, Asked asked, bool mayChangeFactor,
        List<IMetadataRecord> records)
    {
        var name = new TopicPartition(topicName, asked.PartitionIndex);
        var error = controller.Image.Topics.Find(name) is not { } partition
            ? new ApiError(ErrorCode.UnknownTopicOrPartition, $"{name} does not exist")
            : asked.Replicas is { } wanted
                ? Check(controller.Image.Cluster, name, partition, wanted, mayChangeFactor)
                    ?? Change(controller, name, partition, ReassignmentTarget.To(partition, wanted), records)
                : Cancel(controller, name, partition, records);
        return new Answer
        {
            PartitionIndex = asked.PartitionIndex,
            ErrorCode = error?.Code ?? ErrorCode.None,
            ErrorMessage = error?.Message,
        };
    }

    private static ApiError? Check(ClusterImage cluster, TopicPartition name, PartitionRegistration partition,
        List<int> wanted, bool mayChangeFactor)
    {
        var factor = partition.Replicas.Count - partition.AddingReplicas.Count;
        if (!mayChangeFactor && wanted.Count != factor)
            return new ApiError(ErrorCode.InvalidReplicationFactor,
                $"{name} has {factor} replicas, which would become {wanted.Count}; the request says that the number "
                + "must stay");
        return NewPartition.CheckAssignment(cluster, name.Partition, wanted, wanted.Count);
    }

    private static ApiError? Cancel(ControllerContext controller, TopicPartition name,
        PartitionRegistration partition, List<IMetadataRecord> records)
    {
        if (!partition.IsReassigning)
            return new ApiError(ErrorCode.NoReassignmentInProgress, $"{name} is not being reassigned");
        if (!partition.Isr.Except(partition.AddingReplicas).Any())
            return new ApiError(ErrorCode.InvalidReplicaAssignment,
                $"none of the replicas that {name} had before is in sync; going back would lose records");
        return Change(controller, name, partition, ReassignmentTarget.Cancelled(partition), records);
    }

    private static ApiError? Change(ControllerContext controller, TopicPartition name,
        PartitionRegistration partition, ReassignmentTarget target, List<IMetadataRecord> records)
    {
        var id = new TopicIdPartition(controller.Image.Topics.Find(name.Topic)!.Id, name);
        var builder = PartitionChangeBuilder.For(controller, id, partition, controller.Image.Cluster.IsActive);
        builder.Target = target;
        builder.TargetIsr = [.. partition.Isr.Where(target.Replicas.Contains)];
        if (builder.Build() is { } record)
            records.Add(record);
        return null;
    }
}
