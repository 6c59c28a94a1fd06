using Platform.Api.Hosting;
using Platform.Client.Admin;
using Platform.Client.Metadata;
using Platform.Protocol;

namespace Platform.Api.RestProxy.V2.Metadata;

/// <summary>What is in the cluster, as v2 tells it.</summary>
internal static class MetadataEndpoints
{
    public static void MapMetadata(this RouteGroupBuilder v2)
    {
        v2.MapGet("/brokers", ListBrokersAsync).WithName("listBrokersV2").WithTags("Broker (v2)")
            .WithSummary("Ids of the live brokers");
        var topics = v2.MapGroup("/topics").WithTags("Topic (v2)");
        topics.MapGet("", ListTopicsAsync).WithName("listTopicsV2").WithSummary("Names of all topics");
        topics.MapGet("/{topic}", GetTopicAsync).WithName("getTopicV2")
            .WithSummary("A topic, its settings and partitions");
        topics.MapGet("/{topic}/partitions", ListPartitionsAsync).WithName("listPartitionsV2")
            .WithSummary("Partitions of a topic");
        topics.MapGet("/{topic}/partitions/{partition:int}", GetPartitionAsync).WithName("getPartitionV2")
            .WithSummary("One partition");
        topics.MapGet("/{topic}/partitions/{partition:int}/offsets", GetOffsetsAsync).WithName("getPartitionOffsetsV2")
            .WithSummary("Start and end of a partition");
    }

    private static async Task<V2Answer<BrokerList>> ListBrokersAsync(ClusterGateway gateway,
        CancellationToken cancellation)
    {
        var cluster = await gateway.Admin.DescribeClusterAsync(cancellation);
        return new(new BrokerList([.. cluster.Brokers.Select(broker => broker.Id)]));
    }

    private static async Task<V2Answer<IReadOnlyList<string>>> ListTopicsAsync(
        ClusterGateway gateway, CancellationToken cancellation)
    {
        var topics = await gateway.Admin.ListTopicsAsync(includeInternal: true, cancellation);
        return new([.. topics.Select(topic => topic.Name)]);
    }

    private static async Task<V2Answer<TopicDescription>> GetTopicAsync(
        ClusterGateway gateway, string topic, CancellationToken cancellation)
    {
        var found = await RequireAsync(gateway, topic, cancellation);
        var configs =
            await gateway.Admin.DescribeConfigsAsync([ConfigResource.Topic(found.Name)], cancellation: cancellation);
        var values = configs.SelectMany(one => one.Entries).OrderBy(entry => entry.Name, StringComparer.Ordinal)
            .ToDictionary(entry => entry.Name, entry => entry.Value);
        return new(new TopicDescription(found.Name, values, [.. found.Partitions.Select(Describe)]));
    }

    private static async Task<V2Answer<IReadOnlyList<PartitionDescription>>> ListPartitionsAsync(
        ClusterGateway gateway, string topic, CancellationToken cancellation) =>
        new([.. (await RequireAsync(gateway, topic, cancellation)).Partitions.Select(Describe)]);

    private static async Task<V2Answer<PartitionDescription>> GetPartitionAsync(
        ClusterGateway gateway, string topic, int partition, CancellationToken cancellation) =>
        new(Describe(await RequireAsync(gateway, topic, partition, cancellation)));

    private static async Task<V2Answer<PartitionOffsets>> GetOffsetsAsync(
        ClusterGateway gateway, string topic, int partition, CancellationToken cancellation)
    {
        await RequireAsync(gateway, topic, partition, cancellation);
        var key = new TopicPartition(PathSegment.Decode(topic), partition);
        return new(new PartitionOffsets(
            await OffsetAsync(gateway, key, OffsetSpec.Earliest, cancellation),
            await OffsetAsync(gateway, key, OffsetSpec.Latest, cancellation)));
    }

    private static async Task<long> OffsetAsync(
        ClusterGateway gateway, TopicPartition partition, OffsetSpec spec, CancellationToken cancellation)
    {
        var found = (await gateway.Admin.ListOffsetsAsync([partition], spec, cancellation))[partition];
        return found.Error == ErrorCode.None ? found.Offset
            : throw new ProblemException(KafkaProblems.CodeOf(found.Error), $"{partition}: {found.Error.Describe()}");
    }

    /// <summary>The partition, or 404.</summary>
    public static async Task<PartitionMetadata> RequireAsync(
        ClusterGateway gateway, string topic, int partition, CancellationToken cancellation) =>
        (await RequireAsync(gateway, topic, cancellation)).Partition(partition) ?? throw V2Problems.PartitionNotFound();

    private static async Task<TopicMetadata> RequireAsync(
        ClusterGateway gateway, string topic, CancellationToken cancellation)
    {
        var found = (await gateway.Admin.DescribeTopicsAsync([PathSegment.Decode(topic)], cancellation))[0];
        return found.Partitions.Count > 0 ? found
            : found.Error is ErrorCode.UnknownTopicOrPartition or ErrorCode.InvalidTopicException or ErrorCode.None
                ? throw V2Problems.TopicNotFound()
                : throw new ProblemException(KafkaProblems.CodeOf(found.Error), found.Error.Describe());
    }

    private static PartitionDescription Describe(PartitionMetadata partition) => new(
        partition.Index, partition.LeaderId,
        [.. partition.Replicas.Select(broker => new ReplicaDescription(
            broker, broker == partition.LeaderId, partition.InSyncReplicas.Contains(broker)))]);
}
