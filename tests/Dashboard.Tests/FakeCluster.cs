using Platform.Client.Admin;
using Platform.Client.Metadata;
using Platform.Dashboard.Monitoring;
using Platform.Protocol;

namespace Platform.Dashboard.Tests;

/// <summary>A cluster that answers what a test told it. Each noun adds one thing; the rest stays healthy.</summary>
internal sealed class FakeCluster : IClusterSource
{
    private readonly List<BrokerInfo> _brokers = [];
    private readonly List<TopicMetadata> _topics = [];
    private readonly Dictionary<TopicPartition, long> _starts = [];
    private readonly Dictionary<TopicPartition, long> _ends = [];
    private readonly List<GroupListing> _groupList = [];
    private readonly Dictionary<string, GroupFacts> _groups = [];

    public int ControllerId { get; set; } = 1;

    /// <summary>What the next rounds fail with; null when they succeed.</summary>
    public Exception? Failure { get; set; }

    public BrokerCounters? Counters { get; set; }

    public FakeCluster WithBrokers(params int[] ids)
    {
        _brokers.AddRange(ids.Select(id => new BrokerInfo(id, $"broker-{id}", 9092, $"rack-{id}")));
        return this;
    }

    public FakeCluster WithTopic(
        string name, int partitions = 1, int[]? replicas = null, int[]? isr = null, int? leader = null,
        bool isInternal = false)
    {
        replicas ??= [_brokers[0].Id];
        var made = Enumerable.Range(0, partitions).Select(index => new PartitionMetadata(
            index, leader ?? replicas[index % replicas.Length], 0, replicas, isr ?? replicas, []));
        _topics.Add(new TopicMetadata(name, Uuid.Zero, isInternal, ErrorCode.None, [.. made]));
        for (var index = 0; index < partitions; index++)
            At(name, index, start: 0, end: 0);
        return this;
    }

    public FakeCluster At(string topic, int partition, long start, long end)
    {
        _starts[new TopicPartition(topic, partition)] = start;
        _ends[new TopicPartition(topic, partition)] = end;
        return this;
    }

    public FakeCluster WithGroup(string id, string state, int members, string topic, params long[] committed)
    {
        _groupList.RemoveAll(group => group.GroupId == id);
        _groupList.Add(new GroupListing(id, "consumer", state, "classic"));
        var partitions = committed.Select((_, index) => new TopicPartition(topic, index)).ToList();
        var described = Enumerable.Range(0, members).Select(member => new GroupMember(
            $"{id}-member-{member}", null, $"{id}-client", $"/10.0.0.{member + 1}",
            [.. partitions.Where(partition => partition.Partition % members == member)])).ToList();
        _groups[id] = new GroupFacts(id,
            new GroupDescription(id, state, "consumer", "range", described, _brokers[0].Id, ErrorCode.None, null),
            partitions.ToDictionary(
                partition => partition, partition => new OffsetAndMetadata(committed[partition.Partition])));
        return this;
    }

    public ClusterFacts Facts => new()
    {
        Cluster = new ClusterDescription("a-cluster", ControllerId, _brokers),
        Topics = _topics,
        StartOffsets = new Dictionary<TopicPartition, long>(_starts),
        EndOffsets = new Dictionary<TopicPartition, long>(_ends),
        LogSizes = _brokers.ToDictionary(broker => broker.Id, _ =>
            (IReadOnlyDictionary<TopicPartition, long>)_ends.ToDictionary(end => end.Key, end => end.Value * 100)),
        GroupList = [.. _groupList],
        Groups = [.. _groups.Values],
        Counters = Counters,
    };

    /// <summary>The snapshot after one round.</summary>
    public ClusterSnapshot Snapshot() => SnapshotBuilder.Next(SampleState.Empty, Facts, nowMs: 1_000).Snapshot!;

    public Task<ClusterFacts> SampleAsync(long round, ClusterSnapshot? previous, CancellationToken cancellation) =>
        Failure is null ? Task.FromResult(Facts) : Task.FromException<ClusterFacts>(Failure);
}
