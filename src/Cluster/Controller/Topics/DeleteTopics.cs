using Platform.Cluster.Configuration;
using Platform.Cluster.Metadata;
using Platform.Protocol;
using Platform.Protocol.Messages;
using Result = Platform.Protocol.Messages.DeleteTopicsResponse.DeletableTopicResult;
using Target = Platform.Protocol.Messages.DeleteTopicsRequest.DeleteTopicState;

namespace Platform.Cluster.Controller;

/// <summary>DeleteTopics (key 20), by name or by id. Settings of a topic go with it.</summary>
public static class DeleteTopics
{
    /// <summary>Answers the request; results are in the order of the request.</summary>
    public static ControllerResult<DeleteTopicsResponse> Handle(ControllerContext controller,
        DeleteTopicsRequest request)
    {
        var (response, records) = (new DeleteTopicsResponse(), new List<IMetadataRecord>());
        // Up to version 5 the names stand in a list of their own.
        var targets = request.Topics.Concat(request.TopicNames.Select(name => new Target { Name = name })).ToList();
        var isEnabled = controller.EffectiveConfig[BrokerConfigs.DeleteTopicEnable];
        var found = targets.Select(target => Find(controller.Image.Topics, target)).ToList();
        foreach (var (target, topic) in targets.Zip(found))
        {
            var error = Check(isEnabled, target, topic, repeats: topic is not null
                && found.Count(other => other == topic) > 1)
                ?? NewPartition.CheckQuota(controller, topic!.Partitions.Count);
            response.Responses.Add(new Result
            {
                Name = topic?.Name ?? target.Name,
                TopicId = topic?.Id ?? target.TopicId,
                ErrorCode = error?.Code ?? ErrorCode.None,
                ErrorMessage = error?.Message,
            });
            if (error is null)
                records.Add(new RemoveTopicRecord { TopicId = topic!.Id });
        }
        response.ThrottleTimeMs = controller.Mutations.ThrottleMs;
        return new(records, response);
    }

    private static TopicImage? Find(TopicsImage topics, Target target) =>
        target.Name is { } name ? topics.Find(name) : topics.Find(target.TopicId);

    private static ApiError? Check(bool isEnabled, Target target, TopicImage? topic, bool repeats)
    {
        if (!isEnabled)
            return new ApiError(ErrorCode.TopicDeletionDisabled,
                $"{BrokerConfigs.DeleteTopicEnable.Name} is false on the controller");
        if (target.Name is null == (target.TopicId == Uuid.Zero))
            return new ApiError(ErrorCode.InvalidRequest, "a topic must be named either by name or by id");
        if (repeats)
            return new ApiError(ErrorCode.InvalidRequest, "the request names this topic more than once");
        if (topic is not null)
            return null;
        return target.Name is { } name
            ? new ApiError(ErrorCode.UnknownTopicOrPartition, $"topic '{name}' does not exist")
            : new ApiError(ErrorCode.UnknownTopicId, $"no topic has the id {target.TopicId}");
    }
}
