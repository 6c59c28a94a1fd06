using Platform.Api.Hosting;

namespace Platform.Api.RestProxy.V3.Configs;

/// <summary>Settings of topics.</summary>
internal static class TopicConfigEndpoints
{
    public static void MapTopicConfigs(this RouteGroupBuilder v3)
    {
        var topics = v3.MapGroup("/{clusterId}/topics").WithTags("Configs (v3)");
        topics.MapGet("/-/configs", ListAllAsync).WithName("listKafkaAllTopicConfigs")
            .WithSummary("Settings of all topics");
        topics.MapPost("/-/configs:alter", AlterSeveralAsync).WithName("updateKafkaTopicsConfigBatch")
            .Takes<AlterTopicConfigsRequest>().WithSummary("Change settings of several topics")
            .Produces(StatusCodes.Status204NoContent)
            .Produces<AlterTopicConfigsFailures>(StatusCodes.Status207MultiStatus, MediaTypes.Json);
        topics.MapGet("/{topicName}/configs", ListAsync).WithName("listKafkaTopicConfigs")
            .WithSummary("Settings of a topic");
        topics.MapPost("/{topicName}/configs:alter", AlterAsync).WithName("updateKafkaTopicConfigBatch")
            .Takes<AlterConfigsRequest>().WithSummary("Change several settings of a topic, all or none");
        topics.MapGet("/{topicName}/configs/{name}", GetAsync).WithName("getKafkaTopicConfig")
            .WithSummary("One setting of a topic");
        topics.MapPut("/{topicName}/configs/{name}", SetAsync).WithName("updateKafkaTopicConfig")
            .Takes<UpdateConfigRequest>().WithSummary("Set one setting of a topic");
        topics.MapDelete("/{topicName}/configs/{name}", ResetAsync).WithName("deleteKafkaTopicConfig")
            .WithSummary("Return a setting of a topic to its default");
    }

    private static async Task<V3Answer<ResourceList<KafkaConfigResource>>> ListAllAsync(
        HttpContext context, ClusterGateway gateway, string clusterId)
    {
        var links = await ResourceLinks.ForAsync(context, gateway, clusterId);
        var topics = await gateway.Admin.ListTopicsAsync(includeInternal: true, context.RequestAborted);
        var all = new List<KafkaConfigResource>();
        foreach (var owner in topics.Select(topic => ConfigOwner.Topic(links, topic.Name)))
            all.AddRange(await new OwnedConfigs(gateway, links, owner, context.RequestAborted).DescribeAsync());
        return new(links.List("KafkaTopicConfigList", links.Url("topics", "-", "configs"), all));
    }

    // Each topic is changed on its own: one that fails does not keep the others from it.
    private static async Task AlterSeveralAsync(HttpContext context, ClusterGateway gateway, string clusterId)
    {
        var links = await ResourceLinks.ForAsync(context, gateway, clusterId);
        var request = await JsonBody.ReadAsync(context, V3Json.TypeInfo<AlterTopicConfigsRequest>());
        var failures = new List<AlterTopicConfigsFailure>();
        foreach (var topic in request.Data)
        {
            try
            {
                var owner = ConfigOwner.Topic(links, topic.TopicName);
                await new OwnedConfigs(gateway, links, owner, context.RequestAborted)
                    .AlterAsync(new AlterConfigsRequest(topic.Configs, request.ValidateOnly));
            }
            catch (Exception error) when ((error as ProblemException ?? KafkaProblems.Explain(error)) is { } problem)
            {
                failures.Add(new AlterTopicConfigsFailure(topic.TopicName, problem.ErrorCode, problem.Message));
            }
        }
        if (failures.Count == 0)
            context.Response.StatusCode = StatusCodes.Status204NoContent;
        else
            await JsonAnswer.WriteAsync(context, new AlterTopicConfigsFailures(failures),
                V3Json.TypeInfo<AlterTopicConfigsFailures>(), MediaTypes.Json, StatusCodes.Status207MultiStatus);
    }

    private static async Task<V3Answer<ResourceList<KafkaConfigResource>>> ListAsync(
        HttpContext context, ClusterGateway gateway, string clusterId, string topicName) =>
        await (await ConfigsAsync(context, gateway, clusterId, topicName)).ListAsync();

    private static async Task<NoContentAnswer> AlterAsync(
        HttpContext context, ClusterGateway gateway, string clusterId, string topicName) =>
        await (await ConfigsAsync(context, gateway, clusterId, topicName)).AlterAsync(context);

    private static async Task<V3Answer<KafkaConfigResource>> GetAsync(
        HttpContext context, ClusterGateway gateway, string clusterId, string topicName, string name) =>
        await (await ConfigsAsync(context, gateway, clusterId, topicName)).GetAsync(name);

    private static async Task<NoContentAnswer> SetAsync(
        HttpContext context, ClusterGateway gateway, string clusterId, string topicName, string name) =>
        await (await ConfigsAsync(context, gateway, clusterId, topicName)).SetAsync(context, name);

    private static async Task<NoContentAnswer> ResetAsync(
        HttpContext context, ClusterGateway gateway, string clusterId, string topicName, string name) =>
        await (await ConfigsAsync(context, gateway, clusterId, topicName)).ResetAsync(name);

    private static async Task<OwnedConfigs> ConfigsAsync(
        HttpContext context, ClusterGateway gateway, string clusterId, string topicName)
    {
        var links = await ResourceLinks.ForAsync(context, gateway, clusterId);
        var owner = ConfigOwner.Topic(links, PathSegment.Decode(topicName));
        return new OwnedConfigs(gateway, links, owner, context.RequestAborted);
    }
}
