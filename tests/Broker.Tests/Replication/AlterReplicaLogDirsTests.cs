using Platform.Broker.Tests.Hosting;
using Platform.Client.Admin;
using Platform.Client.Consuming;
using Platform.Client.Producing;
using Platform.Cluster.Diagnosis;
using Platform.Protocol;
using Platform.Storage;
using Platform.Testing;

namespace Platform.Broker.Tests.Replication;

/// <summary>Replicas that move between the two log directories of a broker (KIP-113), asked for by a client. The metadata lies in
/// a third directory.</summary>
public sealed class AlterReplicaLogDirsTests
{
    private const int Mover = 2;
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);
    private static readonly string[] Nodes = ["controller", "broker", "broker"];
    private static readonly TopicPartition Orders = new("orders", 0);

    private readonly Dictionary<int, MemoryFileSystem> _disks =
        Enumerable.Range(1, 3).ToDictionary(id => id, _ => new MemoryFileSystem());

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public async Task A_replica_moves_while_it_is_written_and_read_and_nothing_is_lost(short replicas)
    {
        await using var cluster = await StartAsync();
        var topic = await ReplicatedTopic.CreateAsync(cluster, "orders", partitions: 4, replicas);
        var moved = await HostedByMoverAsync(topic);
        await using var producer = cluster.Producer();
        await topic.SendAsync(producer, 0, 500, moved.Partition);
        await using var consumer = Consumer(cluster, moved);
        var reading = ReplicatedTopic.PollAsync(consumer, 1500);
        var (from, to) = Directories(cluster, moved);

        var answer = await AlterAsync(cluster, moved, to);
        await topic.SendAsync(producer, 500, 500, moved.Partition);
        await WhenLogIsInAsync(cluster, moved, to);
        await topic.SendAsync(producer, 1000, 500, moved.Partition);

        Assert.Equal(ErrorCode.None, answer);
        Assert.Equal(Enumerable.Range(0, 1500), (await reading.WaitAsync(Patience)).Select(record => record.Value));
        Assert.Equal(Enumerable.Range(0, 1500), (await topic.ReadAsync(1500, moved.Partition)).Select(record => record.Value));
        Assert.Equal(DirectoryIn(cluster, to).Id, cluster.Running[Mover].Image.Topics.Find(topic.Name)!.Partition(moved.Partition)!.DirectoryOf(Mover));
        Assert.DoesNotContain(_disks[Mover].List(from), entry => entry.Name == moved.ToString());
        Assert.Contains(cluster.Events.After(0), told => told.Event.Kind == ClusterEventKind.LogDirectoryMove
            && told.Event.Text.StartsWith($"{moved} was moved from {from} to {to}: ", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_move_goes_on_after_a_kill_and_a_copy_is_seen_as_one_on_its_way()
    {
        await using var cluster = await StartAsync();
        var topic = await ReplicatedTopic.CreateAsync(cluster, "orders", replicas: 2);
        await topic.WhenAllInSyncAsync();
        await using var producer = cluster.Producer();
        for (var i = 0; i < 5; i++)
            await topic.SendAsync(producer, i * 100, 100);
        var (from, to) = Directories(cluster, Orders);
        await ThrottleAsync(cluster, bytesPerSecond: 1);

        await AlterAsync(cluster, Orders, to);
        var copy = await WhenAsync(cluster, replica => replica.IsFuture && replica.OffsetLag > 0);
        await cluster.KillAsync(Mover);
        Assert.Contains(_disks[Mover].List(to), entry => entry.Name.EndsWith("-future", StringComparison.Ordinal));
        await ThrottleAsync(cluster, bytesPerSecond: 1 << 30);
        await cluster.StartAsync(Mover);
        await WhenLogIsInAsync(cluster, Orders, to);

        Assert.Equal(to, copy.Directory);
        await topic.WhenAllInSyncAsync();
        Assert.Equal(500, cluster.Running[Mover].Logs.Get(Orders)!.LogEndOffset);
        Assert.DoesNotContain(_disks[Mover].List(from), entry => entry.Name == "orders-0");
    }

    [Fact]
    public async Task A_move_is_given_up_when_the_replica_shall_stay_where_it_is()
    {
        await using var cluster = await StartAsync();
        var topic = await ReplicatedTopic.CreateAsync(cluster, "orders", replicas: 2);
        await using var producer = cluster.Producer();
        await topic.SendAsync(producer, 0, 500);
        var (from, to) = Directories(cluster, Orders);
        await ThrottleAsync(cluster, bytesPerSecond: 1);
        await AlterAsync(cluster, Orders, to);
        await WhenAsync(cluster, replica => replica.IsFuture);

        Assert.Equal(ErrorCode.None, await AlterAsync(cluster, Orders, from));

        Assert.Empty(cluster.Running[Mover].Logs.Futures);
        Assert.DoesNotContain(_disks[Mover].List(to), entry => entry.Name.EndsWith("-future", StringComparison.Ordinal));
        Assert.Equal(from, cluster.Running[Mover].Logs.Get(Orders)!.LogDirectory.Path);
    }

    [Fact]
    public async Task A_target_that_fails_ends_the_move_and_the_replica_serves_where_it_is()
    {
        await using var cluster = await StartAsync();
        var topic = await ReplicatedTopic.CreateAsync(cluster, "orders", partitions: 2, replicas: 1);
        var moved = await HostedByMoverAsync(topic);
        await using var producer = cluster.Producer();
        await topic.SendAsync(producer, 0, 10, moved.Partition);
        var (from, to) = Directories(cluster, moved);
        _disks[Mover].Fault = (operation, path) => operation is DiskOperation.Write or DiskOperation.Flush
            && path.StartsWith(to + "/orders", StringComparison.Ordinal) ? new IOException("EIO") : null;

        await AlterAsync(cluster, moved, to);
        await WhenAsync(() => DirectoryIn(cluster, to).Failure is not null && cluster.Running[Mover].Logs.Futures.Count == 0);
        await topic.SendAsync(producer, 10, 10, moved.Partition);

        Assert.Equal(from, cluster.Running[Mover].Logs.Get(moved)!.LogDirectory.Path);
        Assert.Equal(20, (await topic.ReadAsync(20, moved.Partition)).Count);
        Assert.Equal(ErrorCode.KafkaStorageError, await AlterAsync(cluster, moved, to));
    }

    [Fact]
    public async Task What_cannot_be_moved_is_answered_as_Kafka_does()
    {
        await using var cluster = await StartAsync();
        await ReplicatedTopic.CreateAsync(cluster, "orders", replicas: 2);
        var (_, to) = Directories(cluster, Orders);

        Assert.Equal(ErrorCode.LogDirNotFound, await AlterAsync(cluster, Orders, "/nowhere"));
        Assert.Equal(ErrorCode.LogDirNotFound, await AlterAsync(cluster, Orders, "/metadata"));
        Assert.Equal(ErrorCode.InvalidTopicException,
            await AlterAsync(cluster, new TopicPartition(new string('t', 240), 0), to));
        Assert.Equal(ErrorCode.ReplicaNotAvailable, await AlterAsync(cluster, new TopicPartition("later", 0), to));
    }

    [Fact]
    public async Task A_replica_that_was_asked_for_before_it_came_is_made_where_it_was_wanted()
    {
        await using var cluster = await StartAsync();
        Assert.Equal(ErrorCode.ReplicaNotAvailable, await AlterAsync(cluster, new TopicPartition("later", 0), "/second"));
        Assert.Equal(ErrorCode.ReplicaNotAvailable, await AlterAsync(cluster, new TopicPartition("later", 1), "/second"));

        var topic = await ReplicatedTopic.CreateAsync(cluster, "later", partitions: 2, replicas: 2);
        await topic.WhenAllInSyncAsync(0);
        await topic.WhenAllInSyncAsync(1);

        Assert.All(cluster.Running[Mover].Logs.Logs.Where(log => log.TopicPartition.Topic == "later"),
            log => Assert.Equal("/second", log.LogDirectory.Path));
    }

    private Task<TestCluster> StartAsync() => TestCluster.StartAsync(
        Nodes, new() { ["log.dirs"] = "/first,/second", ["metadata.log.dir"] = "/metadata" }, files: id => _disks[id]);

    private static async Task<ErrorCode> AlterAsync(TestCluster cluster, TopicPartition partition, string to)
    {
        await using var admin = cluster.Admin();
        var answer = await admin.AlterReplicaLogDirsAsync(Mover, new Dictionary<TopicPartition, string> { [partition] = to });
        return Assert.Single(answer).Error;
    }

    private static async Task ThrottleAsync(TestCluster cluster, long bytesPerSecond)
    {
        await using var admin = cluster.Admin();
        (await admin.IncrementalAlterConfigsAsync(new Dictionary<ConfigResource, IReadOnlyList<AlterConfig>>
        {
            [new ConfigResource(ConfigResourceType.Broker, "")] =
                [AlterConfig.Set("replica.alter.log.dirs.io.max.bytes.per.second", $"{bytesPerSecond}")],
        })).ThrowIfAnyFailed();
    }

    private static async Task<TopicPartition> HostedByMoverAsync(ReplicatedTopic topic)
    {
        for (var partition = 0; ; partition++)
            if ((await topic.WhenAllInSyncAsync(partition)).Replicas.Contains(Mover))
                return new TopicPartition(topic.Name, partition);
    }

    private static KafkaConsumer Consumer(TestCluster cluster, TopicPartition partition)
    {
        var consumer = new KafkaConsumer(new ConsumerOptions
        {
            BootstrapServers = cluster.BootstrapServers,
            AutoOffsetReset = AutoOffsetReset.Earliest,
        });
        consumer.Assign([partition]);
        consumer.SeekToBeginning([partition]);
        return consumer;
    }

    private static (string From, string To) Directories(TestCluster cluster, TopicPartition partition)
    {
        var from = cluster.Running[Mover].Logs.Get(partition)!.LogDirectory.Path;
        return (from, from == "/first" ? "/second" : "/first");
    }

    private static LogDirectory DirectoryIn(TestCluster cluster, string path) =>
        cluster.Running[Mover].Logs.Directories.Single(directory => directory.Path == path);

    private static Task WhenLogIsInAsync(TestCluster cluster, TopicPartition partition, string directory) =>
        WhenAsync(() => cluster.Running[Mover].Logs.Get(partition)?.LogDirectory.Path == directory);

    private static async Task<(string Directory, ReplicaInfo Replica)> WhenAsync(
        TestCluster cluster, Func<ReplicaInfo, bool> condition)
    {
        await using var admin = cluster.Admin();
        using var limit = new CancellationTokenSource(Patience);
        while (!limit.IsCancellationRequested)
        {
            foreach (var directory in await admin.DescribeLogDirsAsync(Mover))
                if (directory.Replicas.FirstOrDefault(condition) is { } replica)
                    return (directory.Path, replica);
        }
        throw new TimeoutException("no such replica is described");
    }

    private static async Task WhenAsync(Func<bool> condition)
    {
        using var limit = new CancellationTokenSource(Patience);
        while (!condition())
        {
            Assert.False(limit.IsCancellationRequested, "it does not happen");
            await Task.Yield();
        }
    }
}
