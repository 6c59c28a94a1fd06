using Platform.Broker.Quorum;
using Platform.Broker.Tests.Hosting;
using Platform.Client.Admin;
using Platform.Cluster.Metadata;
using Platform.Cluster.Raft;
using Platform.Protocol;
using Platform.Protocol.Messages;
using Platform.Protocol.Records;
using Platform.Testing;

namespace Platform.Broker.Tests.Quorum;

/// <summary>Snapshots of the metadata (KIP-630): their bytes, their files, and nodes that start from them.</summary>
public sealed class SnapshotTests
{
    private const string Directory = "/log";
    private static readonly OffsetAndEpoch Id = new(120, 7);

    // A snapshot after every change, and nothing is kept that a snapshot holds.
    private static readonly Dictionary<string, string> Eager = new()
    {
        ["metadata.log.max.record.bytes.between.snapshots"] = "1",
        ["metadata.max.retention.bytes"] = "0",
    };

    [Fact]
    public void What_is_written_is_read_again()
    {
        byte[] snapshot = [.. SnapshotFormat.Write(Image(), lastTimestampMs: 5).SelectMany(batch => batch)];

        var read = SnapshotFormat.Read(Id, snapshot);

        Assert.Equal(119, read.Offset);
        Assert.Equal(7, read.Epoch);
        Assert.Equal(3_000, read.Topics.Find("orders")!.Partitions.Count);
    }

    [Fact]
    public void A_snapshot_that_was_cut_off_is_refused()
    {
        byte[] snapshot = [.. SnapshotFormat.Write(Image(), lastTimestampMs: 5).SkipLast(1).SelectMany(batch => batch)];

        var refused = Assert.Throws<CorruptRecordException>(() => SnapshotFormat.Read(Id, snapshot));

        Assert.Contains("no footer", refused.Message);
    }

    [Fact]
    public void A_snapshot_has_its_name_only_when_it_is_whole()
    {
        var disk = new MemoryFileSystem();
        disk.CreateDirectory(Directory);
        var store = new SnapshotStore(disk, Directory);

        store.WritePart(Id, 0, "abc"u8);
        Assert.Null(store.Latest);
        store.Finish(Id);

        Assert.Equal(Id, store.Latest);
        Assert.True(disk.FileExists("/log/00000000000000000120-0000000007.checkpoint"));
    }

    [Fact]
    public void What_was_not_finished_is_gone_after_a_restart()
    {
        var disk = new MemoryFileSystem();
        disk.CreateDirectory(Directory);
        new SnapshotStore(disk, Directory).WritePart(Id, 0, "abc"u8);

        _ = new SnapshotStore(disk, Directory);

        Assert.Empty(disk.List(Directory));
    }

    [Fact]
    public async Task A_cluster_that_keeps_only_snapshots_restarts_with_all_its_topics()
    {
        await using var cluster = await TestCluster.StartThreeAsync(Eager);
        await CreateTopicsAsync(cluster, from: 0, to: 20);

        for (var id = 1; id <= 3; id++)
        {
            await cluster.StopAsync(id);
            await cluster.StartAsync(id);
        }

        await using var admin = cluster.Admin();
        Assert.Equal(20, (await admin.ListTopicsAsync()).Count);
    }

    [Fact]
    public async Task A_node_that_was_away_gets_the_snapshot()
    {
        await using var cluster = await TestCluster.StartThreeAsync(Eager);
        await CreateTopicsAsync(cluster, from: 0, to: 3);
        await cluster.StopAsync(3);
        cluster.Wipe(3);
        await CreateTopicsAsync(cluster, from: 3, to: 20);

        await cluster.StartAsync(3);

        await using var returned = new AdminClient(
            new Client.ClientOptions { BootstrapServers = cluster.Running[3].BootstrapServers });
        Assert.Equal(20, (await returned.ListTopicsAsync()).Count);
        Assert.NotEmpty(cluster.FilesOf(3, "__cluster_metadata-0/*.checkpoint"));
    }

    private static async Task CreateTopicsAsync(TestCluster cluster, int from, int to)
    {
        await using var admin = cluster.Admin();
        for (var number = from; number < to; number++)
            await admin.CreateTopicsAsync([new NewTopic($"topic-{number}", 1, 1)]).ThrowIfAnyFailed();
    }

    private static MetadataImage Image()
    {
        var topic = Uuid.Random();
        var delta = new MetadataDelta(MetadataImage.Empty);
        delta.Replay(new TopicRecord { Name = "orders", TopicId = topic });
        for (var number = 0; number < 3_000; number++)
            delta.Replay(new PartitionRecord
            {
                TopicId = topic,
                PartitionId = number,
                Replicas = [1],
                Isr = [1],
                Directories = [Uuid.Zero],
                Leader = 1,
            });
        return delta.Apply(offset: 119, epoch: 7);
    }
}
