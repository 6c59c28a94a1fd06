using Platform.Api.Hosting;
using Platform.Client.Admin;
using Platform.Client.Metadata;
using Platform.Protocol;

namespace Platform.Api.RestProxy.V3.Topics;

/// <summary>Topics.</summary>
internal static class TopicEndpoints
{
    public static void MapTopics(this RouteGroupBuilder v3)
    {
        var topics = v3.MapGroup("/{clusterId}/topics").WithTags("Topic (v3)");
        topics.MapGet("", ListAsync).WithName("listKafkaTopics")
            .WithSummary("All topics, or those whose names have a prefix or a part");
        topics.MapPost("", CreateAsync).WithName("createKafkaTopic").Takes<CreateTopicRequest>()
            .WithSummary("Create a topic, or with validate_only check whether it could be");
        topics.MapGet("/{topicName}", GetAsync).WithName("getKafkaTopic").WithSummary("One topic");
        topics.MapPatch("/{topicName}", UpdateAsync).WithName("updatePartitionCountKafkaTopic")
            .Takes<UpdatePartitionCountRequest>().WithSummary("Add partitions to a topic");
        topics.MapDelete("/{topicName}", DeleteAsync).WithName("deleteKafkaTopic")
            .WithSummary("Delete a topic and all its records");
    }

    private static async Task<V3Answer<ResourceList<KafkaTopicResource>>> ListAsync(
        HttpContext context, ClusterGateway gateway, string clusterId, [AsParameters] TopicFilter filter)
    {
        var links = await ResourceLinks.ForAsync(context, gateway, clusterId);
        var topics = await gateway.Admin.ListTopicsAsync(includeInternal: true, context.RequestAborted);
        return new(links.List("KafkaTopicList", links.Url("topics"),
            topics.Where(filter.Shows).Select(topic => Describe(links, topic))));
    }

    private static async Task<V3Created<KafkaTopicResource>> CreateAsync(
        HttpContext context, ClusterGateway gateway, string clusterId)
    {
        var links = await ResourceLinks.ForAsync(context, gateway, clusterId);
        var request = await JsonBody.ReadAsync(context, V3Json.TypeInfo<CreateTopicRequest>());
        var topic = new NewTopic(request.TopicName, request.PartitionsCount ?? -1, request.ReplicationFactor ?? -1)
        {
            Configs = Configs(request),
            ReplicaAssignments = request.ReplicasAssignments,
        };
        await gateway.Admin.CreateTopicsAsync([topic], request.ValidateOnly, context.RequestAborted).ThrowIfAnyFailed();
        if (request.ValidateOnly)
            return new(Describe(links, request), location: null);
        var resource = await DescribeCreatedAsync(links, gateway, request, context.RequestAborted);
        return new(resource, resource.Metadata.Self);
    }

    private static async Task<V3Answer<KafkaTopicResource>> GetAsync(
        HttpContext context, ClusterGateway gateway, string clusterId, string topicName)
    {
        var links = await ResourceLinks.ForAsync(context, gateway, clusterId);
        return new(Describe(links, await RequireAsync(gateway, topicName, context.RequestAborted)));
    }

    private static async Task<V3Answer<KafkaTopicResource>> UpdateAsync(
        HttpContext context, ClusterGateway gateway, string clusterId, string topicName)
    {
        var links = await ResourceLinks.ForAsync(context, gateway, clusterId);
        var request = await JsonBody.ReadAsync(context, V3Json.TypeInfo<UpdatePartitionCountRequest>());
        var topic = await RequireAsync(gateway, topicName, context.RequestAborted);
        var growth = new NewPartitions(topic.Name, request.PartitionsCount);
        await gateway.Admin.CreatePartitionsAsync([growth], false, context.RequestAborted).ThrowIfAnyFailed();
        return new(Describe(links, topic) with { PartitionsCount = request.PartitionsCount });
    }

    private static async Task<NoContentAnswer> DeleteAsync(
        HttpContext context, ClusterGateway gateway, string clusterId, string topicName)
    {
        await ResourceLinks.ForAsync(context, gateway, clusterId);
        await gateway.Admin.DeleteTopicsAsync([PathSegment.Decode(topicName)], context.RequestAborted)
            .ThrowIfAnyFailed();
        return NoContentAnswer.Instance;
    }

    /// <summary>The topic with the name in the path, or 404.</summary>
    public static async Task<TopicMetadata> RequireAsync(
        ClusterGateway gateway, string topicName, CancellationToken cancellation)
    {
        var topics = await gateway.Admin.DescribeTopicsAsync([PathSegment.Decode(topicName)], cancellation);
        return topics[0].Error == ErrorCode.UnknownTopicOrPartition ? throw V3Problems.TopicNotFound()
            : topics[0].Error == ErrorCode.None || topics[0].Partitions.Count > 0 ? topics[0]
            : throw new ProblemException(KafkaProblems.CodeOf(topics[0].Error), topics[0].Error.Describe());
    }

    private static Dictionary<string, string?> Configs(CreateTopicRequest request)
    {
        var configs = new Dictionary<string, string?>(StringComparer.Ordinal);
        foreach (var config in request.Configs ?? [])
        {
            if (!configs.TryAdd(config.Name, config.Value))
                throw V3Problems.Invalid($"The setting '{config.Name}' is given twice.");
        }
        return configs;
    }

    // The broker that is asked may not know the topic yet; then the answer repeats the request.
    private static async Task<KafkaTopicResource> DescribeCreatedAsync(
        ResourceLinks links, ClusterGateway gateway, CreateTopicRequest request, CancellationToken cancellation)
    {
        var topics = await gateway.Admin.DescribeTopicsAsync([request.TopicName], cancellation);
        return topics[0].Partitions.Count > 0 ? Describe(links, topics[0]) : Describe(links, request);
    }

    private static KafkaTopicResource Describe(ResourceLinks links, CreateTopicRequest request) => Describe(
        links, request.TopicName, isInternal: false,
        request.ReplicationFactor ?? request.ReplicasAssignments?.Values.FirstOrDefault()?.Count ?? 0,
        request.PartitionsCount ?? request.ReplicasAssignments?.Count ?? 0);

    private static KafkaTopicResource Describe(ResourceLinks links, TopicMetadata topic) => Describe(
        links, topic.Name, topic.IsInternal, topic.Partitions.Count == 0 ? 0 : topic.Partitions[0].Replicas.Count,
        topic.Partitions.Count);

    private static KafkaTopicResource Describe(
        ResourceLinks links, string name, bool isInternal, int replicationFactor, int partitions)
    {
        var self = links.Url("topics", name);
        return new KafkaTopicResource(
            "KafkaTopic", links.Metadata(self, "topic", name), links.ClusterId, name, isInternal, replicationFactor,
            partitions, new Relationship(self + "/partitions"), new Relationship(self + "/configs"),
            new Relationship(self + "/partitions/-/reassignment"));
    }
}
