using Platform.Client;
using Platform.Client.Admin;
using Platform.Client.Metadata;
using Platform.Client.Network;
using Platform.Protocol;
using Platform.Protocol.Messages;

namespace Platform.Dashboard.Monitoring;

/// <summary>
/// Asks a cluster over the Kafka protocol. A part that fails leaves its old answer; without metadata all fails.
/// </summary>
internal sealed class KafkaClusterSource(AdminClient admin, BrokerMeters meters) : IClusterSource
{
    private const int NoController = -1;
    private static readonly TimeSpan QuorumPatience = TimeSpan.FromSeconds(2);

    private IReadOnlyList<GroupListing> _groupList = [];

    public async Task<ClusterFacts> SampleAsync(long round, ClusterSnapshot? previous, CancellationToken cancellation)
    {
        var topics = await admin.ListTopicsAsync(includeInternal: true, cancellation);
        var cluster = await DescribeAsync(admin.Cluster.Metadata, cancellation);
        var plan = SamplePlan.For(round, topics.Sum(topic => topic.Partitions.Count));
        var led = topics.SelectMany(topic => topic.Partitions
            .Where(partition => cluster.Brokers.Any(b => b.Id == partition.LeaderId))
            .Select(partition => new TopicPartition(topic.Name, partition.Index))).ToList();

        var ends = plan.Offsets ? OffsetsAsync(led, OffsetSpec.Latest, cancellation) : null;
        var starts = plan.StartOffsets ? OffsetsAsync(led, OffsetSpec.Earliest, cancellation) : null;
        var sizes = plan.LogSizes ? LogSizesAsync(cluster, cancellation) : null;
        var groups = GroupsAsync(plan, previous, cancellation);
        var (groupList, groupFacts) = await groups;
        return new ClusterFacts
        {
            Cluster = cluster,
            Topics = topics,
            EndOffsets = ends is null ? null : await ends,
            StartOffsets = starts is null ? null : await starts,
            LogSizes = sizes is null ? null : await sizes,
            GroupList = groupList,
            Groups = groupFacts,
            Counters = meters.Read(),
        };
    }

    private async Task<ClusterDescription> DescribeAsync(
        ClusterMetadata metadata, CancellationToken cancellation) => new(
        metadata.ClusterId ?? "", await ActiveControllerAsync(metadata.ControllerId, cancellation),
        [.. metadata.Brokers.Values.OrderBy(broker => broker.Id)]);

    // With KRaft the metadata names any live broker, since each of them forwards: only the quorum knows who leads.
    private async Task<int> ActiveControllerAsync(int inMetadata, CancellationToken cancellation)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        limit.CancelAfter(QuorumPatience);
        try
        {
            return (await admin.DescribeQuorumAsync(limit.Token)).LeaderId;
        }
        catch (KafkaException error) when (error.Code == ErrorCode.UnsupportedVersion)
        {
            return inMetadata;
        }
        catch (Exception error) when (error is KafkaException || !cancellation.IsCancellationRequested)
        {
            return NoController;
        }
    }

    private async Task<IReadOnlyDictionary<TopicPartition, long>?> OffsetsAsync(
        List<TopicPartition> partitions, OffsetSpec spec, CancellationToken cancellation)
    {
        if (partitions.Count == 0)
            return new Dictionary<TopicPartition, long>();
        try
        {
            var found = await admin.ListOffsetsAsync(partitions, spec, cancellation);
            return found.Where(entry => entry.Value.Error == ErrorCode.None)
                .ToDictionary(entry => entry.Key, entry => entry.Value.Offset);
        }
        catch (KafkaException)
        {
            return null;
        }
    }

    private async Task<IReadOnlyDictionary<int, IReadOnlyDictionary<TopicPartition, long>>?> LogSizesAsync(
        ClusterDescription cluster, CancellationToken cancellation)
    {
        var answers = await Task.WhenAll(cluster.Brokers.Select(broker => LogSizesAsync(broker.Id, cancellation)));
        return answers.Where(answer => answer.Sizes is not null)
            .ToDictionary(answer => answer.Id, answer => answer.Sizes!);
    }

    private async Task<(int Id, IReadOnlyDictionary<TopicPartition, long>? Sizes)> LogSizesAsync(
        int id, CancellationToken cancellation)
    {
        try
        {
            var request = new DescribeLogDirsRequest { Topics = null };
            var response = await admin.Cluster.SendAsync(request, Destination.Node(id), default, cancellation);
            var sizes = new Dictionary<TopicPartition, long>();
            foreach (var topic in response.Results.SelectMany(directory => directory.Topics))
                foreach (var partition in topic.Partitions.Where(partition => !partition.IsFutureKey))
                    sizes[new TopicPartition(topic.Name, partition.PartitionIndex)] = partition.PartitionSize;
            return (id, sizes);
        }
        catch (KafkaException)
        {
            return (id, null);
        }
    }

    private async Task<(IReadOnlyList<GroupListing>?, IReadOnlyList<GroupFacts>)> GroupsAsync(
        SamplePlan plan, ClusterSnapshot? previous, CancellationToken cancellation)
    {
        try
        {
            var list = plan.GroupList ? await admin.ListGroupsAsync(cancellation) : null;
            _groupList = list ?? _groupList;
            var asked = SamplePlan.GroupsFor(_groupList, previous);
            var facts = await Task.WhenAll(asked.Select(id => GroupAsync(id, plan.DescribeGroups, cancellation)));
            return (list, facts);
        }
        catch (KafkaException)
        {
            return (null, []);
        }
    }

    private async Task<GroupFacts> GroupAsync(string id, bool describe, CancellationToken cancellation)
    {
        try
        {
            var committed = await admin.ListGroupOffsetsAsync(id, cancellation: cancellation);
            var description = describe ? await admin.DescribeGroupAsync(id, cancellation) : null;
            return new GroupFacts(id, description, committed);
        }
        catch (KafkaException)
        {
            return new GroupFacts(id, null, null);
        }
    }
}
