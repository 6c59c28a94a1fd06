using Platform.Cluster.Metadata;

namespace Platform.Cluster.Controller;

/// <summary>Replicas of a partition, and which of them a reassignment adds and takes away (KIP-455).</summary>
/// <param name="Replicas">All that hold the partition now: the wanted ones in their order, then those that will
/// go.</param>
/// <param name="Adding">Those that are new and must catch up.</param>
/// <param name="Removing">Those that go once the new ones are in sync.</param>
internal sealed record ReassignmentTarget(
    IReadOnlyList<int> Replicas, IReadOnlyList<int> Adding, IReadOnlyList<int> Removing)
{
    /// <summary>How a partition is now.</summary>
    public static ReassignmentTarget Of(PartitionRegistration partition) =>
        new(partition.Replicas, partition.AddingReplicas, partition.RemovingReplicas);

    /// <summary>On the way to other replicas. One that is under way is replaced.</summary>
    public static ReassignmentTarget To(PartitionRegistration partition, IReadOnlyList<int> wanted)
    {
        int[] removing = [.. partition.Replicas.Except(wanted).Order()];
        return new([.. wanted, .. removing], [.. wanted.Except(partition.Replicas).Order()], removing);
    }

    /// <summary>Back to the replicas before the reassignment.</summary>
    public static ReassignmentTarget Cancelled(PartitionRegistration partition) =>
        new([.. partition.Replicas.Except(partition.AddingReplicas)], [], []);

    /// <summary>Done, when everything that was to be added is in sync and somebody in sync stays.</summary>
    public (ReassignmentTarget Target, IReadOnlyList<int> Isr) CompleteIfInSync(IReadOnlyList<int> isr)
    {
        if (Adding.Count == 0 && Removing.Count == 0)
            return (this, isr);
        int[] staying = [.. isr.Except(Removing)];
        return staying.Length > 0 && !Adding.Except(staying).Any()
            ? (new([.. Replicas.Except(Removing)], [], []), staying)
            : (this, isr);
    }
}
