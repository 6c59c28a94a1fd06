using Platform.Broker.Metadata;
using Platform.Broker.Network;
using Platform.Cluster.Metadata;
using Platform.Protocol;
using Platform.Protocol.Messages;

namespace Platform.Broker.Apis.Cluster;

/// <summary>Metadata (key 3): brokers, topics, partitions and their leaders; creates topics that are missing where
/// client and broker allow it.</summary>
/// <remarks>v0 an empty list means all · v1 null means all · v4 auto-creation is asked for · v12 topics by id · v13 top-level error.</remarks>
internal sealed class MetadataHandler(MetadataCache metadata, AutoTopicCreation creation)
    : IApiHandler<MetadataRequest, MetadataResponse>
{
    public async ValueTask<MetadataResponse?> HandleAsync(MetadataRequest request, RequestContext context)
    {
        var wantsAll = request.Topics is null || (context.ApiVersion == 0 && request.Topics.Count == 0);
        if (wantsAll)
            return Answer(context, image => image.Topics.ByName.Values.Select(topic => Describe(topic, image, context)));
        var errors = await CreateMissingAsync(request, context);
        return Answer(context, image => request.Topics!.Select(asked => Find(asked, image, context, errors)));
    }

    public MetadataResponse? Fail(MetadataRequest request, ErrorCode error, string message) => new()
    {
        ErrorCode = error,
        Topics = (request.Topics ?? []).ConvertAll(t => new MetadataResponse.MetadataResponseTopic { ErrorCode = error, Name = t.Name, TopicId = t.TopicId }),
    };

    private MetadataResponse Answer(RequestContext context, Func<MetadataImage, IEnumerable<MetadataResponse.MetadataResponseTopic>> topics)
    {
        var image = metadata.Image;
        var response = new MetadataResponse { ClusterId = metadata.ClusterId };
        foreach (var broker in image.Cluster.UnfencedBrokers)
            if (broker.EndPointOf(context.ListenerName) is { } endPoint)
                response.Brokers.Add(new() { NodeId = broker.Id, Host = endPoint.Host, Port = endPoint.Port, Rack = broker.Rack });
        // In KRaft any live broker serves as "controller": it forwards what only the active controller can do.
        response.ControllerId = response.Brokers.Exists(b => b.NodeId == metadata.NodeId) ? metadata.NodeId
            : response.Brokers.Count > 0 ? response.Brokers[0].NodeId : -1;
        response.Topics = [.. topics(image)];
        return response;
    }

    private async ValueTask<IReadOnlyDictionary<string, ErrorCode>> CreateMissingAsync(MetadataRequest request, RequestContext context)
    {
        var image = metadata.Image;
        var missing = request.Topics!.Where(t => t.TopicId == Uuid.Zero && t.Name is not null && image.Topics.Find(t.Name) is null)
            .Select(t => t.Name!).Distinct(StringComparer.Ordinal).ToList();
        var allowed = request.AllowAutoTopicCreation || context.ApiVersion < 4;
        return missing.Count > 0 && allowed ? await creation.CreateAsync(missing) : AutoTopicCreation.NoErrors;
    }

    private MetadataResponse.MetadataResponseTopic Find(
        MetadataRequest.MetadataRequestTopic asked, MetadataImage image, RequestContext context, IReadOnlyDictionary<string, ErrorCode> errors)
    {
        var topic = asked.TopicId != Uuid.Zero ? image.Topics.Find(asked.TopicId) : image.Topics.Find(asked.Name ?? "");
        if (topic is not null)
            return Describe(topic, image, context);
        var error = asked.TopicId != Uuid.Zero ? ErrorCode.UnknownTopicId
            : errors.GetValueOrDefault(asked.Name ?? "", ErrorCode.UnknownTopicOrPartition);
        return new() { ErrorCode = error, Name = asked.Name ?? (context.ApiVersion < 12 ? "" : null), TopicId = asked.TopicId };
    }

    private static MetadataResponse.MetadataResponseTopic Describe(TopicImage topic, MetadataImage image, RequestContext context)
    {
        var answer = new MetadataResponse.MetadataResponseTopic
        {
            Name = topic.Name,
            TopicId = topic.Id,
            IsInternal = InternalTopics.IsInternal(topic.Name),
        };
        for (var index = 0; index < topic.Partitions.Count; index++)
            answer.Partitions.Add(Describe(topic.Partitions[index], index, image, context));
        return answer;
    }

    private static MetadataResponse.MetadataResponsePartition Describe(
        PartitionRegistration partition, int index, MetadataImage image, RequestContext context) => new()
    {
        PartitionIndex = index,
        ErrorCode = LeaderError(partition, image, context),
        LeaderId = partition.Leader,
        LeaderEpoch = partition.LeaderEpoch,
        ReplicaNodes = [.. partition.Replicas],
        IsrNodes = [.. partition.Isr],
        OfflineReplicas = [.. partition.Replicas.Where(id => !image.Cluster.IsOnline(partition, id))],
    };

    private static ErrorCode LeaderError(PartitionRegistration partition, MetadataImage image, RequestContext context)
    {
        if (!partition.HasLeader || image.Cluster.Broker(partition.Leader) is not { Fenced: false } leader)
            return ErrorCode.LeaderNotAvailable;
        if (leader.EndPointOf(context.ListenerName) is not null)
            return ErrorCode.None;
        return context.ApiVersion >= 6 ? ErrorCode.ListenerNotFound : ErrorCode.LeaderNotAvailable;
    }
}
