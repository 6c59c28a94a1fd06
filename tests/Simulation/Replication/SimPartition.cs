using Platform.Cluster.Replication;
using Platform.Protocol;
using Platform.Protocol.Messages;

namespace Platform.Simulation.Replication;

/// <summary>
/// One partition on three brokers with a controller. Every message between them is held and delivered at a random moment,
/// or lost; brokers die, come back with their logs, and lose sight of the controller while they go on serving each other.
/// </summary>
internal sealed class SimPartition
{
    public const string ClusterId = "cluster";
    public static readonly TopicPartition Name = new("topic", 0);
    private const int Brokers = 3;
    private const int ControllerId = 0;
    private const int MaxRecordsPerFetch = 4;
    private const int MaxSettleRounds = 1_000;

    private readonly List<(int From, int To, Action Deliver)> _network = [];
    private readonly List<(int Broker, int Epoch, long Offset, int Value)> _unanswered = [];
    private readonly Random _random;
    private readonly int _minIsr;
    private int _nextValue;

    public SimPartition(ulong seed)
    {
        _random = SimRandom.Stream(seed, "replication");
        _minIsr = 1 + _random.Next(2);
        for (var id = 1; id <= Brokers; id++)
            Replicas[id] = new SimReplica(id);
        foreach (var replica in Replicas.Values)
            Start(replica);
        for (var i = 0; i < Brokers; i++)
        {
            Beat();
            foreach (var replica in Replicas.Values)
                Learn(replica);
        }
        Controller.Handle(new CreateTopicsRequest
        {
            Topics = [new() { Name = Name.Topic, NumPartitions = 1, ReplicationFactor = Brokers }],
        });
    }

    public SortedDictionary<int, SimReplica> Replicas { get; } = [];
    public SimController Controller { get; } = new();
    public long NowMs { get; private set; }

    /// <summary>Values that were acknowledged with acks=all, with their offsets.</summary>
    public List<(long Offset, int Value)> Acknowledged { get; } = [];

    public int Elections => Controller.Partition!.LeaderEpoch;

    /// <summary>Something happens.</summary>
    public void Step(bool harm)
    {
        NowMs += _random.Next(1, 30);
        Beat();
        Controller.Tick(NowMs);
        var draw = _random.Next(100);
        if (draw < 40)
            DeliverOne(lose: harm && _random.Chance(0.05));
        else if (draw < 65)
            Fetch(Any());
        else if (draw < 75)
            Any().TryProduce(this);
        else if (draw < 93)
            Learn(Any());
        else if (draw < 97)
            Propose(Any(), leader => leader.ProposeShrink(NowMs));
        else if (draw < 98)
            Controller.RebalanceLeaders();
        else if (harm)
            Harm(Any());
        Acknowledge();
        SimPartitionInvariants.Check(this);
    }

    /// <summary>Everybody is back and everything arrives, for long enough to agree.</summary>
    public void Settle()
    {
        foreach (var replica in Replicas.Values)
        {
            replica.IsCutOff = false;
            if (!replica.IsUp)
                Start(replica);
        }
        for (var i = 0; i < MaxSettleRounds && !IsSettled(); i++)
        {
            NowMs += 10;
            Beat();
            Controller.Tick(NowMs);
            while (_network.Count > 0)
                DeliverOne(lose: false);
            foreach (var replica in Replicas.Values)
            {
                Learn(replica);
                Fetch(replica);
            }
            Acknowledge();
        }
        SimPartitionInvariants.Check(this);
    }

    public void Produce(SimReplica leader)
    {
        if (leader.Leader!.CheckAppend(-1) != ErrorCode.None)
            return;
        var value = ++_nextValue;
        _unanswered.Add((leader.Id, leader.Leader.LeaderEpoch, leader.Log.Count, value));
        leader.Append(value, NowMs);
    }

    private bool IsSettled() => Controller.Partition is { } partition && partition.Isr.Count == Brokers
        && Replicas.Values.All(r => r.MetadataOffset == Controller.Image.Offset && r.Log.Count == Replicas[1].Log.Count
            && r.HighWatermark == r.Log.Count);

    private SimReplica Any() => Replicas[1 + _random.Next(Brokers)];

    private void Start(SimReplica replica)
    {
        replica.IsUp = true;
        replica.BrokerEpoch = -1;
        replica.Incarnation = new Uuid(replica.Id, _random.NextInt64());
    }

    private void Beat()
    {
        foreach (var replica in Replicas.Values.Where(r => r.IsUp && !r.IsCutOff))
        {
            if (replica.BrokerEpoch < 0)
                Register(replica);
            else
                Controller.Handle(new BrokerHeartbeatRequest
                {
                    BrokerId = replica.Id,
                    BrokerEpoch = replica.BrokerEpoch,
                    CurrentMetadataOffset = replica.MetadataOffset,
                });
        }
    }

    private void Register(SimReplica replica)
    {
        var answer = Controller.Handle(new BrokerRegistrationRequest
        {
            BrokerId = replica.Id,
            ClusterId = ClusterId,
            IncarnationId = replica.Incarnation,
            Listeners = [new() { Name = "PLAINTEXT", Host = "localhost", Port = 9092 }],
            Features = [.. Controller.Image.Features.Levels.Select(level => new BrokerRegistrationRequest.Feature
            {
                Name = level.Key,
                MinSupportedVersion = level.Value,
                MaxSupportedVersion = level.Value,
            })],
        });
        if (answer.ErrorCode == ErrorCode.None)
            replica.BrokerEpoch = answer.BrokerEpoch;
    }

    private void Learn(SimReplica replica)
    {
        if (replica.IsUp && !replica.IsCutOff && replica.BrokerEpoch >= 0)
            replica.Learn(Controller.Image, _minIsr, NowMs);
    }

    private void Harm(SimReplica replica)
    {
        if (!replica.IsUp)
        {
            Start(replica);
        }
        else if (replica.IsCutOff || _random.Chance(0.3))
        {
            replica.IsCutOff = !replica.IsCutOff;
        }
        else if (_random.Chance(0.2))
        {
            replica.Die();
            _network.RemoveAll(message => message.From == replica.Id || message.To == replica.Id);
        }
    }

    private void DeliverOne(bool lose)
    {
        if (_network.Count == 0)
            return;
        // Mostly in order, sometimes much later.
        var index = _random.Chance(0.7) ? 0 : _random.Next(_network.Count);
        var message = _network[index];
        // What goes to the controller is never lost in silence: its sender times out and asks again.
        if (lose && message.To == ControllerId)
            return;
        _network.RemoveAt(index);
        if (!lose)
            message.Deliver();
    }

    private void Fetch(SimReplica from)
    {
        if (from.Follower is not { } follower || !from.IsUp)
            return;
        var (facts, life, to) = (from.Facts(), from.Life, Replicas[follower.LeaderId]);
        var position = FollowerReplica.Next(facts);
        var fetch = new FollowerFetch(from.Id, from.BrokerEpoch, position.Offset);
        _network.Add((from.Id, to.Id, () => Answer(to, fetch, position, follower, answer =>
            _network.Add((to.Id, from.Id, () =>
            {
                // What an earlier fetch asked for may have arrived by another one.
                if (from.Life == life && ReferenceEquals(from.Follower, follower)
                    && from.Facts() is var now && FollowerReplica.Next(now) == position)
                    answer(from);
            })))));
    }

    private void Answer(
        SimReplica at, FollowerFetch fetch, FetchPosition position, FollowerReplica follower, Action<Action<SimReplica>> answer)
    {
        if (!at.IsUp || at.Leader is not { } leader || leader.LeaderEpoch != follower.LeaderEpoch
            || leader.CheckFollower(fetch, gaveLeaderEpoch: true) != ErrorCode.None)
            return;
        var found = FetchDivergence.Find(position, logStartOffset: 0, at.EndOf(position.LastFetchedEpoch));
        if (found.IsFound)
        {
            answer(SimReplica.BackTo(found, leadersEnd: at.Log.Count));
            return;
        }
        leader.OnFollowerFetch(fetch, NowMs);
        at.Commit();
        Propose(at, now => now.ProposeExpansion(fetch.BrokerId));
        var records = at.Log.Skip((int)position.Offset).Take(_random.Next(MaxRecordsPerFetch + 1)).ToList();
        var watermark = leader.HighWatermark;
        answer(to => to.CopyFrom(records, watermark));
    }

    private void Propose(SimReplica at, Func<LeaderReplica, IsrChange?> propose)
    {
        if (at is { IsUp: true, Leader: { } leader } && propose(leader) is { } change)
            Send(at, leader, change);
    }

    private void Send(SimReplica at, LeaderReplica leader, IsrChange change)
    {
        var (life, brokerEpoch) = (at.Life, at.BrokerEpoch);
        _network.Add((at.Id, ControllerId, () =>
        {
            if (at.Life != life || !ReferenceEquals(at.Leader, leader))
                return;
            // Half of the answers are lost, so that the same change is asked for again.
            var answer = at.IsCutOff ? IsrAnswer.Failed(ErrorCode.NotController) : Ask(at.Id, brokerEpoch, change);
            if (_random.Chance(0.5))
                answer = IsrAnswer.Failed(ErrorCode.RequestTimedOut);
            if (leader.OnIsrAnswer(change, answer, NowMs) == IsrOutcome.Retry)
                Send(at, leader, change);
            at.Commit();
        }));
    }

    private IsrAnswer Ask(int broker, long brokerEpoch, IsrChange change)
    {
        var response = Controller.Handle(new AlterPartitionRequest
        {
            BrokerId = broker,
            BrokerEpoch = brokerEpoch,
            Topics = [new()
            {
                TopicId = Controller.Image.Topics.Find(Name.Topic)!.Id,
                Partitions = [new()
                {
                    LeaderEpoch = change.LeaderEpoch,
                    PartitionEpoch = change.PartitionEpoch,
                    NewIsrWithEpochs = [.. change.NewIsr.Select(member => new AlterPartitionRequest.BrokerState
                    {
                        BrokerId = member.BrokerId,
                        BrokerEpoch = member.BrokerEpoch,
                    })],
                }],
            }],
        });
        if (response.ErrorCode != ErrorCode.None)
            return IsrAnswer.Failed(response.ErrorCode);
        var partition = response.Topics[0].Partitions[0];
        return new IsrAnswer(partition.ErrorCode, partition.LeaderEpoch, partition.PartitionEpoch, partition.Isr);
    }

    // What a broker acknowledges: its own appends of an epoch in which it still believes to lead.
    private void Acknowledge() => _unanswered.RemoveAll(write =>
    {
        var replica = Replicas[write.Broker];
        if (replica.Leader?.LeaderEpoch != write.Epoch)
            return true;
        if (write.Offset >= replica.HighWatermark)
            return false;
        Acknowledged.Add((write.Offset, write.Value));
        return true;
    });
}

/// <summary>Clients.</summary>
internal static class SimProducer
{
    public static void TryProduce(this SimReplica replica, SimPartition partition)
    {
        if (replica is { IsUp: true, Leader: not null })
            partition.Produce(replica);
    }
}
