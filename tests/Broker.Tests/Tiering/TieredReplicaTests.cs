using Platform.Broker.Tests.Hosting;
using Platform.Broker.Tests.Replication;
using Platform.Client.Admin;

namespace Platform.Broker.Tests.Tiering;

/// <summary>Tiered topics with several replicas: followers that begin in the middle, and leaders that go on copying.</summary>
public sealed class TieredReplicaTests
{
    private const int Count = 300;

    [Fact]
    public async Task A_new_leader_goes_on_copying_and_serves_what_the_one_before_copied()
    {
        var storage = new TestRemoteStorage();
        await using var cluster = await TieredTopic.StartClusterAsync(storage, nodes: 3);
        var topic = await TieredTopic.CreateAsync(cluster, replicas: 3);
        var replicated = new ReplicatedTopic(cluster, topic.Partition.Topic);
        await replicated.WhenAllInSyncAsync();
        await topic.SendAsync(0, Count);
        await topic.WhenTieredAsync();
        var leader = (await replicated.DescribeAsync()).LeaderId;

        await cluster.StopAsync(leader);
        await replicated.WhenAsync(p => p.LeaderId >= 0 && p.LeaderId != leader);
        await topic.SendAsync(Count, Count);
        await topic.WhenTieredAsync();

        Assert.Equal(Enumerable.Range(0, 2 * Count), await topic.ReadAsync(2 * Count));
        Assert.Equal(storage.Segments.Count, storage.Segments.Select(s => s.StartOffset).Distinct().Count());
    }

    [Fact]
    public async Task A_follower_that_lost_its_disk_begins_where_the_leaders_local_log_does_and_may_lead()
    {
        var storage = new TestRemoteStorage();
        await using var cluster = await TieredTopic.StartClusterAsync(storage, nodes: 3);
        var topic = await TieredTopic.CreateAsync(cluster, replicas: 3);
        var replicated = new ReplicatedTopic(cluster, topic.Partition.Topic);
        var first = await replicated.WhenAllInSyncAsync();
        await topic.SendAsync(0, Count);
        await topic.WhenTieredAsync();
        var follower = first.Replicas.First(id => id != first.LeaderId);

        await cluster.StopAsync(follower);
        foreach (var directory in Directory.GetDirectories(cluster.DirectoryOf(follower), $"{topic.Partition.Topic}-*"))
            Directory.Delete(directory, recursive: true);
        DropCheckpoints(cluster.DirectoryOf(follower), topic.Partition.Topic);
        await cluster.StartAsync(follower);
        await replicated.WhenAllInSyncAsync();
        var log = cluster.Running[follower].Logs.Get(topic.Partition)!;

        Assert.True(log.LocalLogStartOffset > 0, $"the follower begins at {log.LocalLogStartOffset}");
        Assert.Equal(0, log.LogStartOffset);
        foreach (var other in first.Replicas.Where(id => id != follower))
            await cluster.StopAsync(other);
        await cluster.StartAsync(first.Replicas.First(id => id != follower && id != first.LeaderId));
        await replicated.WhenAsync(p => p.LeaderId == follower);
        await topic.SendAsync(Count, 50);
        Assert.Equal(Enumerable.Range(0, Count + 50), await topic.ReadAsync(Count + 50));
    }

    [Fact]
    public async Task Followers_give_up_local_segments_too()
    {
        var storage = new TestRemoteStorage();
        await using var cluster = await TieredTopic.StartClusterAsync(storage, nodes: 3);
        var topic = await TieredTopic.CreateAsync(cluster, replicas: 3);
        await new ReplicatedTopic(cluster, topic.Partition.Topic).WhenAllInSyncAsync();
        await topic.SendAsync(0, Count);
        await topic.WhenTieredAsync();
        var local = (await topic.OffsetAsync(OffsetSpec.EarliestLocal)).Offset;

        await TieredTopic.WhenAsync(() => Task.FromResult(cluster.Running.Values.All(
            node => node.Logs.Get(topic.Partition) is { } log && log.LocalLogStartOffset == local && log.LogStartOffset == 0)),
            "all replicas have the newest segment only");
    }

    // As when a disk was replaced: nothing is known of the partition.
    private static void DropCheckpoints(string directory, string topic)
    {
        foreach (var file in Directory.GetFiles(directory, "*checkpoint"))
        {
            var lines = File.ReadAllLines(file);
            var kept = lines.Skip(2).Where(line => !line.StartsWith($"{topic} ", StringComparison.Ordinal)).ToList();
            File.WriteAllLines(file, [lines[0], $"{kept.Count}", .. kept]);
        }
    }
}
