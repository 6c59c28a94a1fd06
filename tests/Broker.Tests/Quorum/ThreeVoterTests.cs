using System.Collections.Concurrent;
using Platform.Broker.Quorum;
using Platform.Client;
using Platform.Cluster.Controller;
using Platform.Cluster.Raft;
using Platform.Protocol;
using Platform.Protocol.Messages;
using Platform.Testing;

namespace Platform.Broker.Tests.Quorum;

/// <summary>Three voters in one process, on real threads and real time; only disks and network are in memory. Raft
/// itself is tested in the simulator: this is about the threads around it.</summary>
public sealed class ThreeVoterTests
{
    private static readonly VoterSet Voters = VoterSet.Parse(["1@a:1", "2@b:2", "3@c:3"]);
    private static readonly RaftSettings Fast = new() { FetchTimeoutMs = 400, ElectionTimeoutMs = 100,
        ElectionBackoffMaxMs = 50 };

    [Fact]
    public async Task An_operation_at_the_leader_reaches_every_node()
    {
        var nodes = Start();

        await Create(nodes, "orders");

        await Task.WhenAll(nodes.Values.Select(node =>
            node.WhenImage(image => image.Topics.Find("orders") is not null)));
        Stop(nodes);
    }

    [Fact]
    public async Task When_the_leader_stops_another_takes_over_with_everything_committed()
    {
        var nodes = Start();
        var leader = await Create(nodes, "before");

        nodes.TryRemove(leader, out var stopped);
        stopped!.Kill();
        await Create(nodes, "after");

        var images = await Task.WhenAll(nodes.Values.Select(node =>
            node.WhenImage(image => image.Topics.Find("after") is not null)));
        Assert.All(images, image => Assert.NotNull(image.Topics.Find("before")));
        Stop(nodes);
    }

    private static ConcurrentDictionary<int, QuorumNode> Start()
    {
        var nodes = new ConcurrentDictionary<int, QuorumNode>();
        foreach (var voter in Voters.Voters)
            nodes[voter.Id] = new QuorumNode(voter.Id, new MemoryFileSystem(), Voters, new InProcessTransport(nodes),
                Fast);
        return nodes;
    }

    private static void Stop(ConcurrentDictionary<int, QuorumNode> nodes)
    {
        foreach (var node in nodes.Values)
            node.Kill();
    }

    // A leader may lose its place between the two; an attempt whose outcome is open may have worked.
    private static async Task<int> Create(ConcurrentDictionary<int, QuorumNode> nodes, string topic)
    {
        while (true)
        {
            var leader = await await Task.WhenAny(nodes.Values.Select(node => node.WhenLeading()));
            try
            {
                await nodes[leader].Loop.SubmitAsync(context => Topic(context, topic));
                return leader;
            }
            catch (KafkaException moved) when (moved.Code == ErrorCode.NotController)
            {
                await Task.Yield();
            }
        }
    }

    private static ControllerResult<bool> Topic(ControllerContext context, string name) =>
        context.Image.Topics.Find(name) is null
        ? new([new TopicRecord { Name = name, TopicId = context.NewTopicId() }], true)
        : ControllerResult<bool>.NoChange(true);

    /// <summary>Hands requests to the other node's loop, and its answers back.</summary>
    private sealed class InProcessTransport(ConcurrentDictionary<int, QuorumNode> nodes) : IRaftTransport
    {
        public void Send(int nodeId, IRequest request, Action<IResponse?> onResponse, Action onRefused) =>
            _ = SendAsync(nodeId, request, onResponse);

        private async Task SendAsync(int nodeId, IRequest request, Action<IResponse?> onResponse)
        {
            try
            {
                onResponse(nodes.TryGetValue(nodeId, out var node) ? await node.Loop.HandleRequest(request) : null);
            }
            catch (KafkaException)
            {
                onResponse(null);
            }
        }
    }
}
