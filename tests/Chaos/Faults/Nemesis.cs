using Platform.Chaos.History;
using Platform.Chaos.Nodes;
using Platform.Client;
using Platform.Client.Admin;
using Platform.Client.Network;
using Platform.Protocol;
using Platform.Protocol.Messages;

namespace Platform.Chaos.Faults;

/// <summary>Who breaks things, and undoes it. A scenario is a script for it.</summary>
public sealed class Nemesis(ChaosCluster cluster, Recorder recorder, Random random, AdminClient admin, long endUs)
{
    /// <summary>The partition whose leader is chased.</summary>
    public static TopicPartition Prey { get; } = new(Topics.Plain, 0);

    /// <summary>The nodes.</summary>
    public ChaosCluster Cluster => cluster;

    /// <summary>For administration by scenarios.</summary>
    public AdminClient Admin => admin;

    /// <summary>Chance.</summary>
    public Random Random => random;

    /// <summary>True when the time for faults is over.</summary>
    public bool IsOver => Recorder.NowUs >= endUs;

    /// <summary>How long a broker may be gone until its leaderships have moved: the session, and the time to notice.</summary>
    public static TimeSpan FailoverTime { get; } = TimeSpan.FromMilliseconds(ChaosCluster.SessionTimeoutMs + 2_500);

    /// <summary>Records an error that clients or scenarios live with.</summary>
    public void Count(string error) => recorder.Count(error);

    /// <summary>Breaks something, waits, and undoes it, whatever happens.</summary>
    /// <param name="what">In words.</param>
    /// <param name="tolerable">True when work must go on meanwhile.</param>
    /// <param name="inject">Breaks.</param>
    /// <param name="hold">How long.</param>
    /// <param name="heal">Undoes.</param>
    public async Task BreakAsync(string what, bool tolerable, Func<Task> inject, TimeSpan hold, Func<Task> heal)
    {
        Console.WriteLine($"  {DateTime.Now:HH:mm:ss} {what}");
        var began = Recorder.NowUs;
        try
        {
            await inject();
            await Task.Delay(hold);
        }
        finally
        {
            await heal();
            recorder.Add(new FaultPeriod(what, tolerable) { BeganUs = began, EndedUs = Recorder.NowUs });
        }
    }

    /// <summary>Waits for so long, or until the time is over.</summary>
    public Task PauseAsync(double seconds) => Task.Delay(TimeSpan.FromSeconds(seconds));

    /// <summary>The broker that leads a partition, by the newest epoch that any broker knows: one that was away may have
    /// old news.</summary>
    public async Task<ChaosNode> LeaderOfAsync(TopicPartition partition)
    {
        while (true)
        {
            var newest = (await ViewsAsync()).SelectMany(view => view.Answer?.Topics ?? []).Where(topic => topic.Name == partition.Topic)
                .SelectMany(topic => topic.Partitions).Where(p => p.PartitionIndex == partition.Partition).MaxBy(p => p.LeaderEpoch);
            if (newest is { LeaderId: > 0 and var leader })
                return cluster.Nodes[leader - 1];
            await Task.Delay(200);
        }
    }

    /// <summary>A broker that follows in a partition.</summary>
    public async Task<ChaosNode> FollowerOfAsync(TopicPartition partition)
    {
        var leader = await LeaderOfAsync(partition);
        return cluster.Nodes[Pick(cluster.Shape.Brokers.Where(id => id != leader.Id)) - 1];
    }

    /// <summary>The node that is the active controller.</summary>
    public async Task<ChaosNode> ControllerAsync() =>
        cluster.Nodes[(await Patiently(() => admin.DescribeQuorumAsync())).LeaderId - 1];

    /// <summary>A broker.</summary>
    public ChaosNode AnyBroker() => cluster.Nodes[Pick(cluster.Shape.Brokers) - 1];

    /// <summary>All other nodes, and the clients when asked for.</summary>
    public List<int> OthersOf(ChaosNode node, bool clients = false) =>
        [.. cluster.Shape.Ids.Where(id => id != node.Id), .. clients ? [ClientsAddress] : Array.Empty<int>()];

    /// <summary>Last number of the clients' address.</summary>
    public const int ClientsAddress = 254;

    /// <summary>Waits until all brokers serve and every replica is in sync.</summary>
    /// <param name="limit">How long.</param>
    /// <param name="mayEnd">A node that is started again whenever it ends meanwhile.</param>
    /// <exception cref="TimeoutException">Not in time; the message tells what lags.</exception>
    public async Task WhenInSyncAsync(TimeSpan limit, ChaosNode? mayEnd = null)
    {
        var deadline = Recorder.NowUs + (long)limit.TotalMicroseconds;
        while (await LaggingAsync() is { Count: > 0 } lagging)
        {
            if (Recorder.NowUs > deadline)
                throw new TimeoutException($"not in sync {limit.TotalSeconds:0} s after everything was healed: {string.Join(", ", lagging.Take(8))}");
            if (mayEnd is { IsRunning: false })
                mayEnd.Start();
            await Task.Delay(100);
        }
    }

    // In sync as every broker sees it.
    private async Task<List<string>> LaggingAsync()
    {
        var views = await ViewsAsync();
        return
        [
            .. views.Where(view => view.Answer is null).Select(view => $"node {view.Node} does not answer"),
            .. from view in views
               from topic in view.Answer?.Topics ?? []
               from partition in topic.Partitions
               where partition.LeaderId < 0 || partition.IsrNodes.Count < partition.ReplicaNodes.Count
               select $"{topic.Name}-{partition.PartitionIndex} [{string.Join(' ', partition.IsrNodes)}] of "
                   + $"[{string.Join(' ', partition.ReplicaNodes)}] as node {view.Node} sees it",
            .. views.Where(view => view.Answer is { } answer && answer.Brokers.Count < cluster.Shape.Brokers.Count())
                .Select(view => $"node {view.Node} sees {view.Answer!.Brokers.Count} brokers"),
        ];
    }

    private Task<(int Node, MetadataResponse? Answer)[]> ViewsAsync() => Task.WhenAll(cluster.Shape.Brokers.Select(async node =>
    {
        try
        {
            using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(3));
            var request = new MetadataRequest { Topics = null, AllowAutoTopicCreation = false };
            return (node, (MetadataResponse?)await admin.Cluster.SendAsync(request, Destination.Node(node), default, limit.Token));
        }
        catch (Exception error) when (error is KafkaException or OperationCanceledException)
        {
            return (node, null);
        }
    }));

    private async Task<T> Patiently<T>(Func<Task<T>> ask)
    {
        for (var attempt = 0; ; attempt++)
        {
            try
            {
                return await ask();
            }
            catch (KafkaException) when (attempt < 5)
            {
                await Task.Delay(500);
            }
        }
    }

    private int Pick(IEnumerable<int> ids)
    {
        var candidates = ids.ToList();
        return candidates[random.Next(candidates.Count)];
    }
}
