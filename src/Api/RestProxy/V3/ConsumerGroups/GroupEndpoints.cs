using System.Text;
using Platform.Api.Hosting;
using Platform.Client.Admin;
using Platform.Protocol;

namespace Platform.Api.RestProxy.V3.ConsumerGroups;

/// <summary>Consumer groups and their members.</summary>
internal static class GroupEndpoints
{
    private const string Dead = "Dead";

    public static void MapConsumerGroups(this RouteGroupBuilder v3)
    {
        var groups = v3.MapGroup("/{clusterId}/consumer-groups").WithTags("Consumer Group (v3)");
        groups.MapGet("", ListAsync).WithName("listKafkaConsumerGroups").WithSummary("All consumer groups");
        groups.MapGet("/{groupId}", GetAsync).WithName("getKafkaConsumerGroup").WithSummary("One consumer group");
        groups.MapGet("/{groupId}/consumers", ListConsumersAsync).WithName("listKafkaConsumers")
            .WithSummary("Members of a group");
        groups.MapGet("/{groupId}/consumers/{consumerId}", GetConsumerAsync).WithName("getKafkaConsumer")
            .WithSummary("One member of a group");
        groups.MapGet("/{groupId}/consumers/{consumerId}/assignments", ListAssignmentsAsync)
            .WithName("listKafkaConsumerAssignment").WithSummary("Partitions that a member reads");
        groups.MapGet("/{groupId}/consumers/{consumerId}/assignments/{topicName}/partitions/{partitionId:int}",
            GetAssignmentAsync).WithName("getKafkaConsumerAssignment").WithSummary("One partition that a member reads");
    }

    private static async Task<V3Answer<ResourceList<KafkaConsumerGroupResource>>> ListAsync(
        HttpContext context, ClusterGateway gateway, string clusterId)
    {
        var links = await ResourceLinks.ForAsync(context, gateway, clusterId);
        var listed = await gateway.Admin.ListGroupsAsync(context.RequestAborted);
        var types = listed.ToDictionary(group => group.GroupId, group => group.Type);
        var described = await gateway.Admin.DescribeGroupsAsync(types.Keys, context.RequestAborted);
        return new(links.List("KafkaConsumerGroupList", links.Url("consumer-groups"),
            described.Where(Exists).OrderBy(group => group.GroupId, StringComparer.Ordinal)
                .Select(group => Describe(links, group, types[group.GroupId]))));
    }

    private static async Task<V3Answer<KafkaConsumerGroupResource>> GetAsync(
        HttpContext context, ClusterGateway gateway, string clusterId, string groupId)
    {
        var (links, group) = await RequireAsync(context, gateway, clusterId, groupId);
        var listed = await gateway.Admin.ListGroupsAsync(context.RequestAborted);
        return new(Describe(links, group, listed.FirstOrDefault(one => one.GroupId == group.GroupId)?.Type ?? ""));
    }

    private static async Task<V3Answer<ResourceList<KafkaConsumerResource>>> ListConsumersAsync(
        HttpContext context, ClusterGateway gateway, string clusterId, string groupId)
    {
        var (links, group) = await RequireAsync(context, gateway, clusterId, groupId);
        return new(links.List("KafkaConsumerList", links.Url("consumer-groups", group.GroupId, "consumers"),
            group.Members.OrderBy(member => member.MemberId, StringComparer.Ordinal)
                .Select(member => Describe(links, group, member))));
    }

    private static async Task<V3Answer<KafkaConsumerResource>> GetConsumerAsync(
        HttpContext context, ClusterGateway gateway, string clusterId, string groupId, string consumerId)
    {
        var (links, group) = await RequireAsync(context, gateway, clusterId, groupId);
        return new(Describe(links, group, Member(group, consumerId)));
    }

    private static async Task<V3Answer<ResourceList<KafkaConsumerAssignmentResource>>> ListAssignmentsAsync(
        HttpContext context, ClusterGateway gateway, string clusterId, string groupId, string consumerId)
    {
        var (links, group) = await RequireAsync(context, gateway, clusterId, groupId);
        var member = Member(group, consumerId);
        var self = links.Url("consumer-groups", group.GroupId, "consumers", member.MemberId, "assignments");
        return new(links.List("KafkaConsumerAssignmentList", self, member.Assignment
            .OrderBy(partition => partition.Topic, StringComparer.Ordinal).ThenBy(partition => partition.Partition)
            .Select(partition => Describe(links, group, member, partition))));
    }

    private static async Task<V3Answer<KafkaConsumerAssignmentResource>> GetAssignmentAsync(HttpContext context,
        ClusterGateway gateway, string clusterId, string groupId, string consumerId, string topicName, int partitionId)
    {
        var (links, group) = await RequireAsync(context, gateway, clusterId, groupId);
        var member = Member(group, consumerId);
        var partition = new TopicPartition(PathSegment.Decode(topicName), partitionId);
        if (!member.Assignment.Contains(partition))
            throw V3Problems.NotFound();
        return new(Describe(links, group, member, partition));
    }

    /// <summary>The group in the path, or 404.</summary>
    public static async Task<(ResourceLinks Links, GroupDescription Group)> RequireAsync(
        HttpContext context, ClusterGateway gateway, string clusterId, string groupId)
    {
        var links = await ResourceLinks.ForAsync(context, gateway, clusterId);
        var group = await gateway.Admin.DescribeGroupAsync(PathSegment.Decode(groupId), context.RequestAborted);
        if (!Exists(group))
            throw V3Problems.NotFound();
        if (group.Error != ErrorCode.None)
            throw new ProblemException(KafkaProblems.CodeOf(group.Error), group.ErrorMessage ?? group.Error.Describe());
        return (links, group);
    }

    private static bool Exists(GroupDescription group) =>
        group.State != Dead && group.Error != ErrorCode.GroupIdNotFound;

    private static GroupMember Member(GroupDescription group, string consumerId)
    {
        consumerId = PathSegment.Decode(consumerId);
        return group.Members.FirstOrDefault(member => member.MemberId == consumerId) ?? throw V3Problems.NotFound();
    }

    private static KafkaConsumerGroupResource Describe(ResourceLinks links, GroupDescription group, string type)
    {
        var self = links.Url("consumer-groups", group.GroupId);
        return new KafkaConsumerGroupResource(
            "KafkaConsumerGroup", links.Metadata(self, "consumer-group", group.GroupId), links.ClusterId, group.GroupId,
            group.ProtocolType.Length == 0, group.Assignor, UpperSnake(group.State), UpperSnake(type),
            IsMixedConsumerGroup: false,
            group.CoordinatorId < 0 ? null : links.Related("brokers", group.CoordinatorId),
            new Relationship(self + "/consumers"), new Relationship(self + "/lag-summary"));
    }

    private static KafkaConsumerResource Describe(ResourceLinks links, GroupDescription group, GroupMember member)
    {
        var self = links.Url("consumer-groups", group.GroupId, "consumers", member.MemberId);
        var metadata = links.Metadata(self, "consumer-group", group.GroupId, "consumer", member.MemberId);
        return new KafkaConsumerResource("KafkaConsumer", metadata, links.ClusterId, group.GroupId, member.MemberId,
            member.InstanceId, member.ClientId, new Relationship(self + "/assignments"));
    }

    private static KafkaConsumerAssignmentResource Describe(
        ResourceLinks links, GroupDescription group, GroupMember member, TopicPartition partition)
    {
        var (topic, index) = (partition.Topic, partition.Partition);
        var self = links.Url(
            "consumer-groups", group.GroupId, "consumers", member.MemberId, "assignments", topic, "partitions", index);
        var metadata = links.Metadata(
            self, "consumer-group", group.GroupId, "consumer", member.MemberId, "assignment", $"{topic}:{index}");
        return new KafkaConsumerAssignmentResource("KafkaConsumerAssignment", metadata, links.ClusterId, group.GroupId,
            member.MemberId, topic, index, links.Related("topics", topic, "partitions", index),
            links.Related("consumer-groups", group.GroupId, "lags", topic, "partitions", index));
    }

    // PreparingRebalance is PREPARING_REBALANCE here.
    private static string UpperSnake(string name)
    {
        if (name.Length == 0)
            return "UNKNOWN";
        var text = new StringBuilder();
        foreach (var letter in name)
        {
            if (char.IsAsciiLetterUpper(letter) && text.Length > 0)
                text.Append('_');
            text.Append(char.ToUpperInvariant(letter));
        }
        return text.ToString();
    }
}
