using Platform.Broker.Tests.Hosting;
using Platform.Client.Producing;
using Platform.Cluster.Diagnosis;
using Platform.Protocol;
using Platform.Storage;
using Platform.Testing;

namespace Platform.Broker.Tests.Replication;

/// <summary>Brokers with two log directories, of which one fails or fills up (KIP-858). The metadata lies in a third.</summary>
public sealed class LogDirectoryTests
{
    private const int Partitions = 4;
    private const int Broken = 2;
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);
    private static readonly string[] Nodes = ["controller", "broker", "broker"];

    private readonly Dictionary<int, MemoryFileSystem> _disks =
        Enumerable.Range(1, 3).ToDictionary(id => id, _ => new MemoryFileSystem());

    [Fact]
    public async Task A_directory_that_fails_leaves_its_partitions_to_others_at_once_and_producers_go_on()
    {
        // No heartbeat is due for as long as the test runs: the failure itself must bring one.
        await using var cluster = await StartAsync(new()
        {
            ["broker.heartbeat.interval.ms"] = "300000",
            ["broker.session.timeout.ms"] = "900000",
        });
        var topic = await CreateAsync(cluster, replicas: 2);
        await using var producer = cluster.Producer();
        await SendAsync(topic, producer, first: 0, count: 10);
        var inFirst = PartitionsIn(cluster, "/first");

        Break(Broken, "/first");
        await SendAsync(topic, producer, first: 10, count: 10);

        Assert.Equal(Partitions / 2, inFirst.Count);
        for (var partition = 0; partition < Partitions; partition++)
        {
            var now = inFirst.Contains(partition)
                ? await topic.WhenAsync(p => p.LeaderId == 3 && p.InSyncReplicas.Count == 1, partition)
                : await topic.DescribeAsync(partition);
            Assert.Equal(inFirst.Contains(partition) ? [3] : [2, 3], now.InSyncReplicas.Order());
            Assert.Equal(inFirst.Contains(partition) ? [Broken] : [], now.OfflineReplicas);
            await AllIsThereAsync(topic, partition, count: 20);
        }
        Assert.Contains(Told(cluster), told => told.Kind == ClusterEventKind.LogDirectoryOffline);
        Assert.Contains(Told(cluster), told => told.Text.Contains(
            "the log directory of broker 2 that holds it is offline", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_directory_that_was_repaired_serves_again_after_a_restart()
    {
        await using var cluster = await StartAsync();
        var topic = await CreateAsync(cluster, replicas: 2);
        await using var producer = cluster.Producer();
        await SendAsync(topic, producer, first: 0, count: 10);
        var inFirst = PartitionsIn(cluster, "/first");
        Break(Broken, "/first");
        await SendAsync(topic, producer, first: 10, count: 10);
        foreach (var partition in inFirst)
            await topic.WhenAsync(p => p.LeaderId == 3 && p.InSyncReplicas.Count == 1, partition);

        await cluster.KillAsync(Broken);
        await cluster.StartAsync(Broken);           // still broken, and nothing of it can be read
        await SendAsync(topic, producer, first: 20, count: 10);
        Assert.Equal([3], (await topic.DescribeAsync(inFirst[0])).InSyncReplicas);
        Assert.DoesNotContain(cluster.Running[Broken].Logs.Logs, log =>
            log.TopicPartition == new TopicPartition(topic.Name, inFirst[0]));
        await cluster.KillAsync(Broken);
        _disks[Broken].Fault = null;
        await cluster.StartAsync(Broken);

        for (var partition = 0; partition < Partitions; partition++)
        {
            await topic.WhenAllInSyncAsync(partition);
            await AllIsThereAsync(topic, partition, count: 30);
        }
        Assert.Equal(inFirst, PartitionsIn(cluster, "/first"));
    }

    [Fact]
    public async Task A_disk_that_was_replaced_gets_an_id_and_its_replicas_are_copied_again()
    {
        await using var cluster = await StartAsync();
        var topic = await CreateAsync(cluster, replicas: 2);
        await using (var producer = cluster.Producer())
            await SendAsync(topic, producer, first: 0, count: 10);
        var before = cluster.Running[Broken].Logs.Directories.Single(d => d.Path == "/first").Id;

        await cluster.KillAsync(Broken);
        _disks[Broken].DeleteDirectory("/first");
        await cluster.StartAsync(Broken);

        for (var partition = 0; partition < Partitions; partition++)
        {
            await topic.WhenAllInSyncAsync(partition);
            Assert.Equal(10, cluster.Running[Broken].Logs.Get(new TopicPartition(topic.Name, partition))!.LogEndOffset);
        }
        var after = cluster.Running[Broken].Logs.Directories.Single(d => d.Path == "/first").Id;
        Assert.NotEqual(before, after);
    }

    [Fact]
    public async Task A_partition_that_there_was_no_room_for_is_made_as_soon_as_there_is()
    {
        await using var cluster = await StartAsync();
        // A topic before, so that all that is internal is there already.
        await CreateAsync(cluster, replicas: 2);
        _disks[Broken].Fault = static (operation, path) =>
            operation is DiskOperation.Open or DiskOperation.CreateDirectory && path.Contains("/late-", StringComparison.Ordinal)
                ? new DiskFullException(path) : null;

        var topic = await ReplicatedTopic.CreateAsync(cluster, "late", Partitions, replicas: 1);
        await using var producer = cluster.Producer();
        var sending = SendAsync(topic, producer, first: 0, count: 5);
        await WhenToldAsync(cluster, "cannot make late-");
        _disks[Broken].Fault = null;
        await sending;

        for (var partition = 0; partition < Partitions; partition++)
            await AllIsThereAsync(topic, partition, count: 5);
        await WhenToldAsync(cluster, "has made");
        Assert.All(cluster.Running[Broken].Logs.Directories, directory => Assert.Null(directory.Failure));
    }

    private Task<TestCluster> StartAsync(Dictionary<string, string>? settings = null) => TestCluster.StartAsync(
        Nodes, new(settings ?? []) { ["log.dirs"] = "/first,/second", ["metadata.log.dir"] = "/metadata" },
        files: id => _disks[id]);

    private static async Task<ReplicatedTopic> CreateAsync(TestCluster cluster, short replicas)
    {
        var topic = await ReplicatedTopic.CreateAsync(cluster, "orders", Partitions, replicas);
        for (var partition = 0; partition < Partitions; partition++)
            await topic.WhenAllInSyncAsync(partition);
        return topic;
    }

    private void Break(int node, string directory) => _disks[node].Fault = (_, path) =>
        path == directory || path.StartsWith(directory + "/", StringComparison.Ordinal) ? new IOException("EIO") : null;

    private static List<int> PartitionsIn(TestCluster cluster, string directory) =>
        [.. cluster.Running[Broken].Logs.Logs.Where(log => log.LogDirectory.Path == directory && log.TopicPartition.Topic == "orders")
            .Select(log => log.TopicPartition.Partition).Order()];

    private static async Task SendAsync(ReplicatedTopic topic, KafkaProducer producer, int first, int count)
    {
        for (var partition = 0; partition < Partitions; partition++)
            await topic.SendAsync(producer, first, count, partition);
    }

    private static async Task AllIsThereAsync(ReplicatedTopic topic, int partition, int count) =>
        Assert.Equal(Enumerable.Range(0, count), (await topic.ReadAsync(count, partition)).Select(record => record.Value));

    private static IEnumerable<ClusterEvent> Told(TestCluster cluster) => cluster.Events.After(0).Select(told => told.Event);

    private static async Task WhenToldAsync(TestCluster cluster, string text)
    {
        using var limit = new CancellationTokenSource(Patience);
        while (!Told(cluster).Any(told => told.Text.Contains(text, StringComparison.Ordinal)))
        {
            Assert.False(limit.IsCancellationRequested, $"nobody told of '{text}'");
            await Task.Yield();
        }
    }
}
