namespace Platform.Cluster.Replication;

/// <summary>Who holds a partition, as the metadata says.</summary>
/// <param name="Replicas">Brokers that hold it, the preferred leader first.</param>
/// <param name="Isr">Those in sync.</param>
/// <param name="MinInSyncReplicas">The topic's min.insync.replicas.</param>
/// <param name="PartitionEpoch">Grows with every change of the partition's registration.</param>
public sealed record ReplicaSet(
    IReadOnlyList<int> Replicas, IReadOnlyList<int> Isr, int MinInSyncReplicas, int PartitionEpoch = 0)
{
    /// <summary>Those whose log directory is offline, with the epoch of their broker: no directory comes back before the
    /// broker has registered anew (KIP-858).</summary>
    public IReadOnlyList<IsrMember> Offline { get; init; } = [];
}
