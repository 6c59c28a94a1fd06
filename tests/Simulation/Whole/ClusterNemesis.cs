namespace Platform.Simulation.Whole;

/// <summary>Crashes that lose what raft had not flushed, cuts in one or both directions, loss, duplication, long delays, slow
/// disks, reassignments; at random moments, from the seed.</summary>
internal sealed class ClusterNemesis(SimCluster cluster)
{
    private const int EveryMs = 500;
    private readonly Random _random = SimRandom.Stream(cluster.Quorum.Seed, "nemesis of clusters");
    private bool _stopped;

    public void Start() => cluster.Scheduler.After(1 + _random.Next(EveryMs * 2), Strike);

    public void Stop() => _stopped = true;

    private void Strike()
    {
        if (_stopped)
            return;
        Harm();
        Start();
    }

    private void Harm()
    {
        switch (_random.Next(12))
        {
            case 0 or 1:
                Crash(Any());
                break;
            case 2:
                Crash(cluster.Nodes.FirstOrDefault(node => node.Broker.Replica.Leader is not null) ?? Any());
                break;
            case 3:
                Crash(cluster.Nodes.FirstOrDefault(node => node.Active is not null) ?? Any());
                break;
            case 4:
                var ids = cluster.Nodes.Select(node => node.Id).ToArray();
                _random.Shuffle(ids);
                var size = _random.Next(1, ids.Length);
                cluster.Network.Partition(ids[..size], ids[size..]);
                break;
            case 5:
                cluster.Network.Cut(Any().Id, Any().Id);
                break;
            case 6:
                (cluster.Network.Loss, cluster.Network.Duplication) = (_random.NextDouble() * 0.2, _random.NextDouble() * 0.2);
                break;
            case 7:
                cluster.Network.MaxDelayMs = 1 + _random.Next(200);
                break;
            case 8:
                cluster.Quorum.DiskSlowness = 1 + _random.Next(30);
                break;
            case 9:
                var brokers = cluster.Nodes.Select(node => node.Id).ToArray();
                _random.Shuffle(brokers);
                cluster.Reassign(brokers[..SimCluster.ReplicationFactor]);
                break;
            default:
                cluster.Network.Heal();
                cluster.Quorum.DiskSlowness = 1;
                break;
        }
    }

    private SimNode Any() => cluster.Nodes.ElementAt(_random.Next(cluster.Nodes.Count()));

    private void Crash(SimNode node)
    {
        node.Raft.Crash();
        cluster.Scheduler.After(_random.Next(2_000), () =>
        {
            if (!node.IsUp)
                node.Raft.Start();
        });
    }
}
