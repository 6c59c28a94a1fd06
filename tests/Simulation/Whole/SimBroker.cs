using Platform.Cluster.Replication;
using Platform.Protocol;
using Platform.Protocol.Messages;
using Platform.Simulation.Replication;

namespace Platform.Simulation.Whole;

/// <summary>The broker of a node: registers and sends heartbeats, takes the role that the committed metadata gives it, and
/// replicates by messages that may be late, lost or from another life.</summary>
internal sealed class SimBroker(SimCluster cluster, SimNode node)
{
    private const int MaxRecordsPerFetch = 4;
    private const int HeartbeatEveryMs = 60, FetchEveryMs = 15, ShrinkEveryMs = 150, GiveUpAfterMs = 250;
    private long _beatAtMs, _fetchAtMs, _shrinkAtMs, _alterUntilMs, _moveAtMs;
    private long _learnedOffset;

    // As the real broker, which accepts connections only once the controller has let it serve: before, it may follow metadata
    // of the past, and take itself for a leader of long ago.
    private bool _isServing;

    public SimReplica Replica { get; } = new(node.Id) { Bug = cluster.Bug };

    /// <summary>A new life, on the log that the last one left.</summary>
    public void Start()
    {
        (Replica.IsUp, Replica.BrokerEpoch) = (true, -1);
        Replica.Incarnation = new Uuid(node.Id, cluster.Random.NextInt64());
        (_beatAtMs, _fetchAtMs, _shrinkAtMs, _alterUntilMs, _learnedOffset) = (0, 0, 0, 0, -1);
        _isServing = false;
    }

    public void Die() => Replica.Die();

    /// <summary>Does what is due.</summary>
    public void OnTurn()
    {
        var now = cluster.NowMs;
        if (_learnedOffset < node.Image.Offset)
            Learn();
        if (now >= _beatAtMs)
            Beat(now + HeartbeatEveryMs);
        if (now >= _fetchAtMs)
            Fetch(now + FetchEveryMs);
        if (now >= _shrinkAtMs)
        {
            _shrinkAtMs = now + ShrinkEveryMs;
            Propose(leader => leader.ProposeShrink(now));
        }
    }

    private void Learn()
    {
        _learnedOffset = node.Image.Offset;
        Replica.Learn(node.Image, SimCluster.MinIsr, cluster.NowMs);
        cluster.Invariants.OnRole(Replica);
    }

    private void Beat(long nextMs)
    {
        _beatAtMs = nextMs;
        var life = Replica.Life;
        if (Replica.BrokerEpoch >= 0)
            cluster.Ask(node, new BrokerHeartbeatRequest
            {
                BrokerId = node.Id,
                BrokerEpoch = Replica.BrokerEpoch,
                CurrentMetadataOffset = node.Image.Offset,
            }, answer => _isServing |= Replica.Life == life && answer is BrokerHeartbeatResponse { ErrorCode: ErrorCode.None, IsFenced: false });
        else
            cluster.Ask(node, Registration(), answer =>
            {
                if (Replica.Life == life && answer is BrokerRegistrationResponse { ErrorCode: ErrorCode.None } registered)
                    Replica.BrokerEpoch = registered.BrokerEpoch;
            });
    }

    private BrokerRegistrationRequest Registration() => new()
    {
        BrokerId = node.Id,
        ClusterId = SimCluster.ClusterId,
        IncarnationId = Replica.Incarnation,
        Listeners = [new() { Name = "PLAINTEXT", Host = "localhost", Port = 9092 }],
        Features = [.. Platform.Cluster.Metadata.SupportedFeatures.All.Select(level => new BrokerRegistrationRequest.Feature
        {
            Name = level.Key,
            MinSupportedVersion = level.Value.Min,
            MaxSupportedVersion = level.Value.Max,
        })],
    };

    private void Fetch(long nextMs)
    {
        _fetchAtMs = nextMs;
        if (Replica.Follower is not { } follower)
            return;
        var (life, to) = (Replica.Life, cluster.Node(follower.LeaderId));
        var position = FollowerReplica.Next(Replica.Facts());
        var fetch = new FollowerFetch(node.Id, Replica.BrokerEpoch, position.Offset);
        cluster.Network.Post(node.Id, to.Id, () => to.Broker.Answer(fetch, position, follower, apply =>
            cluster.Network.Post(to.Id, node.Id, () =>
            {
                var isCurrent = Replica.Life == life && ReferenceEquals(Replica.Follower, follower)
                    && FollowerReplica.Next(Replica.Facts()) == position;
                var fits = Replica.IsUp && Replica.Follower is not null && Replica.Log.Count == position.Offset;
                if (isCurrent || (cluster.Bug == ProtocolBug.EpochIsNotChecked && fits))
                    Apply(apply);
            })));
    }

    private void Apply(Action<SimReplica> apply)
    {
        apply(Replica);
        cluster.Invariants.OnReplica(Replica);
    }

    private void Answer(FollowerFetch fetch, FetchPosition position, FollowerReplica follower, Action<Action<SimReplica>> answer)
    {
        if (!_isServing || !Replica.IsUp || Replica.Leader is not { } leader)
            return;
        if (cluster.Bug != ProtocolBug.EpochIsNotChecked && (leader.LeaderEpoch != follower.LeaderEpoch
            || leader.CheckFollower(fetch, gaveLeaderEpoch: true) != ErrorCode.None))
            return;
        var found = FetchDivergence.Find(position, logStartOffset: 0, Replica.EndOf(position.LastFetchedEpoch));
        if (found.IsFound && cluster.Bug != ProtocolBug.DivergingTailIsKept)
        {
            answer(SimReplica.BackTo(found, leadersEnd: Replica.Log.Count));
            return;
        }
        leader.OnFollowerFetch(fetch, cluster.NowMs);
        OnWatermark();
        Propose(now => now.ProposeExpansion(fetch.BrokerId));
        var records = Replica.Log.Skip((int)position.Offset).Take(cluster.Random.Next(MaxRecordsPerFetch + 1)).ToList();
        var watermark = Replica.HighWatermark;
        answer(to => to.CopyFrom(records, watermark));
    }

    /// <summary>A producer sends a record with acks=all.</summary>
    public void Produce(int value)
    {
        if (!_isServing || !Replica.IsUp || Replica.Leader is not { } leader
            || (leader.CheckAppend(-1) != ErrorCode.None && cluster.Bug != ProtocolBug.MinIsrIsIgnored))
            return;
        cluster.Unanswered.Add((node.Id, leader.LeaderEpoch, Replica.Log.Count, value));
        Replica.Append(value, cluster.NowMs);
        if (cluster.Bug == ProtocolBug.AcknowledgedTooEarly)
            cluster.Acknowledge(Replica.Log.Count - 1, value);
        OnWatermark();
    }

    private void OnWatermark()
    {
        Replica.Commit();
        cluster.Invariants.OnReplica(Replica);
        cluster.Acknowledge();
    }

    private void Propose(Func<LeaderReplica, IsrChange?> propose)
    {
        if (Replica is not { IsUp: true, Leader: { } leader } || cluster.NowMs < _alterUntilMs)
            return;
        if (cluster.Bug == ProtocolBug.JoinsIsrTooEarly && cluster.NowMs >= _moveAtMs)
            JoinAll(leader);
        if (propose(leader) is { } change)
            Send(leader, change);
    }

    private void JoinAll(LeaderReplica leader)
    {
        _moveAtMs = cluster.NowMs + ShrinkEveryMs;
        if (node.Image.Topics.Find(SimPartition.Name) is not { } partition || partition.Isr.Count == partition.Replicas.Count)
            return;
        var everybody = partition.Replicas.Where(node.Image.Cluster.IsActive)
            .Select(id => new IsrMember(id, node.Image.Cluster.Broker(id)!.Epoch)).ToList();
        Send(leader, new IsrChange(leader.IsrState, everybody, leader.LeaderEpoch, leader.PartitionEpoch));
    }

    // Asked again until there is an answer: what is lost on the way to the controller is lost in silence.
    private void Send(LeaderReplica leader, IsrChange change)
    {
        if (!Replica.IsUp || !ReferenceEquals(Replica.Leader, leader) || !ReferenceEquals(leader.IsrState, change.State))
            return;
        var answered = false;
        cluster.Ask(node, Request(change), response =>
        {
            answered = true;
            if (!Replica.IsUp || !ReferenceEquals(Replica.Leader, leader))
                return;
            if (leader.OnIsrAnswer(change, AnswerOf((AlterPartitionResponse)response), cluster.NowMs) == IsrOutcome.Retry)
                cluster.Scheduler.After(GiveUpAfterMs, () => Send(leader, change));
            OnWatermark();
        });
        cluster.Scheduler.After(GiveUpAfterMs, () =>
        {
            if (!answered)
                Send(leader, change);
        });
    }

    private AlterPartitionRequest Request(IsrChange change) => new()
    {
        BrokerId = node.Id,
        BrokerEpoch = Replica.BrokerEpoch,
        Topics = [new()
        {
            TopicId = node.Image.Topics.Find(SimPartition.Name.Topic)!.Id,
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
    };

    private static IsrAnswer AnswerOf(AlterPartitionResponse response)
    {
        if (response.ErrorCode != ErrorCode.None)
            return IsrAnswer.Failed(response.ErrorCode);
        var partition = response.Topics[0].Partitions[0];
        return new IsrAnswer(partition.ErrorCode, partition.LeaderEpoch, partition.PartitionEpoch, partition.Isr);
    }
}
