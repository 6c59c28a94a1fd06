using Platform.Api.Hosting;
using Platform.Api.RestProxy.V2.Consumers.Ownership;

namespace Platform.Api.RestProxy.V2.Consumers;

/// <summary>Consumer instances: creating, deleting, and what they read.</summary>
internal static class ConsumerEndpoints
{
    /// <summary>Path of everything that an instance serves.</summary>
    public const string InstancePath = "/consumers/{group}/instances/{instance}";

    public const string Tag = "Consumers (v2)";

    public static void MapConsumers(this RouteGroupBuilder v2)
    {
        v2.MapPost("/consumers/{group}", CreateAsync).WithName("createConsumerV2").WithTags(Tag)
            .TakesV2<CreateConsumerRequest>().WithSummary("Create a consumer instance in a group");
        var consumers = v2.MapGroup("").WithTags(Tag).RunsAtOwner();
        consumers.MapDelete(InstancePath, DeleteAsync).WithName("deleteConsumerV2").WithSummary("Delete an instance");
        consumers.MapPost(InstancePath + "/subscription", SubscribeAsync).WithName("subscribeV2")
            .TakesV2<SubscriptionRequest>().WithSummary("Subscribe to topics, instead of earlier ones");
        consumers.MapGet(InstancePath + "/subscription", GetSubscriptionAsync).WithName("getSubscriptionV2")
            .WithSummary("The topics that an instance subscribes to");
        consumers.MapDelete(InstancePath + "/subscription", UnsubscribeAsync).WithName("unsubscribeV2")
            .WithSummary("End the subscription");
        consumers.MapPost(InstancePath + "/assignments", AssignAsync).WithName("assignV2")
            .TakesV2<PartitionList>().WithSummary("Read these partitions, without sharing them in the group");
        consumers.MapGet(InstancePath + "/assignments", GetAssignmentsAsync).WithName("getAssignmentsV2")
            .WithSummary("The partitions that an instance reads");
    }

    /// <summary>Tells OpenAPI the body, and the router the media types that are taken.</summary>
    public static RouteHandlerBuilder TakesV2<T>(this RouteHandlerBuilder endpoint) where T : notnull =>
        endpoint.Accepts<T>(
            MediaTypes.KafkaV2, MediaTypes.KafkaV2Json, MediaTypes.KafkaV2Binary, MediaTypes.Json);

    private static async Task<V2Answer<CreateConsumerResponse>> CreateAsync(
        HttpContext context, ConsumerInstances instances, string group)
    {
        var request = await JsonBody.ReadOptionalAsync(context, V2Json.TypeInfo<CreateConsumerRequest>());
        var settings = ConsumerSettings.From(
            PathSegment.Decode(group), request ?? new CreateConsumerRequest(),
            newName: () => $"rest-consumer-{Guid.CreateVersion7()}");
        await instances.CreateAsync(settings, context.RequestAborted);
        var http = context.Request;
        return new(new CreateConsumerResponse(settings.Name, $"{http.Scheme}://{http.Host}{http.PathBase}/consumers/"
            + $"{Uri.EscapeDataString(settings.Group)}/instances/{Uri.EscapeDataString(settings.Name)}"));
    }

    private static async Task<NoContentAnswer> DeleteAsync(ConsumerInstances instances, string group, string instance)
    {
        await instances.DeleteAsync(group, instance);
        return NoContentAnswer.Instance;
    }

    private static async Task<NoContentAnswer> SubscribeAsync(HttpContext context, ConsumerInstances instances,
        InstanceSaver saver, ClusterGateway gateway, string group, string instance)
    {
        var consumer = instances.Require(group, instance);
        var request = await JsonBody.ReadAsync(context, V2Json.TypeInfo<SubscriptionRequest>());
        if (request.Topics is not null && request.TopicPattern is not null)
            throw V2Problems.IllegalState("topics and topic_pattern exclude each other.");
        await using var turn = await instances.EnterAsync(consumer, context);
        if (request.TopicPattern is { } text)
        {
            var pattern = new TopicPattern(text);
            var topics = await pattern.MatchAsync(gateway.Admin, consumer.NowMs, context.RequestAborted);
            consumer.Subscribe(topics, pattern);
        }
        else
        {
            if (request.Topics is not { Count: > 0 })
                throw V2Problems.Invalid("\"topics\" or \"topic_pattern\" is needed.");
            saver.RequireRoom(consumer, request.Topics, partitions: null);
            consumer.Subscribe(request.Topics, pattern: null);
        }
        return NoContentAnswer.Instance;
    }

    private static async Task<V2Answer<SubscriptionResponse>> GetSubscriptionAsync(
        HttpContext context, ConsumerInstances instances, string group, string instance)
    {
        var consumer = instances.Require(group, instance);
        await using var turn = await instances.EnterAsync(consumer, context);
        return new(new SubscriptionResponse(consumer.Subscription));
    }

    private static async Task<NoContentAnswer> UnsubscribeAsync(
        HttpContext context, ConsumerInstances instances, string group, string instance)
    {
        var consumer = instances.Require(group, instance);
        await using var turn = await instances.EnterAsync(consumer, context);
        await consumer.AutoCommitAsync(context.RequestAborted);
        await consumer.UnsubscribeAsync(context.RequestAborted);
        return NoContentAnswer.Instance;
    }

    private static async Task<NoContentAnswer> AssignAsync(
        HttpContext context, ConsumerInstances instances, InstanceSaver saver, string group, string instance)
    {
        var consumer = instances.Require(group, instance);
        var request = await JsonBody.ReadAsync(context, V2Json.TypeInfo<PartitionList>());
        await using var turn = await instances.EnterAsync(consumer, context);
        saver.RequireRoom(consumer, topics: null, request.Partitions);
        consumer.Assign([.. (request.Partitions ?? []).Select(partition => partition.ToTopicPartition())]);
        return NoContentAnswer.Instance;
    }

    private static async Task<V2Answer<PartitionList>> GetAssignmentsAsync(
        HttpContext context, ConsumerInstances instances, string group, string instance)
    {
        var consumer = instances.Require(group, instance);
        await using var turn = await instances.EnterAsync(consumer, context);
        return new(new PartitionList([.. consumer.Assignment
            .OrderBy(one => one.Topic, StringComparer.Ordinal).ThenBy(one => one.Partition)
            .Select(one => new PartitionItem(one.Topic, one.Partition))]));
    }
}
