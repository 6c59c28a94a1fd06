using System.Collections.Immutable;
using Platform.Cluster.Configuration;
using Platform.Cluster.Metadata;
using Platform.Protocol;
using Platform.Protocol.Messages;
using Creatable = Platform.Protocol.Messages.CreateTopicsRequest.CreatableTopic;
using Result = Platform.Protocol.Messages.CreateTopicsResponse.CreatableTopicResult;

namespace Platform.Cluster.Controller;

/// <summary>CreateTopics (key 19). Each topic succeeds or fails by itself.</summary>
public static class CreateTopics
{
    /// <summary>Answers the request in its order; a name that comes twice has one result.</summary>
    public static ControllerResult<CreateTopicsResponse> Handle(
        ControllerContext controller, CreateTopicsRequest request)
    {
        var (response, records) = (new CreateTopicsResponse(), new List<IMetadataRecord>());
        var planned = new Dictionary<string, string>(StringComparer.Ordinal);
        var tooMany = TooManyPartitions(controller, request);
        foreach (var topics in request.Topics.GroupBy(topic => topic.Name, StringComparer.Ordinal))
        {
            var topic = topics.First();
            var error = tooMany ?? (topics.Skip(1).Any()
                ? new ApiError(ErrorCode.InvalidRequest, "the request names this topic more than once")
                : Check(controller, topic, planned) ?? NewPartition.CheckQuota(controller, CountOf(controller, topic)));
            response.Topics.Add(error is null ? Create(controller, topic, records) : Failed(topic.Name, error));
            if (error is null)
                planned[TopicNames.Plain(topic.Name)] = topic.Name;
        }
        response.ThrottleTimeMs = controller.Mutations.ThrottleMs;
        return new(request.ValidateOnly ? [] : records, response);
    }

    private static int CountOf(ControllerContext controller, Creatable topic) =>
        topic.Assignments.Count > 0 ? topic.Assignments.Count : Math.Max(0, PartitionsOf(controller, topic));

    private static Result Failed(string name, ApiError error) =>
        new() { Name = name, ErrorCode = error.Code, ErrorMessage = error.Message };

    private static ApiError? TooManyPartitions(ControllerContext controller, CreateTopicsRequest request)
    {
        long total = 0;
        foreach (var topic in request.Topics)
            total += CountOf(controller, topic);
        return total <= ControllerLimits.MaxPartitionsPerRequest ? null : new ApiError(ErrorCode.PolicyViolation,
            $"the request asks for {total} partitions; at most {ControllerLimits.MaxPartitionsPerRequest} can be "
            + "created at a time");
    }

    private static int PartitionsOf(ControllerContext controller, Creatable topic) =>
        topic.NumPartitions == -1 ? controller.EffectiveConfig[BrokerConfigs.NumPartitions] : topic.NumPartitions;

    private static int ReplicationOf(ControllerContext controller, Creatable topic) => topic.ReplicationFactor == -1
        ? controller.EffectiveConfig[BrokerConfigs.DefaultReplicationFactor] : topic.ReplicationFactor;

    private static ApiError? Check(ControllerContext controller, Creatable topic, Dictionary<string, string> planned)
    {
        if (TopicNames.Problem(topic.Name) is { } problem)
            return new ApiError(ErrorCode.InvalidTopicException, problem);
        if (controller.Image.Topics.Find(topic.Name) is not null)
            return new ApiError(ErrorCode.TopicAlreadyExists, $"topic '{topic.Name}' exists already");
        var other = TopicNames.Collision(topic.Name, controller.Image.Topics)
            ?? planned.GetValueOrDefault(TopicNames.Plain(topic.Name));
        if (other is not null)
            return new ApiError(ErrorCode.InvalidTopicException,
                $"topic '{topic.Name}' would share its metrics with '{other}': '.' and '_' are the same there; choose "
                + "another name");
        return CheckConfigs(controller, topic)
            ?? (topic.Assignments.Count > 0 ? CheckAssignments(controller, topic) : CheckCounts(controller, topic));
    }

    private static ApiError? CheckConfigs(ControllerContext controller, Creatable topic)
    {
        var names = new HashSet<string>(StringComparer.Ordinal);
        foreach (var config in topic.Configs)
        {
            if (!names.Add(config.Name))
                return new ApiError(ErrorCode.InvalidConfig, $"{config.Name} is set twice");
            if (config.Value is null)
                return new ApiError(ErrorCode.InvalidConfig,
                    $"{config.Name} is null; leave it out to take the default");
        }
        return TopicConfigCheck.Problem(Overrides(topic), controller.EffectiveConfig);
    }

    private static ImmutableSortedDictionary<string, string> Overrides(Creatable topic) =>
        ConfigOverrides.From(topic.Configs.Select(config => KeyValuePair.Create(config.Name, config.Value!)));

    private static ApiError? CheckCounts(ControllerContext controller, Creatable topic)
    {
        if (topic.NumPartitions is 0 or < -1)
            return new ApiError(ErrorCode.InvalidPartitions,
                $"a topic needs at least one partition, not {topic.NumPartitions}; -1 takes the default");
        if (topic.ReplicationFactor is 0 or < -1)
            return new ApiError(ErrorCode.InvalidReplicationFactor,
                $"a topic needs at least one replica, not {topic.ReplicationFactor}; -1 takes the default");
        return NewPartition.CheckPlacement(controller.Image.Cluster, ReplicationOf(controller, topic));
    }

    private static ApiError? CheckAssignments(ControllerContext controller, Creatable topic)
    {
        if (topic.NumPartitions != -1 || topic.ReplicationFactor != -1)
            return new ApiError(ErrorCode.InvalidRequest,
                "with an assignment by hand, the number of partitions and the replication factor must be -1");
        var replicationFactor = topic.Assignments[0].BrokerIds.Count;
        foreach (var (number, assignment) in topic.Assignments.OrderBy(assignment => assignment.PartitionIndex).Index())
        {
            if (assignment.PartitionIndex != number)
                return new ApiError(ErrorCode.InvalidReplicaAssignment,
                    $"partitions must be numbered from 0 without a gap; {number} is missing or comes twice");
            if (NewPartition.CheckAssignment(controller.Image.Cluster, number, assignment.BrokerIds,
                replicationFactor) is { } error)
                return error;
        }
        return null;
    }

    private static Result Create(ControllerContext controller, Creatable topic, List<IMetadataRecord> records)
    {
        var id = controller.NewTopicId();
        var placements = Placements(controller, topic);
        records.Add(new TopicRecord { Name = topic.Name, TopicId = id });
        foreach (var config in topic.Configs)
            records.Add(new ConfigRecord
            {
                ResourceType = (sbyte)ConfigResourceType.Topic,
                ResourceName = topic.Name,
                Name = config.Name,
                Value = config.Value,
            });
        foreach (var (number, replicas) in placements.Index())
            records.Add(NewPartition.Record(controller.Image.Cluster, id, number, replicas));
        return new Result
        {
            Name = topic.Name,
            TopicId = id,
            NumPartitions = placements.Count,
            ReplicationFactor = (short)placements[0].Count,
            Configs = DescribeConfigs(controller, topic),
        };
    }

    private static IReadOnlyList<IReadOnlyList<int>> Placements(ControllerContext controller, Creatable topic) =>
        topic.Assignments.Count > 0
            ? [.. topic.Assignments.OrderBy(assignment => assignment.PartitionIndex).Select(each => each.BrokerIds)]
            : controller.Placer.Place(PartitionsOf(controller, topic), ReplicationOf(controller, topic),
                NewPartition.Candidates(controller.Image.Cluster));

    private static List<CreateTopicsResponse.CreatableTopicConfigs> DescribeConfigs(
        ControllerContext controller, Creatable topic)
    {
        var config = new TopicConfig(Overrides(topic), controller.EffectiveConfig);
        return [.. TopicConfigs.All.Select(config.EffectiveEntry)
            .OrderBy(entry => entry.Key.Name, StringComparer.Ordinal)
            .Select(entry => new CreateTopicsResponse.CreatableTopicConfigs
            {
                Name = entry.Key.Name,
                Value = entry.Value,
                ConfigSource = (sbyte)entry.Source,
                IsSensitive = entry.Key.IsSensitive,
            })];
    }
}
