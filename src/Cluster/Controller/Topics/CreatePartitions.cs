using Platform.Cluster.Metadata;
using Platform.Protocol;
using Platform.Protocol.Messages;
using Target = Platform.Protocol.Messages.CreatePartitionsRequest.CreatePartitionsTopic;

namespace Platform.Cluster.Controller;

/// <summary>CreatePartitions (key 37): topics only grow.</summary>
public static class CreatePartitions
{
    /// <summary>Answers the request; a name that comes twice has one result.</summary>
    public static ControllerResult<CreatePartitionsResponse> Handle(ControllerContext controller,
        CreatePartitionsRequest request)
    {
        var (response, records) = (new CreatePartitionsResponse(), new List<IMetadataRecord>());
        foreach (var targets in request.Topics.GroupBy(topic => topic.Name, StringComparer.Ordinal))
        {
            var target = targets.First();
            var topic = controller.Image.Topics.Find(target.Name);
            var error = targets.Skip(1).Any()
                ? new ApiError(ErrorCode.InvalidRequest, "the request names this topic more than once")
                : Check(controller, target, topic, room: ControllerLimits.MaxPartitionsPerRequest - records.Count)
                    ?? NewPartition.CheckQuota(controller, target.Count - topic!.Partitions.Count);
            response.Results.Add(new()
            {
                Name = target.Name,
                ErrorCode = error?.Code ?? ErrorCode.None,
                ErrorMessage = error?.Message,
            });
            if (error is null)
                Create(controller, target, topic!, records);
        }
        response.ThrottleTimeMs = controller.Mutations.ThrottleMs;
        return new(request.ValidateOnly ? [] : records, response);
    }

    private static ApiError? Check(ControllerContext controller, Target target, TopicImage? topic, int room)
    {
        if (topic is null)
            return new ApiError(ErrorCode.UnknownTopicOrPartition, $"topic '{target.Name}' does not exist");
        var current = topic.Partitions.Count;
        if (target.Count <= current)
            return new ApiError(ErrorCode.InvalidPartitions, target.Count == current
                ? $"the topic already has {current} partitions"
                : $"the topic has {current} partitions, which cannot become {target.Count}: partitions are never taken "
                + "away");
        if (target.Count - current > room)
            return new ApiError(ErrorCode.InvalidPartitions,
                $"at most {ControllerLimits.MaxPartitionsPerRequest} partitions can be created at a time");
        if (topic.Partitions.Any(partition => partition.IsReassigning))
            return new ApiError(ErrorCode.ReassignmentInProgress,
                "partitions of the topic are being reassigned; wait until that is done");
        var replicationFactor = topic.Partitions[0].Replicas.Count;
        return target.Assignments is { } assignments
            ? CheckAssignments(controller, target, assignments, current, replicationFactor)
            : NewPartition.CheckPlacement(controller.Image.Cluster, replicationFactor);
    }

    private static ApiError? CheckAssignments(ControllerContext controller, Target target,
        List<CreatePartitionsRequest.CreatePartitionsAssignment> assignments, int current, int replicationFactor)
    {
        if (assignments.Count != target.Count - current)
            return new ApiError(ErrorCode.InvalidReplicaAssignment,
                $"{target.Count - current} partitions are to be added, but {assignments.Count} assignments are given");
        foreach (var (index, assignment) in assignments.Index())
        {
            if (NewPartition.CheckAssignment(controller.Image.Cluster, current + index, assignment.BrokerIds,
                replicationFactor) is { } error)
                return error;
        }
        return null;
    }

    private static void Create(ControllerContext controller, Target target, TopicImage topic,
        List<IMetadataRecord> records)
    {
        var current = topic.Partitions.Count;
        IReadOnlyList<IReadOnlyList<int>> placements = target.Assignments is { } assignments
            ? [.. assignments.Select(assignment => assignment.BrokerIds)]
            : controller.Placer.Place(target.Count - current, topic.Partitions[0].Replicas.Count,
            NewPartition.Candidates(controller.Image.Cluster));
        foreach (var (index, replicas) in placements.Index())
            records.Add(NewPartition.Record(controller.Image.Cluster, topic.Id, current + index, replicas));
    }
}
