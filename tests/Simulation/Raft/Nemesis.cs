namespace Platform.Simulation.Raft;

/// <summary>Does harm at random moments, and mends some of it: crashes, crashes in the middle of a step, partitions,
/// cut directions, loss, duplication, delay, slow disks.</summary>
public sealed class Nemesis(SimRaftCluster cluster)
{
    private const int PauseMaxMs = 4_000;

    private readonly Random _random = SimRandom.Stream(cluster.Seed, "nemesis");

    /// <summary>True until <see cref="Stop"/>.</summary>
    public bool IsActive { get; private set; }

    /// <summary>Begins.</summary>
    public void Start()
    {
        IsActive = true;
        ScheduleNext();
    }

    /// <summary>Ends; what is broken stays so until the cluster is healed.</summary>
    public void Stop() => IsActive = false;

    private void ScheduleNext() => cluster.Scheduler.After(1 + _random.Next(PauseMaxMs), () =>
    {
        if (!IsActive)
            return;
        Act();
        ScheduleNext();
    });

    private void Act()
    {
        switch (_random.Next(12))
        {
            case 0 or 1:
                Crash(Any());
                break;
            case 2:
                Crash(cluster.Leader ?? Any());
                break;
            case 3:
                Any().CrashBetweenOutputs = 0.02;
                break;
            case 4:
                SplitInTwo();
                break;
            case 5:
                cluster.Network.Cut(Any().Id, Any().Id);
                break;
            case 6:
                (cluster.Network.Loss, cluster.Network.Duplication) = (_random.NextDouble() * 0.3,
                    _random.NextDouble() * 0.3);
                break;
            case 7:
                cluster.Network.MaxDelayMs = 1 + _random.Next(400);
                break;
            case 8:
                cluster.DiskSlowness = 1 + _random.Next(60);
                break;
            case 9 or 10:
                (_random.Next(2) == 0 ? cluster.Leader ?? Any() : Any()).TakeSnapshot();
                break;
            default:
                Mend();
                break;
        }
    }

    private SimRaftNode Any() => cluster.Nodes[_random.Next(cluster.Nodes.Count)];

    private void Crash(SimRaftNode node)
    {
        node.Crash();
        cluster.Scheduler.After(_random.Next(6_000), () => Restart(node));
    }

    private void SplitInTwo()
    {
        var ids = cluster.Nodes.Select(node => node.Id).ToArray();
        _random.Shuffle(ids);
        var size = _random.Next(1, ids.Length);
        cluster.Network.Partition(ids[..size], ids[size..]);
    }

    private void Mend()
    {
        cluster.Network.Heal();
        cluster.DiskSlowness = 1;
        foreach (var node in cluster.Nodes)
        {
            node.CrashBetweenOutputs = 0;
            Restart(node);
        }
    }

    private static void Restart(SimRaftNode node)
    {
        if (node.Raft is null)
            node.Start();
    }
}
