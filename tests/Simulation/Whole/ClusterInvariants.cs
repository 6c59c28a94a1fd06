using Platform.Cluster.Metadata;
using Platform.Simulation.Replication;

namespace Platform.Simulation.Whole;

/// <summary>
/// What must hold after every event, beside the invariants of the quorum: committed metadata is the same everywhere · the
/// leader is in the ISR, which is part of the replicas · an epoch has one leader · logs agree below the watermark · what was
/// acknowledged is on min.insync.replicas brokers then, and with every leader ever after.
/// </summary>
internal sealed class ClusterInvariants(SimCluster cluster)
{
    private readonly Dictionary<long, string> _metadata = [];
    private readonly Dictionary<int, int> _leaders = [];

    // The newest that was ever committed, also when whoever knew it is down.
    private PartitionRegistration? _newest;
    private long _newestOffset = -1;
    private readonly Dictionary<long, (SimRecord Record, int Broker)> _committed = [];
    private readonly Dictionary<(int Broker, int Life), long> _checked = [];

    /// <summary>Epochs of the partition that had a leader.</summary>
    public int Elections => _leaders.Count;

    internal void OnMetadata(SimNode node)
    {
        if (node.Image.Topics.Find(SimPartition.Name) is not { } partition)
            return;
        if (node.Image.Offset >= _newestOffset)
            (_newestOffset, _newest) = (node.Image.Offset, partition);
        var print = Print(partition);
        Hold(_metadata.TryAdd(node.Image.Offset, print) || _metadata[node.Image.Offset] == print, "metadata agrees",
            () => $"at offset {node.Image.Offset} node {node.Id} has {print}, and another {_metadata[node.Image.Offset]}");
        Hold(!partition.HasLeader || partition.Isr.Contains(partition.Leader), "the leader is in the ISR", () => print);
        Hold(partition.Isr.All(partition.Replicas.Contains), "the ISR is part of the replicas", () => print);
    }

    internal void OnRole(SimReplica replica)
    {
        if (replica.Leader is { } leader)
            Hold(_leaders.TryAdd(leader.LeaderEpoch, replica.Id) || _leaders[leader.LeaderEpoch] == replica.Id, "one leader per epoch",
                () => $"brokers {replica.Id} and {_leaders[leader.LeaderEpoch]} lead in epoch {leader.LeaderEpoch}");
        OnReplica(replica);
    }

    // Each offset is looked at once per replica and life; a truncation below the watermark is found by whoever reads there.
    internal void OnReplica(SimReplica replica)
    {
        Hold(replica.HighWatermark >= 0 && replica.HighWatermark <= replica.Log.Count, "the watermark lies within the log",
            () => $"broker {replica.Id}: watermark {replica.HighWatermark}, end {replica.Log.Count}");
        var from = Math.Min(_checked.GetValueOrDefault((replica.Id, replica.Life)), replica.HighWatermark);
        for (var offset = from; offset < replica.HighWatermark; offset++)
        {
            var record = replica.Log[(int)offset];
            Hold(_committed.TryAdd(offset, (record, replica.Id)) || _committed[offset].Record == record, "logs agree below the watermark",
                () => $"offset {offset} is {record} on broker {replica.Id}, and {_committed[offset].Record} on broker {_committed[offset].Broker}");
        }
        _checked[(replica.Id, replica.Life)] = replica.HighWatermark;
    }

    // A leader that has not heard yet that a replica was taken away by a move may count the copy that it had: so does
    // Kafka, and whoever is elected later still has the record.
    internal void OnAcknowledged(long offset, int value)
    {
        var copies = cluster.Nodes.Select(node => node.Broker.Replica).Count(replica =>
            Holds(replica.Log, offset, value) || Holds(replica.GivenUp, offset, value));
        Hold(copies >= SimCluster.MinIsr, "acknowledged means min.insync.replicas copies",
            () => $"value {value} at offset {offset} was acknowledged with {copies} copies; newest: {Print(_newest!)}\n"
                + string.Join('\n', cluster.Nodes.Select(node => $"broker {node.Id} {View(node)}")));
    }

    private static string View(SimNode node)
    {
        var replica = node.Broker.Replica;
        var role = replica.Leader is { } leader
            ? $"leads epoch {leader.LeaderEpoch}, partition epoch {leader.PartitionEpoch}, {leader.IsrState.GetType().Name} [{string.Join(' ', leader.Isr)}]"
            : replica.Follower is { } follower ? $"follows {follower.LeaderId} in epoch {follower.LeaderEpoch}"
            : "has no role";
        return $"{(replica.IsUp ? "up" : "down")}, {role}, end {replica.Log.Count}, watermark {replica.HighWatermark}, "
            + $"metadata {node.Image.Offset}: {(node.Image.Topics.Find(SimPartition.Name) is { } known ? Print(known) : "no partition")}";
    }

    private static string Print(PartitionRegistration partition) =>
        $"leader {partition.Leader} of epoch {partition.LeaderEpoch}, replicas [{string.Join(' ', partition.Replicas)}], "
        + $"ISR [{string.Join(' ', partition.Isr)}], partition epoch {partition.PartitionEpoch}";

    internal void AfterTurn()
    {
        if (_newest is not { HasLeader: true } partition)
            return;
        // The last ones, and one of the past at random: a lost record stays lost.
        var leader = cluster.Node(partition.Leader).Broker.Replica;
        var count = cluster.Acknowledged.Count;
        for (var i = Math.Max(0, count - 40); i < count; i++)
            CheckKept(leader, i);
        if (count > 0)
            CheckKept(leader, (int)(cluster.NowMs % count));
    }

    private void CheckKept(SimReplica leader, int index)
    {
        var (offset, value) = cluster.Acknowledged[index];
        Hold(Holds(leader.Log, offset, value), "acknowledged records are with the leader",
            () => $"value {value} is not at offset {offset} of broker {leader.Id}, whose log ends at {leader.Log.Count}");
    }

    private static bool Holds(IReadOnlyList<SimRecord> log, long offset, int value) =>
        offset < log.Count && log[(int)offset].Value == value;

    private void Hold(bool condition, string invariant, Func<string> otherwise) => Assert.True(condition, condition ? null
        : $"[{invariant}] seed {cluster.Quorum.Seed}, event {cluster.Scheduler.EventCount}: {otherwise()}\n{cluster.Quorum.Describe()}");
}
