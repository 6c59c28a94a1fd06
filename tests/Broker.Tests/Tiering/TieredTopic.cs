using System.Text;
using Platform.Broker.Tests.Hosting;
using Platform.Client.Admin;
using Platform.Client.Consuming;
using Platform.Client.Producing;
using Platform.Protocol;
using Platform.Storage;

namespace Platform.Broker.Tests.Tiering;

/// <summary>A tiered topic of small segments on a cluster that copies and deletes all the time.</summary>
internal sealed class TieredTopic(TestCluster cluster, string name)
{
    private const int SegmentBytes = 2_000;
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(120);
    private static readonly long FirstTimestamp = DateTimeOffset.UtcNow.AddHours(-1).ToUnixTimeMilliseconds();
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(20);

    public TopicPartition Partition { get; } = new(name, 0);

    /// <summary>Settings of a cluster with tiered storage whose tasks run all the time.</summary>
    public static Dictionary<string, string> Settings => new()
    {
        ["remote.log.storage.system.enable"] = "true",
        ["remote.log.manager.task.interval.ms"] = "50",
        ["remote.log.manager.task.retry.backoff.ms"] = "20",
        ["remote.log.manager.task.retry.backoff.max.ms"] = "100",
        ["rlmm.config.remote.log.metadata.topic.num.partitions"] = "3",
        ["log.retention.check.interval.ms"] = "50",
        ["replica.fetch.backoff.ms"] = "100",
        ["remote.fetch.max.wait.ms"] = "30000",
    };

    public static Task<TestCluster> StartClusterAsync(
        TestRemoteStorage storage, int nodes = 1, Dictionary<string, string>? settings = null)
    {
        var all = Settings;
        foreach (var (key, value) in settings ?? [])
            all[key] = value;
        return TestCluster.StartAsync(
            [.. Enumerable.Repeat("broker,controller", nodes)], all, _ => storage);
    }

    public static async Task<TieredTopic> CreateAsync(TestCluster cluster, string name = "tiered", short replicas = 1,
        Dictionary<string, string?>? configs = null)
    {
        await using var admin = cluster.Admin();
        var all = new Dictionary<string, string?>
        {
            ["remote.storage.enable"] = "true",
            ["segment.bytes"] = $"{SegmentBytes}",
            ["local.retention.bytes"] = "1",
            ["file.delete.delay.ms"] = "0",
            ["index.interval.bytes"] = "200",
        };
        foreach (var (key, value) in configs ?? [])
            all[key] = value;
        var created = await admin.CreateTopicsAsync([new NewTopic(name, 1, replicas) { Configs = all }]);
        Assert.All(created, result => Assert.Equal((ErrorCode.None, ""), (result.Error, result.ErrorMessage ?? "")));
        return new TieredTopic(cluster, name);
    }

    /// <summary>Sends numbers, each in a batch of its own so that segments fill.</summary>
    public async Task SendAsync(int first, int count)
    {
        await using var producer = cluster.Producer();
        for (var number = first; number < first + count; number++)
            await producer.SendAsync(new ProducerRecord(Partition.Topic, Encoding.UTF8.GetBytes($"{number}"))
                { Partition = 0, Timestamp = TimestampOf(number) });
    }

    /// <summary>The timestamp of a number, so far in the past that nothing is rolled by time.</summary>
    public static long TimestampOf(int number) => FirstTimestamp + number;

    /// <summary>Reads from an offset until so many numbers are there.</summary>
    public async Task<List<int>> ReadAsync(int count, long from = 0, IsolationLevel isolation = default)
    {
        await using var consumer = new KafkaConsumer(new ConsumerOptions
        {
            BootstrapServers = cluster.BootstrapServers,
            AutoOffsetReset = AutoOffsetReset.None,
            IsolationLevel = isolation,
        });
        consumer.Assign([Partition]);
        consumer.Seek(Partition, from);
        var values = new List<int>();
        using var patience = new CancellationTokenSource(Patience);
        while (values.Count < count)
            foreach (var record in await consumer.PollAsync(TimeSpan.FromMilliseconds(200), patience.Token))
                values.Add(int.Parse(Encoding.UTF8.GetString(record.Value!.Value.Span)));
        return values;
    }

    public async Task<ListOffsetsResult> OffsetAsync(OffsetSpec spec)
    {
        await using var admin = cluster.Admin();
        return (await admin.ListOffsetsAsync([Partition], spec))[Partition];
    }

    /// <summary>Waits until everything but the newest segment is remote, and nothing else is local.</summary>
    public Task WhenTieredAsync() => WhenAsync(async () =>
    {
        var pending = await OffsetAsync(OffsetSpec.EarliestPendingUpload);
        var local = await OffsetAsync(OffsetSpec.EarliestLocal);
        var active = (await LeaderLogAsync())?.LocalSegments[^1].BaseOffset;
        return pending.Offset > 0 && pending.Offset == active && local.Offset == active;
    }, "all closed segments are remote only");

    /// <summary>The log at the broker that leads; null while there is none.</summary>
    public async Task<UnifiedLog?> LeaderLogAsync()
    {
        await using var admin = cluster.Admin();
        var leader = (await admin.DescribeTopicAsync(Partition.Topic)).Partition(0)!.LeaderId;
        return cluster.Running.GetValueOrDefault(leader)?.Logs.Get(Partition);
    }

    public static async Task WhenAsync(Func<Task<bool>> condition, string what)
    {
        using var patience = new CancellationTokenSource(Patience);
        while (!await condition())
        {
            Assert.False(patience.IsCancellationRequested, $"not within {Patience.TotalSeconds} s: {what}");
            await Task.Delay(Pause);
        }
    }
}
