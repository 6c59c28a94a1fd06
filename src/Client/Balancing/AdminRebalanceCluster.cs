using Platform.Client.Admin;
using Platform.Client.Metadata;
using Platform.Protocol;

namespace Platform.Client.Balancing;

/// <summary>Reads and changes a cluster for the planner and its runs, through the admin client.</summary>
public sealed class AdminRebalanceCluster(AdminClient admin, TimeProvider time) : IRebalanceCluster
{
    /// <summary>Setting of a broker that says how fast it may send to replicas that are throttled.</summary>
    public const string LeaderRate = "leader.replication.throttled.rate";

    /// <summary>Setting of a broker that says how fast its throttled replicas may fetch.</summary>
    public const string FollowerRate = "follower.replication.throttled.rate";

    /// <summary>Setting of a topic: replicas to which leaders send at the rate.</summary>
    public const string LeaderReplicas = "leader.replication.throttled.replicas";

    /// <summary>Setting of a topic: replicas that fetch at the rate.</summary>
    public const string FollowerReplicas = "follower.replication.throttled.replicas";

    /// <summary>Setting of a broker: directories that take no new replicas (KIP-1066); * for all drains it.</summary>
    public const string CordonedLogDirs = "cordoned.log.dirs";

    /// <summary>Reads what a plan is made of.</summary>
    /// <param name="drained">Brokers that shall be emptied, besides those whose directories are all cordoned.</param>
    /// <param name="cancellation">Gives up.</param>
    public async Task<BalanceState> ReadAsync(IReadOnlyCollection<int> drained, CancellationToken cancellation)
    {
        var cluster = await admin.DescribeClusterAsync(cancellation);
        var topics = await admin.ListTopicsAsync(includeInternal: true, cancellation);
        var sizes = await SizesAsync(cluster, cancellation);
        var moving = (await admin.ListPartitionReassignmentsAsync(cancellation))
            .ToDictionary(move => move.Partition);
        var cordoned = await CordonedAsync(cluster, cancellation);
        return new BalanceState(
            [.. Brokers(cluster, [.. drained, .. cordoned])],
            [.. from topic in topics
                from partition in topic.Partitions
                select Partition(new TopicPartition(topic.Name, partition.Index), partition, moving, sizes)]);
    }

    /// <inheritdoc/>
    public Task<IReadOnlyList<ItemResult<TopicPartition>>> BeginAsync(
        IReadOnlyList<PlannedMove> moves, CancellationToken cancellation) =>
        admin.AlterPartitionReassignmentsAsync(
            moves.ToDictionary(move => move.Partition, move => (IReadOnlyList<int>?)move.To), cancellation);

    /// <inheritdoc/>
    public Task<IReadOnlyList<PartitionReassignment>> UnderWayAsync(CancellationToken cancellation) =>
        admin.ListPartitionReassignmentsAsync(cancellation);

    /// <inheritdoc/>
    public async Task ElectPreferredAsync(
        IReadOnlyList<TopicPartition> partitions, CancellationToken cancellation)
    {
        // One that cannot lead yet will be elected by the controller when it can; that is no reason to stop.
        await admin.ElectLeadersAsync(ElectionType.Preferred, partitions, cancellation);
    }

    /// <inheritdoc/>
    public async Task<ClusterHealth> HealthAsync(CancellationToken cancellation)
    {
        var topics = await admin.ListTopicsAsync(includeInternal: true, cancellation);
        var moving = (await admin.ListPartitionReassignmentsAsync(cancellation))
            .Select(move => move.Partition).ToHashSet();
        var underReplicated = topics.Sum(topic => topic.Partitions.Count(partition =>
            partition.InSyncReplicas.Count < partition.Replicas.Count
            && !moving.Contains(new TopicPartition(topic.Name, partition.Index))));
        return new ClusterHealth(underReplicated, await LatencyMsAsync(topics, cancellation));
    }

    /// <inheritdoc/>
    public async Task ThrottleAsync(
        IReadOnlyList<PlannedMove> moves, long bytesPerSecond, CancellationToken cancellation)
    {
        // Kafka takes the rates of each broker by itself only, not from the defaults of all.
        var changes = await ForEachBrokerAsync(
            [AlterConfig.Set(LeaderRate, $"{bytesPerSecond}"), AlterConfig.Set(FollowerRate, $"{bytesPerSecond}")],
            cancellation);
        foreach (var topic in moves.Where(move => !move.IsLeaderOnly).GroupBy(move => move.Partition.Topic))
            changes[ConfigResource.Topic(topic.Key)] =
            [
                Append(LeaderReplicas, topic.SelectMany(move =>
                    move.From.Select(broker => (move.Partition.Partition, broker)))),
                Append(FollowerReplicas, topic.SelectMany(move =>
                    move.Adding.Select(broker => (move.Partition.Partition, broker)))),
            ];
        await admin.IncrementalAlterConfigsAsync(changes, cancellation: cancellation).ThrowIfAnyFailed();
    }

    /// <inheritdoc/>
    public async Task UnthrottleAsync(CancellationToken cancellation)
    {
        var topics = await admin.ListTopicsAsync(includeInternal: true, cancellation);
        var described = await admin.DescribeConfigsAsync(
            topics.Select(topic => ConfigResource.Topic(topic.Name)), cancellation: cancellation);
        var changes = await ForEachBrokerAsync(
            [AlterConfig.Delete(LeaderRate), AlterConfig.Delete(FollowerRate)], cancellation);
        foreach (var topic in described.Where(topic => topic.Entries.Any(IsThrottle)))
            changes[topic.Resource] = [AlterConfig.Delete(LeaderReplicas), AlterConfig.Delete(FollowerReplicas)];
        await admin.IncrementalAlterConfigsAsync(changes, cancellation: cancellation).ThrowIfAnyFailed();
    }

    /// <summary>What is moving, and how much of it is copied.</summary>
    public async Task<IReadOnlyList<MoveStatus>> MovesAsync(CancellationToken cancellation)
    {
        var moves = await admin.ListPartitionReassignmentsAsync(cancellation);
        var cluster = await admin.DescribeClusterAsync(cancellation);
        var replicas = new Dictionary<(int Broker, TopicPartition Partition), long>();
        foreach (var broker in cluster.Brokers)
            foreach (var replica in (await admin.DescribeLogDirsAsync(broker.Id, cancellation))
                .SelectMany(directory => directory.Replicas))
                replicas[(broker.Id, replica.Partition)] = replica.SizeInBytes;
        long Size(int broker, PartitionReassignment move) => replicas.GetValueOrDefault((broker, move.Partition));
        return [.. moves.Select(move => new MoveStatus(move.Partition, move.Adding, move.Removing,
            move.Adding.Sum(broker => Size(broker, move)),
            move.Replicas.Except(move.Adding).Max(broker => Size(broker, move)) * move.Adding.Count))];
    }

    /// <summary>Marks a broker so that no new partitions are placed on it, or takes the mark away.</summary>
    public Task CordonAsync(int broker, bool isCordoned, CancellationToken cancellation) =>
        admin.IncrementalAlterConfigsAsync(new Dictionary<ConfigResource, IReadOnlyList<AlterConfig>>
        {
            [ConfigResource.Broker(broker)] =
                [isCordoned ? AlterConfig.Set(CordonedLogDirs, "*") : AlterConfig.Delete(CordonedLogDirs)],
        }, cancellation: cancellation).ThrowIfAnyFailed();

    private async Task<Dictionary<ConfigResource, IReadOnlyList<AlterConfig>>> ForEachBrokerAsync(
        IReadOnlyList<AlterConfig> change, CancellationToken cancellation) =>
        (await admin.DescribeClusterAsync(cancellation)).Brokers
            .ToDictionary(broker => ConfigResource.Broker(broker.Id), _ => change);

    private static bool IsThrottle(ConfigEntry entry) => !entry.IsDefault && entry.Name is LeaderReplicas or FollowerReplicas
        && !string.IsNullOrEmpty(entry.Value);

    private static AlterConfig Append(string name, IEnumerable<(int Partition, int Broker)> replicas) => new(
        name, AlterConfigOperation.Append, string.Join(',', replicas.Select(each => $"{each.Partition}:{each.Broker}")));

    private static IEnumerable<BalancedBroker> Brokers(ClusterDescription cluster, HashSet<int> drained)
    {
        foreach (var broker in cluster.Brokers)
            yield return new BalancedBroker(broker.Id, broker.Rack, drained.Contains(broker.Id));
        // A broker that is down can be drained, too: its partitions are copied from other replicas.
        foreach (var gone in drained.Where(id => cluster.Brokers.All(broker => broker.Id != id)).Order())
            yield return new BalancedBroker(gone, IsDrained: true, IsOnline: false);
    }

    private static BalancedPartition Partition(TopicPartition id, PartitionMetadata partition,
        Dictionary<TopicPartition, PartitionReassignment> moving, Dictionary<TopicPartition, long> sizes)
    {
        var isMoving = moving.TryGetValue(id, out var move);
        return new BalancedPartition(id,
            isMoving ? [.. move!.Replicas.Except(move.Removing)] : partition.Replicas, sizes.GetValueOrDefault(id), isMoving);
    }

    private async Task<Dictionary<TopicPartition, long>> SizesAsync(
        ClusterDescription cluster, CancellationToken cancellation)
    {
        var sizes = new Dictionary<TopicPartition, long>();
        foreach (var broker in cluster.Brokers)
            foreach (var replica in (await admin.DescribeLogDirsAsync(broker.Id, cancellation))
                .SelectMany(directory => directory.Replicas))
                sizes[replica.Partition] = Math.Max(sizes.GetValueOrDefault(replica.Partition), replica.SizeInBytes);
        return sizes;
    }

    private async Task<IEnumerable<int>> CordonedAsync(ClusterDescription cluster, CancellationToken cancellation)
    {
        var described = await admin.DescribeConfigsAsync(
            cluster.Brokers.Select(broker => ConfigResource.Broker(broker.Id)), cancellation: cancellation);
        return described.Where(broker => broker.Entries.Any(entry => entry is { Name: CordonedLogDirs, Value: "*" }))
            .Select(broker => int.Parse(broker.Resource.Name, System.Globalization.CultureInfo.InvariantCulture));
    }

    // How long the slowest leader takes to look at its logs: a stand-in for produce requests, which wait for the same
    // threads, locks and lines, without writing anything.
    private async Task<double> LatencyMsAsync(IReadOnlyList<TopicMetadata> topics, CancellationToken cancellation)
    {
        var leaders = topics
            .SelectMany(topic => topic.Partitions.Select(partition => (topic.Name, partition.Index, partition.LeaderId)))
            .Where(partition => partition.LeaderId >= 0).DistinctBy(partition => partition.LeaderId);
        var worst = 0.0;
        foreach (var (topic, partition, _) in leaders)
        {
            var begun = time.GetTimestamp();
            await admin.ListOffsetsAsync(new Dictionary<TopicPartition, OffsetSpec>
            {
                [new TopicPartition(topic, partition)] = OffsetSpec.Latest,
            }, cancellation: cancellation);
            worst = Math.Max(worst, time.GetElapsedTime(begun).TotalMilliseconds);
        }
        return worst;
    }
}
