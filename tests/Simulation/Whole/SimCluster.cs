using Platform.Cluster.Configuration;
using Platform.Cluster.Metadata;
using Platform.Protocol.Messages;
using Platform.Simulation.Raft;
using Platform.Simulation.Replication;

namespace Platform.Simulation.Whole;

/// <summary>
/// A cluster of whole nodes from one seed: three voters that are brokers, and one broker more. One replicated partition,
/// producers with acks=all, a controller that fails over, reassignments. The invariants are looked at after every event.
/// </summary>
internal sealed class SimCluster
{
    public const int SessionTimeoutMs = 400, MinIsr = 2, ReplicationFactor = 3;
    public const string ClusterId = "cluster";
    private const int TurnEveryMs = 5;
    private readonly SortedDictionary<int, SimNode> _nodes = [];
    private readonly Random _load;
    private int _nextValue;

    public SimCluster(ulong seed, ProtocolBug bug = ProtocolBug.None)
    {
        Bug = bug;
        Random = SimRandom.Stream(seed, "brokers");
        _load = SimRandom.Stream(seed, "producers");
        Config = BrokerConfig.Parse($"""
            process.roles=broker,controller
            node.id=1
            controller.quorum.voters=1@localhost:9093
            controller.listener.names=CONTROLLER
            listeners=PLAINTEXT://localhost:9092,CONTROLLER://localhost:9093
            unclean.leader.election.enable={(bug == ProtocolBug.ElectionIsUnclean ? "true" : "false")}
            min.insync.replicas={MinIsr}
            """);
        Quorum = new SimRaftCluster(seed, voters: 3, observers: 1)
        {
            NextRecord = static () => MetadataRecordSerde.Write(new NoOpRecord()),
        };
        Invariants = new ClusterInvariants(this);
        foreach (var raft in Quorum.Nodes)
        {
            raft.Bug = bug;
            _nodes[raft.Id] = new SimNode(this, raft);
            _nodes[raft.Id].Broker.Start();
        }
        Scheduler.After(0, OnTurn);
    }

    public ProtocolBug Bug { get; }
    public BrokerConfig Config { get; }
    public SimRaftCluster Quorum { get; }
    public ClusterInvariants Invariants { get; }
    public Random Random { get; }
    public SimScheduler Scheduler => Quorum.Scheduler;
    public SimNetwork Network => Quorum.Network;
    public long NowMs => Scheduler.NowMs;
    public IEnumerable<SimNode> Nodes => _nodes.Values;

    /// <summary>The newest committed metadata that any node knows.</summary>
    public SimNode Newest => _nodes.Values.MaxBy(node => node.Image.Offset)!;

    /// <summary>Records that a leader has appended and not answered: broker, epoch, offset, value.</summary>
    public List<(int Broker, int Epoch, long Offset, int Value)> Unanswered { get; } = [];

    /// <summary>Values that were acknowledged with acks=all, with their offsets.</summary>
    public List<(long Offset, int Value)> Acknowledged { get; } = [];

    public SimNode Node(int id) => _nodes[id];

    /// <summary>Sends a request to whom the node takes for the active controller; there may be no answer.</summary>
    public void Ask(SimNode from, IRequest request, Action<IResponse> onAnswer)
    {
        if (from.ControllerId is not { } controller)
            return;
        Network.Post(from.Id, controller, () => Node(controller).Active?.Handle(request, answer =>
            Network.Post(controller, from.Id, () => onAnswer(answer))));
    }

    /// <summary>What brokers acknowledge: their own appends of an epoch in which they still believe to lead.</summary>
    public void Acknowledge() => Unanswered.RemoveAll(write =>
    {
        var replica = Node(write.Broker).Broker.Replica;
        if (replica.Leader?.LeaderEpoch != write.Epoch)
            return true;
        if (write.Offset >= replica.HighWatermark)
            return false;
        Acknowledge(write.Offset, write.Value);
        return true;
    });

    public void Acknowledge(long offset, int value)
    {
        Acknowledged.Add((offset, value));
        Invariants.OnAcknowledged(offset, value);
        Quorum.Trace(NowMs, offset, value);
    }

    public void RunFor(long ms) => Quorum.RunFor(ms);

    /// <summary>Everybody is back and everything arrives, for long enough to agree.</summary>
    public void HealAndSettle()
    {
        Quorum.HealAndSettle();
        Quorum.RunUntil(IsSettled, withinMs: 30_000, "all replicas are in sync and hold the same");
    }

    /// <summary>Moves the partition to other brokers.</summary>
    public void Reassign(IEnumerable<int> brokers) => Ask(Newest, new AlterPartitionReassignmentsRequest
    {
        Topics = [new()
        {
            Name = SimPartition.Name.Topic,
            Partitions = [new() { PartitionIndex = 0, Replicas = [.. brokers] }],
        }],
    }, static _ => { });

    private void OnTurn()
    {
        foreach (var node in _nodes.Values)
            node.OnTurn();
        if (Newest.Image.Topics.Find(SimPartition.Name) is null)
            CreateTopic();
        foreach (var node in _nodes.Values.Where(_ => _load.Chance(0.2)))
            node.Broker.Produce(++_nextValue);
        Invariants.AfterTurn();
        Scheduler.After(TurnEveryMs, OnTurn);
    }

    private void CreateTopic()
    {
        if (Newest.Image.Cluster.Brokers.Values.Count(broker => broker.IsActive) > ReplicationFactor && _load.Chance(0.1))
            Ask(Newest, new CreateTopicsRequest
            {
                Topics = [new() { Name = SimPartition.Name.Topic, NumPartitions = 1, ReplicationFactor = ReplicationFactor }],
            }, static _ => { });
    }

    private bool IsSettled() => Newest.Image.Topics.Find(SimPartition.Name) is { HasLeader: true, IsReassigning: false } partition
        && partition.Isr.Count == partition.Replicas.Count
        && partition.Replicas.Select(id => Node(id).Broker.Replica).ToList() is var replicas
        && replicas.TrueForAll(replica => replica.HighWatermark >= Acknowledged.Count && replica.HighWatermark > 0)
        && _nodes.Values.All(node => node.Image.Offset == Newest.Image.Offset);
}
