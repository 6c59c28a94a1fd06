using Platform.Broker.Quorum;
using Platform.Client;
using Platform.Cluster.Controller;
using Platform.Cluster.Metadata;
using Platform.Cluster.Raft;
using Platform.Protocol;
using Platform.Protocol.Messages;
using Platform.Testing;

namespace Platform.Broker.Tests.Quorum;

/// <summary>A combined node with one voter: what <c>platform dev</c> runs.</summary>
public sealed class SingleVoterTests
{
    private static readonly VoterSet Alone = VoterSet.Parse(["1@localhost:9093"]);

    [Fact]
    public async Task It_becomes_active_and_writes_the_first_records_of_the_cluster()
    {
        var node = new QuorumNode(1, new MemoryFileSystem(), Alone);

        var first = await node.WhenImage(image => image.Features.Levels.Any());

        Assert.Contains(first.Features.Levels, level => level.Key == MetadataVersion.FeatureName);
        node.Kill();
    }

    [Fact]
    public async Task While_nothing_happens_it_writes_so_that_lag_can_be_measured()
    {
        var node = new QuorumNode(1, new MemoryFileSystem(), Alone);
        var first = await node.WhenImage(image => image.Features.Levels.Any());

        var later = await node.WhenImage(image => image.Offset >= first.Offset + 3);

        Assert.Equal(first.Features.Levels, later.Features.Levels);
        node.Kill();
    }

    [Fact]
    public async Task An_operation_is_answered_when_its_change_is_in_the_image()
    {
        var node = new QuorumNode(1, new MemoryFileSystem(), Alone);

        await CreateTopic(node, "orders");

        Assert.NotNull(node.Loop.Image.Topics.Find("orders"));
        node.Kill();
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task After_a_kill_or_a_power_cut_a_restart_finds_the_same_image(bool powerCut)
    {
        var disk = new MemoryFileSystem();
        var node = new QuorumNode(1, disk, Alone);
        foreach (var topic in new[] { "a", "b", "c" })
            await CreateTopic(node, topic);
        var before = node.Loop.Image;
        node.Kill();
        if (powerCut)
            disk.Crash();
        else
            disk.Kill();

        var restarted = new QuorumNode(1, disk, Alone);
        var after = await restarted.WhenImage(image => image.Offset > before.Offset);

        Assert.Equal(Records(before), Records(after));
        Assert.True(after.Epoch > before.Epoch);
        restarted.Kill();
    }

    [Fact]
    public async Task The_records_of_an_operation_lie_in_one_batch()
    {
        var node = new QuorumNode(1, new MemoryFileSystem(), Alone);
        await node.Loop.SubmitAsync(_ => ControllerResult<bool>.NoChange(true));
        var before = node.Loop.Image.Offset;

        await node.Loop.SubmitAsync(_ => new ControllerResult<bool>([Config("x"), Config("y"), Config("z")], true));

        Assert.Equal(before + 3, node.Loop.Image.Offset);
        Assert.Equal(3, BatchAt(node, before + 1).RecordCount);
        node.Kill();
    }

    [Fact]
    public async Task A_thousand_operations_at_once_share_flushes_and_keep_their_order()
    {
        var disk = new MemoryFileSystem();
        var node = new QuorumNode(1, disk, Alone);
        await node.Loop.SubmitAsync(_ => ControllerResult<bool>.NoChange(true));

        var seen = await Task.WhenAll(Enumerable.Range(0, 1000).Select(i => node.Loop.SubmitAsync(
            context => new ControllerResult<long>([Config($"k{i}")], context.NextOffset))));

        Assert.Equal(seen.Order(), seen);
        Assert.Equal(seen[^1], node.Loop.Image.Offset);
        node.Kill();
    }

    [Fact]
    public async Task An_operation_that_throws_changes_nothing_and_the_next_one_works()
    {
        var node = new QuorumNode(1, new MemoryFileSystem(), Alone);

        var failed = await Assert.ThrowsAsync<KafkaException>(
            () => node.Loop.SubmitAsync<bool>(_ => throw new InvalidOperationException("a mistake")));
        await CreateTopic(node, "orders");

        Assert.Equal(ErrorCode.UnknownServerError, failed.Code);
        node.Kill();
    }

    [Fact]
    public async Task Records_that_contradict_the_image_never_reach_the_log()
    {
        var node = new QuorumNode(1, new MemoryFileSystem(), Alone);
        await node.Loop.SubmitAsync(_ => ControllerResult<bool>.NoChange(true));
        var before = node.Loop.Image.Offset;

        await Assert.ThrowsAsync<KafkaException>(() => node.Loop.SubmitAsync(
            _ => new ControllerResult<bool>([new RemoveTopicRecord { TopicId = new Uuid(7, 7) }], true)));
        await node.Loop.SubmitAsync(_ => new ControllerResult<bool>([Config("x")], true));

        // In the log they would end the loader, and with it the quorum. Records that show that the leader lives may have come.
        Assert.InRange(node.Loop.Image.Offset, before + 1, long.MaxValue);
        Assert.False(node.Fatal.Task.IsCompleted);
        node.Kill();
    }

    [Fact]
    public async Task A_disk_that_fails_stops_the_node_and_answers_whoever_waits()
    {
        var disk = new MemoryFileSystem();
        var node = new QuorumNode(1, disk, Alone);
        await CreateTopic(node, "orders");
        disk.Fault = (operation, _) => operation == DiskOperation.Flush ? new IOException("injected") : null;

        await Assert.ThrowsAsync<KafkaException>(() => CreateTopic(node, "lost"));

        Assert.IsAssignableFrom<IOException>(await node.Fatal.Task);
        await Assert.ThrowsAsync<KafkaException>(() => CreateTopic(node, "too late"));
        node.Kill();
    }

    [Fact]
    public async Task It_answers_describe_quorum()
    {
        var node = new QuorumNode(1, new MemoryFileSystem(), Alone);
        await node.Loop.SubmitAsync(_ => ControllerResult<bool>.NoChange(true));
        var request = new DescribeQuorumRequest { Topics = [new() { TopicName = "__cluster_metadata",
            Partitions = [new()] }] };

        var response = (DescribeQuorumResponse)await node.Loop.HandleRequest(request);

        var partition = response.Topics[0].Partitions[0];
        Assert.Equal(1, partition.LeaderId);
        Assert.Equal(node.Loop.Image.Offset + 1, partition.HighWatermark);
        Assert.Equal([1], partition.CurrentVoters.Select(voter => voter.ReplicaId));
        node.Kill();
    }

    // Topics without replicas: placement has its own tests.
    private static async Task CreateTopic(QuorumNode node, string name) => await node.Loop.SubmitAsync(
        context => new ControllerResult<Uuid>([new TopicRecord { Name = name, TopicId = context.NewTopicId() }],
            Uuid.Zero));

    private static ConfigRecord Config(string name) =>
        new() { ResourceType = 4, ResourceName = "", Name = name, Value = "1" };

    private static Protocol.Records.RecordBatchHeader BatchAt(QuorumNode node, long offset) =>
        Protocol.Records.RecordBatchHeader.Read(node.Log.Read(offset, 1).Span);

    private static IEnumerable<byte[]> Records(MetadataImage image) =>
        image.ToRecords().Select(MetadataRecordSerde.Write);
}
