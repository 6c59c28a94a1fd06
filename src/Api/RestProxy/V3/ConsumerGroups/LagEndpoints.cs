using Platform.Api.Hosting;
using Platform.Client.Admin;
using Platform.Protocol;

namespace Platform.Api.RestProxy.V3.ConsumerGroups;

/// <summary>How far groups are behind: the end of each partition less the committed offset.</summary>
internal static class LagEndpoints
{
    private static readonly GroupMember Nobody = new("", null, "", "", []);

    public static void MapConsumerLags(this RouteGroupBuilder v3)
    {
        var group = v3.MapGroup("/{clusterId}/consumer-groups/{groupId}").WithTags("Consumer Group (v3)");
        group.MapGet("/lags", ListAsync).WithName("listKafkaConsumerLags")
            .WithSummary("Lag of a group in each partition");
        group.MapGet("/lags/{topicName}/partitions/{partitionId:int}", GetAsync).WithName("getKafkaConsumerLag")
            .WithSummary("Lag of a group in one partition");
        group.MapGet("/lag-summary", SummariseAsync).WithName("getKafkaConsumerGroupLagSummary")
            .WithSummary("Lag of a group in total, and where it is largest");
    }

    private static async Task<V3Answer<ResourceList<KafkaConsumerLagResource>>> ListAsync(
        HttpContext context, ClusterGateway gateway, string clusterId, string groupId)
    {
        var (links, group) = await GroupEndpoints.RequireAsync(context, gateway, clusterId, groupId);
        var lags = await LagsAsync(gateway, links, group, context.RequestAborted);
        return new(links.List("KafkaConsumerLagList", links.Url("consumer-groups", group.GroupId, "lags"), lags));
    }

    private static async Task<V3Answer<KafkaConsumerLagResource>> GetAsync(HttpContext context,
        ClusterGateway gateway, string clusterId, string groupId, string topicName, int partitionId)
    {
        var (links, group) = await GroupEndpoints.RequireAsync(context, gateway, clusterId, groupId);
        var topic = PathSegment.Decode(topicName);
        var lags = await LagsAsync(gateway, links, group, context.RequestAborted);
        return new(lags.FirstOrDefault(lag => lag.TopicName == topic && lag.PartitionId == partitionId)
            ?? throw V3Problems.NotFound());
    }

    private static async Task<V3Answer<KafkaLagSummaryResource>> SummariseAsync(
        HttpContext context, ClusterGateway gateway, string clusterId, string groupId)
    {
        var (links, group) = await GroupEndpoints.RequireAsync(context, gateway, clusterId, groupId);
        var lags = await LagsAsync(gateway, links, group, context.RequestAborted);
        var max = lags.MaxBy(lag => lag.Lag) ?? throw V3Problems.NotFound();
        var self = links.Url("consumer-groups", group.GroupId, "lag-summary");
        return new(new KafkaLagSummaryResource(
            "KafkaConsumerGroupLagSummary", links.Metadata(self, "consumer-group", group.GroupId, "lag-summary", ""),
            links.ClusterId, group.GroupId, max.ConsumerId, max.InstanceId, max.ClientId, max.TopicName,
            max.PartitionId, max.Lag, lags.Sum(lag => lag.Lag),
            links.Related("consumer-groups", group.GroupId, "consumers", max.ConsumerId),
            links.Related("topics", max.TopicName, "partitions", max.PartitionId)));
    }

    private static async Task<IReadOnlyList<KafkaConsumerLagResource>> LagsAsync(
        ClusterGateway gateway, ResourceLinks links, GroupDescription group, CancellationToken cancellation)
    {
        var committed = await gateway.Admin.ListGroupOffsetsAsync(group.GroupId, requireStable: false, cancellation);
        var ends = await gateway.Admin.ListOffsetsAsync(committed.Keys, OffsetSpec.Latest, cancellation);
        return [.. committed.Where(one => ends[one.Key].Error == ErrorCode.None)
            .OrderBy(one => one.Key.Topic, StringComparer.Ordinal).ThenBy(one => one.Key.Partition)
            .Select(one => Describe(links, group, one.Key, one.Value.Offset, ends[one.Key].Offset))];
    }

    private static KafkaConsumerLagResource Describe(
        ResourceLinks links, GroupDescription group, TopicPartition partition, long current, long end)
    {
        var owner = group.Members.FirstOrDefault(member => member.Assignment.Contains(partition)) ?? Nobody;
        var (topic, index) = (partition.Topic, partition.Partition);
        var self = links.Url("consumer-groups", group.GroupId, "lags", topic, "partitions", index);
        var metadata = links.Metadata(self, "consumer-group", group.GroupId, "lag", $"{topic}:{index}");
        return new KafkaConsumerLagResource("KafkaConsumerLag", metadata, links.ClusterId, group.GroupId, topic, index,
            current, end, Math.Max(0, end - current), owner.MemberId, owner.InstanceId, owner.ClientId);
    }
}
